"""Turns of a layer: where each starts, whose it is, and which stretches of it are on duty. Pure.

Every boundary is counted from the layer's start by the calendar and becomes a moment once, so that nothing
drifts: not over a change of clocks, and not over a short month.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import accumulate
from math import gcd
from zoneinfo import ZoneInfo

from oncall.rules.rota import SWAP, TURN, Layer, Segment
from oncall.rules.walls import DAY, HOUR, MONTH, SPAN, WEEK, moment_of, step, wall_at
from teams.rules import Hours

Span = tuple[datetime, datetime]
ONE_DAY = timedelta(days=1)
ONE_WEEK = timedelta(weeks=1)


def wall_start(layer: Layer, turn: int) -> datetime:
    """The wall-clock start of a turn; turns before the layer's start have numbers below 0."""
    return step(layer.anchor, layer.unit, turn * layer.length)


def boundary(layer: Layer, turn: int) -> datetime:
    """The moment at which a turn starts, which is the one at which the turn before ends."""
    return moment_of(wall_start(layer, turn), layer.zone)


def turn_at(layer: Layer, moment: datetime) -> int:
    """The largest turn that has started by this moment."""
    wall, anchor = wall_at(moment, layer.zone), layer.anchor
    if layer.unit == MONTH:
        months = (wall.year - anchor.year) * 12 + wall.month - anchor.month
        turn = months // layer.length
        turn -= wall_start(layer, turn) > wall
    else:
        turn = (wall - anchor) // (SPAN[layer.unit] * layer.length)
    # In an hour that comes twice the wall may have shown a later boundary already.
    while boundary(layer, turn + 1) <= moment:
        turn += 1
    return turn


def person_of(layer: Layer, turn: int) -> int | None:
    """Whose turn it is by the order alone; of a turn that is no turn, whose the next one is."""
    if not layer.participants:
        return None
    return layer.participants[counted(layer, turn) % len(layer.participants)]


def slot_of(layer: Layer, start: datetime) -> str:
    """The name of a shift: the day (for hours: the hour) on which it starts, and its layer.

    Neither another person nor another handoff time makes it another shift.
    """
    day = start.isoformat(timespec="hours") if layer.unit == HOUR else start.date().isoformat()
    return f"{day} {layer.name}"


def shifts(
    layer: Layer, swapped: Mapping[str, int], since: datetime, until: datetime
) -> Iterator[Segment]:
    """The stretches of [since, until) on which this layer puts somebody on duty, in order."""
    if not layer.participants:
        return
    spans = iter(open_spans(layer.hours, layer.zone, since, until))
    span = next(spans, None)
    for start, end, turn, wall in _turns(layer, since, until):
        slot, own = slot_of(layer, wall), person_of(layer, turn)
        who, why, instead_of = own, TURN, None
        if slot in swapped and swapped[slot] != own:
            who, why, instead_of = swapped[slot], SWAP, own
        while span is not None and span[0] < end:
            opens, closes = span
            if closes > start:
                first, last = max(opens, start), min(closes, end)
                yield Segment(first, last, who, why, slot, instead_of)
            if closes > end:
                break
            span = next(spans, None)


def _turns(
    layer: Layer, since: datetime, until: datetime
) -> Iterator[tuple[datetime, datetime, int, datetime]]:
    """[start, end), number and wall-clock start of every turn that meets [since, until), cut to it."""
    turn = turn_at(layer, since)
    start, wall = since, wall_start(layer, turn)
    while start < until:
        turn += 1
        following = wall_start(layer, turn)
        end = moment_of(following, layer.zone)
        if end > start:  # the turn of a day that a zone left out has no moment
            yield start, min(end, until), turn - 1, wall
        start, wall = end, following


def open_spans(
    week: frozenset[Hours],
    zone: ZoneInfo,
    since: datetime,
    until: datetime,
    free: Collection[date] = (),
) -> list[Span]:
    """The hours of this week within [since, until), in order, touching ones joined; without hours, always.

    On `free` days none start.
    """
    if not week:
        return [(since, until)]
    found: list[Span] = []
    by_weekday: dict[int, list[Hours]] = {}
    for hours in sorted(week):
        by_weekday.setdefault(hours.weekday, []).append(hours)
    day = wall_at(since, zone).date() - ONE_DAY  # hours may reach over midnight
    last = wall_at(until, zone).date()
    while day <= last:
        for hours in by_weekday.get(day.weekday(), ()) if day not in free else ():
            opens, closes = _on(day, hours)
            start, end = moment_of(opens, zone), moment_of(closes, zone)
            if start < since or end > until:
                start, end = max(start, since), min(end, until)
            if start >= end:
                continue
            if found and start <= found[-1][1]:
                found[-1] = (found[-1][0], max(end, found[-1][1]))
            else:
                found.append((start, end))
        day += ONE_DAY
    return found


def _on(day: date, hours: Hours) -> tuple[datetime, datetime]:
    """An end at or before the start is on the next day."""
    until = day + ONE_DAY if hours.ends <= hours.starts else day
    return datetime.combine(day, hours.starts), datetime.combine(until, hours.ends)


# Turns outside of the layer's hours are not counted. The hours are the same every week, so the pattern of
# turns repeats: one period is looked at, by the calendar, and the rest is a division.


def counted(layer: Layer, turn: int) -> int:
    """How many real turns lie before this one, from turn 0 on; negative before it."""
    if not layer.hours or layer.unit in (WEEK, MONTH):  # such a turn sees every weekday
        return turn
    before = _pattern(layer.anchor, layer.unit, layer.length, layer.hours)
    rounds, rest = divmod(turn, len(before) - 1)
    return rounds * before[-1] + before[rest]


@lru_cache(maxsize=1024)
def _pattern(anchor: datetime, unit: str, length: int, hours: frozenset[Hours]) -> tuple[int, ...]:
    """How many real turns lie before each turn of one period, and in all of it."""
    week = 7 if unit == DAY else 168
    turns = week // gcd(week, length)
    busy = _busy_hours(anchor, hours)
    starts = (anchor + SPAN[unit] * length * n for n in range(turns))
    real = [_meets(busy, start - anchor, SPAN[unit] * length) for start in starts]
    if not any(real):  # never: hours are not empty, and a period covers the week
        real = [True] * turns
    return (0, *accumulate(real))


def _busy_hours(anchor: datetime, hours: frozenset[Hours]) -> list[tuple[timedelta, timedelta]]:
    """The open hours of three weeks around the anchor, as distances from it; in order."""
    monday = anchor.date() - timedelta(days=anchor.weekday()) - ONE_WEEK
    spans = []
    for week in range(4):
        for h in hours:
            opens, closes = _on(monday + timedelta(days=7 * week + h.weekday), h)
            spans.append((opens - anchor, closes - anchor))
    return sorted(spans)


def _meets(busy: list[tuple[timedelta, timedelta]], start: timedelta, length: timedelta) -> bool:
    """Whether a turn that starts this far from the anchor has an open hour in it."""
    if length >= ONE_WEEK:
        return True
    start %= ONE_WEEK
    last = bisect_right(busy, (start + length - timedelta.resolution, timedelta.max))
    return any(closes > start for _, closes in busy[:last])
