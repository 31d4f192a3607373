"""The burn-up of a sprint: its scope and what is done of it, as they were on each day (SPR-5). Pure.

It is a sum over lines that never change, each of its own day: a line of a later day cannot move an earlier one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby

ZERO = Decimal(0)
PLANNED, UNPLANNED = "planned", "unplanned"


@dataclass(frozen=True)
class Line:
    """A piece of work entered, left, was done or undone, or was resized; `thing` is its reference.

    `opening` when it entered as the sprint began: it is the plan, and no change of it.
    """

    day: date
    kind: str
    track: str
    thing: str
    amount: Decimal
    opening: bool = False


@dataclass(frozen=True)
class Figures:
    """Scope, and what is done of it, by track, in the sprint's unit."""

    planned: Decimal = ZERO
    unplanned: Decimal = ZERO
    planned_done: Decimal = ZERO
    unplanned_done: Decimal = ZERO

    @property
    def scope(self) -> Decimal:
        return self.planned + self.unplanned

    @property
    def done(self) -> Decimal:
        return self.planned_done + self.unplanned_done


@dataclass(frozen=True)
class Mark:
    """What changed the scope after the start: `injected`, `entered`, `left` or `resized`, and by how much."""

    kind: str
    thing: str
    change: Decimal


@dataclass(frozen=True)
class Day:
    """The sprint at the end of a day."""

    day: date
    figures: Figures
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class _Piece:
    track: str
    amount: Decimal
    inside: bool = True
    done: bool = False

    @property
    def size(self) -> Decimal:
        return self.amount if self.inside else ZERO


def burnup(lines: Iterable[Line], first: date, last: date) -> list[Day]:
    """The days from `first` to `last`; `lines` in the order in which they were written down.

    What was written before `first` counts on it.
    """
    by_day = {
        day: list(found)
        for day, found in groupby(
            sorted(lines, key=lambda line: line.day), key=lambda line: max(line.day, first)
        )
    }
    there: dict[str, _Piece] = {}
    days = []
    for day in (first + timedelta(n) for n in range((last - first).days + 1)):
        marks = [mark for line in by_day.get(day, ()) if (mark := _follow(there, line))]
        days.append(Day(day, _sum(there.values()), tuple(marks)))
    return days


def committed(lines: Iterable[Line]) -> Decimal:
    """The planned work with which the sprint began."""
    return sum((e.amount for e in lines if e.opening and e.track == PLANNED), ZERO)


def marks(days: Sequence[Day], kind: str) -> list[Mark]:
    return [mark for day in days for mark in day.marks if mark.kind == kind]


def _follow(there: dict[str, _Piece], line: Line) -> Mark | None:
    """The sprint after one more line; a mark when that changed its scope."""
    before = there.get(line.thing)
    if line.kind == "entered":
        now = _Piece(line.track, line.amount)
    elif before is None:
        return None
    elif line.kind == "left":
        now = replace(before, inside=False, done=False)
    elif line.kind == "resized":
        now = replace(before, amount=line.amount)
    else:
        now = replace(before, done=line.kind == "done")
    there[line.thing] = now
    change = now.size - (before.size if before else ZERO)
    if line.opening and now.track == PLANNED:
        return None
    if line.kind == "entered":
        return Mark("injected" if now.track == UNPLANNED else "entered", line.thing, change)
    return Mark(line.kind, line.thing, change) if change else None


def _sum(pieces: Iterable[_Piece]) -> Figures:
    sums = {(track, done): ZERO for track in (PLANNED, UNPLANNED) for done in (False, True)}
    for piece in pieces:
        sums[piece.track, piece.done] += piece.size
    return Figures(
        planned=sums[PLANNED, False] + sums[PLANNED, True],
        unplanned=sums[UNPLANNED, False] + sums[UNPLANNED, True],
        planned_done=sums[PLANNED, True],
        unplanned_done=sums[UNPLANNED, True],
    )
