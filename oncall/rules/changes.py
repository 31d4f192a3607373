"""How the order goes on when somebody joins or leaves, and what a change moves for whom. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from oncall.rules.resolver import resolve, slot_of_override
from oncall.rules.rota import OPEN, Layer, Rota, Segment, Version
from oncall.rules.turns import counted, turn_at

Span = tuple[datetime, datetime]
NONE = timedelta(0)


def joined(layer: Layer, person: int, at: datetime) -> Layer:
    """From this moment on they come last: everybody in the order has their next turn first."""
    turn = turn_at(layer, at)
    return _ordered(layer, turn, (*_from(layer, turn), person))


def left(layer: Layer, person: int, at: datetime) -> Layer:
    """Who leaves in the middle of a turn hands the rest of it to the next in the order."""
    turn = turn_at(layer, at)
    return _ordered(layer, turn, tuple(p for p in _from(layer, turn) if p != person))


def _from(layer: Layer, turn: int) -> tuple[int, ...]:
    """The order as it goes on from this turn."""
    if not layer.participants:
        return ()
    first = counted(layer, turn) % len(layer.participants)
    return layer.participants[first:] + layer.participants[:first]


def _ordered(layer: Layer, turn: int, people: tuple[int, ...]) -> Layer:
    """The layer with these people, the first of them on this turn; its boundaries stay where they are."""
    shift = counted(layer, turn) % len(people) if people else 0
    cut = len(people) - shift
    return replace(layer, participants=people[cut:] + people[:cut])


def layers_at(versions: Iterable[Version], moment: datetime) -> tuple[Layer, ...]:
    """The layers in force at this moment; none before the first version."""
    begun = [version for version in versions if version.since <= moment]
    return max(begun, key=lambda version: version.since).layers if begun else ()


def replaced(
    versions: Sequence[Version], since: datetime, layers: tuple[Layer, ...], until: datetime | None
) -> tuple[Version, ...]:
    """These layers from `since` on: what was to begin later is put aside.

    With an end they stand in for a while: from `until` on everything is as if they had never been.
    """
    kept = tuple(version for version in versions if version.since < since)
    if until is None:
        return (*kept, Version(since, layers))
    back = Version(until, layers_at(versions, until))
    later = tuple(version for version in versions if version.since > until)
    return (*kept, Version(since, layers), back, *later)


def shifts_of(rota: Rota, since: datetime, until: datetime) -> set[str]:
    """The names of all shifts of [since, until), whoever has them: what a swap may be bound to."""
    turns = resolve(Rota(rota.versions), since, until)
    overrides = (o for o in rota.overrides if o.start < o.end and o.end > since)
    return {s.slot for s in turns if s.slot} | {slot_of_override(o.key) for o in overrides}


@dataclass(frozen=True)
class Moved:
    """What a change takes from a person and gives to them, and how long they are on duty before and after it."""

    loses: tuple[Span, ...]
    gets: tuple[Span, ...]
    before: timedelta
    after: timedelta


def moved(before: Sequence[Segment], after: Sequence[Segment]) -> dict[int | None, Moved]:
    """person -> what moves for them, of two answers for the same span; None is nobody, a gap. Unmoved are absent."""
    was, becomes = _spans(before), _spans(after)
    found = {}
    for who in was.keys() | becomes.keys():
        old, new = was.get(who, []), becomes.get(who, [])
        loses, gets = tuple(without(old, new)), tuple(without(new, old))
        if loses or gets:
            found[who] = Moved(loses, gets, _length(old), _length(new))
    return found


def _spans(segments: Iterable[Segment]) -> dict[int | None, list[Span]]:
    """Each person's stretches in order, touching ones joined."""
    found: dict[int | None, list[Span]] = defaultdict(list)
    for segment in segments:
        theirs = found[segment.who]
        if theirs and theirs[-1][1] == segment.start:
            theirs[-1] = (theirs[-1][0], segment.end)
        else:
            theirs.append((segment.start, segment.end))
    return found


def without(spans: Iterable[Span], taken: Sequence[Span]) -> Iterable[Span]:
    """What of these spans is in none of the others; those are in order."""
    for start, end in spans:
        for gone, back in taken:
            if back <= start or gone >= end:
                continue
            if start < gone:
                yield start, gone
            start = max(start, back)
        if start < end:
            yield start, end


def _length(spans: Iterable[Span]) -> timedelta:
    return sum((end - start for start, end in spans), NONE)


def with_gaps(segments: Sequence[Segment], since: datetime, until: datetime) -> list[Segment]:
    """The published schedule with its gaps said as such."""
    found: list[Segment] = []
    last = since
    for segment in segments:
        if last < segment.start:
            found.append(Segment(last, segment.start, None, OPEN))
        found.append(segment)
        last = segment.end
    if last < until:
        found.append(Segment(last, until, None, OPEN))
    return found
