"""What a calendar that knew the schedule of before has to be told of the one of now. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

#: Whose stretch of which shift: a stretch never becomes another person's, nor another shift's.
Whose = tuple[int, str]


class Stretch(NamedTuple):
    """A part of a shift that its holder serves without a break."""

    person: int
    slot: str
    start: datetime
    end: datetime


class Known(NamedTuple):
    """A stretch as it was told last, under the key that it was told with."""

    key: int
    person: int
    slot: str
    start: datetime
    end: datetime
    cancelled: bool = False


@dataclass(frozen=True)
class Told:
    """`moved`: key -> what it is now (a cancelled one too that holds again); `new`; `gone`: keys to cancel."""

    moved: dict[int, Stretch]
    new: list[Stretch]
    gone: list[int]

    def __bool__(self) -> bool:
        return bool(self.moved or self.new or self.gone)


def joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Touching stretches of one person and shift as one, in order of their start."""
    found: list[Stretch] = []
    last: dict[Whose, int] = {}
    for one in sorted(stretches, key=lambda s: (s.start, s.end, s.person, s.slot)):
        at = last.get((one.person, one.slot))
        if at is not None and found[at].end >= one.start:
            found[at] = found[at]._replace(end=max(found[at].end, one.end))
        else:
            last[one.person, one.slot] = len(found)
            found.append(one)
    return found


def told(known: Sequence[Known], now: Sequence[Stretch]) -> Told:
    """Each stretch of now goes to the known one of its person and shift that it resembles most.

    That is the one with its start, then one that it overlaps, then the next in order; living ones before
    cancelled ones. So a shift that moves keeps its key, and one that comes back gets its own again.
    """
    free: dict[Whose, list[Known]] = defaultdict(list)
    for entry in sorted(known, key=lambda k: (k.cancelled, k.start, k.key)):
        free[entry.person, entry.slot].append(entry)
    waiting, moved, new = list(now), dict[int, Stretch](), list[Stretch]()
    for alike in (_same_start, _overlaps, _any):
        still: list[Stretch] = []
        for one in waiting:
            there = free[one.person, one.slot]
            found = next((k for k in there if alike(k, one)), None)
            if found is None:
                still.append(one)
                continue
            there.remove(found)
            if found.cancelled or (found.start, found.end) != (one.start, one.end):
                moved[found.key] = one
        waiting = still
    new.extend(waiting)
    gone = [k.key for left in free.values() for k in left if not k.cancelled]
    return Told(moved, new, sorted(gone))


def _same_start(known: Known, now: Stretch) -> bool:
    return known.start == now.start


def _overlaps(known: Known, now: Stretch) -> bool:
    return known.start < now.end and now.start < known.end


def _any(known: Known, now: Stretch) -> bool:
    return True


class Next(NamedTuple):
    """When somebody's next shift begins and ends; None where there is none."""

    before: tuple[datetime, datetime] | None
    after: tuple[datetime, datetime] | None


def next_moved(
    before: Iterable[Stretch], after: Iterable[Stretch], at: datetime
) -> dict[int, Next]:
    """person -> their next shift (or the one that runs) before and after a change, where these differ."""
    was, becomes = _next(before, at), _next(after, at)
    pairs = {who: Next(was.get(who), becomes.get(who)) for who in was.keys() | becomes.keys()}
    return {who: pair for who, pair in sorted(pairs.items()) if pair.before != pair.after}


def _next(stretches: Iterable[Stretch], at: datetime) -> dict[int, tuple[datetime, datetime]]:
    found: dict[int, tuple[datetime, datetime]] = {}
    for one in sorted(stretches, key=lambda s: s.start):
        if one.end > at:
            found.setdefault(one.person, (one.start, one.end))
    return found
