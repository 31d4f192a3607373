"""Who is on duty when, and why: the only place that works it out (ONC-2). Pure.

Who is away is not on duty; then the latest override speaks, then the layers from the first one down. What is
left is a gap, and said as such. Pages, API, feeds, capacity and paging read what `resolve` gave and the app
published.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from oncall.rules.rota import AWAY, OPEN, OVERRIDE, Absence, Rota, Segment, Version, answer
from oncall.rules.turns import shifts

Away = Mapping[int | None, list[tuple[datetime, datetime]]]
#: How far `at` looks for the ends of a stretch before it takes the span's own.
FIRST_LOOK, FAR = timedelta(days=8), timedelta(days=370)


def resolve(rota: Rota, since: datetime, until: datetime) -> list[Segment]:
    """Every stretch of [since, until), in order, without gap or overlap; cut at both ends of the span."""
    if since >= until:
        return []
    away = _away(rota.absences, since, until)
    there, lost = _overrides(rota, away, since, until), list[Segment]()
    for version, start, end in in_force(rota.versions, since, until):
        for layer in version.layers:
            kept, missed = _present(list(shifts(layer, rota.swapped, start, end)), away)
            there, lost = _fill(there, kept), _fill(lost, missed)
    nobody = [Segment(since, until, None, OPEN)]
    return list(_joined(_fill(_fill(there, lost), nobody)))


def at(rota: Rota, moment: datetime) -> Segment:
    """The stretch that contains this moment, with its own start and end where they are within a year."""
    look = FIRST_LOOK
    while True:
        since, until = moment - look, moment + look
        found = next(s for s in resolve(rota, since, until) if s.start <= moment < s.end)
        if look >= FAR or (since < found.start and found.end < until):
            return found
        look = min(look * 4, FAR)


def in_force(
    versions: Sequence[Version], since: datetime, until: datetime
) -> Iterator[tuple[Version, datetime, datetime]]:
    """Each version with the part of [since, until) in which it holds."""
    ordered = sorted(versions, key=lambda version: version.since)
    ends = [*(version.since for version in ordered), until][1:]
    for version, last in zip(ordered, ends, strict=True):
        start, end = max(version.since, since), min(last, until)
        if start < end:
            yield version, start, end


def _away(absences: Iterable[Absence], since: datetime, until: datetime) -> Away:
    away: dict[int | None, list[tuple[datetime, datetime]]] = defaultdict(list)
    for who, leaves, returns in sorted(absences):
        if leaves < until and returns > since:
            away[who].append((leaves, returns))
    return away


def _overrides(rota: Rota, away: Away, since: datetime, until: datetime) -> list[Segment]:
    """The later made lies on top; an override that its person's absence leaves open lets the earlier through."""
    there: list[Segment] = []
    for override in sorted(rota.overrides, key=lambda one: -one.key):
        start, end = max(override.start, since), min(override.end, until)
        if start < end:
            slot = slot_of_override(override.key)
            who = rota.swapped.get(slot, override.who)
            kept, _ = _present([Segment(start, end, who, OVERRIDE, slot)], away)
            there = _fill(there, kept)
    return there


def slot_of_override(key: int) -> str:
    return f"override {key}"


def _present(pieces: list[Segment], away: Away) -> tuple[list[Segment], list[Segment]]:
    """What is left of the pieces while their people are there, and what falls away because they are not."""
    if not away:
        return pieces, []
    kept: list[Segment] = []
    lost: list[Segment] = []
    for piece in pieces:
        start, end, who = piece[:3]
        for leaves, returns in away.get(who, ()):
            if leaves >= end or returns <= start:
                continue
            if start < leaves:
                kept.append(_part(piece, start, leaves))
            gone = max(start, leaves)
            start = min(returns, end)
            lost.append(Segment(gone, start, None, AWAY, piece.slot, who))
        if start < end:
            kept.append(_part(piece, start, end))
    return kept, lost


def _fill(upper: list[Segment], lower: list[Segment]) -> list[Segment]:
    """All of `upper`, and of `lower` what lies between; both in order and free of overlap, and so is the answer."""
    if not upper or not lower:
        return upper or lower
    found: list[Segment] = []
    waiting = iter(upper)
    over = next(waiting, None)
    for piece in lower:
        start = piece.start
        while over is not None and over.start < piece.end:
            if start < over.start:
                found.append(_part(piece, start, over.start))
            start = max(start, over.end)
            if over.end > piece.end:  # it reaches over the next piece too
                break
            found.append(over)
            over = next(waiting, None)
        if start < piece.end:
            found.append(_part(piece, start, piece.end))
    if over is not None:
        found.append(over)
    found.extend(waiting)
    return found


def _part(piece: Segment, start: datetime, end: datetime) -> Segment:
    if start == piece.start and end == piece.end:
        return piece
    return Segment(start, end, *answer(piece))


def _joined(pieces: Iterable[Segment]) -> Iterator[Segment]:
    """Neighbours that say the same are one stretch."""
    last: Segment | None = None
    for piece in pieces:
        if last is None:
            last = piece
        elif last.end == piece.start and answer(last) == answer(piece):
            last = _part(piece, last.start, piece.end)
        else:
            yield last
            last = piece
    if last is not None:
        yield last
