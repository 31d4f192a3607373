"""Business time in which nobody waits for somebody else: what counts when a clock can be paused.

Pauses may overlap, come in any order, lie outside hours, and still be open.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from problem_reports.clocks.rules.calendar import Calendar, utc
from problem_reports.clocks.rules.open_time import ZERO, add, between


class PauseKind(StrEnum):
    """Whom or what a clock waits for (SLA-4). Outside hours is no pause: the calendar knows it."""

    REPORTER = "reporter"
    THIRD_PARTY = "third_party"
    SNOOZED = "snoozed"


@dataclass(frozen=True)
class Pause:
    """From `begins` to `ends` the clock stood still; `ends` is None while it still does.

    One that ends as it begins covers nothing (asked and answered in one act). Raises ValueError
    for one that ends before it begins, a naive moment, or a kind that is none.
    """

    begins: datetime
    ends: datetime | None
    kind: PauseKind

    def __post_init__(self) -> None:
        # In UTC, because two moments of one zone are compared by its wall clock, wrong when it goes back.
        object.__setattr__(self, "begins", utc(self.begins))
        object.__setattr__(self, "kind", PauseKind(self.kind))
        if self.ends is not None:
            object.__setattr__(self, "ends", utc(self.ends))
            if self.ends < self.begins:
                raise ValueError(f"A pause cannot end before it begins: {self}.")


def elapsed(
    calendar: Calendar, start: datetime, end: datetime, pauses: Iterable[Pause] = ()
) -> timedelta:
    """The open time from `start` to `end` that no pause covers; zero when `end` is not after `start`."""
    start, end = utc(start), utc(end)
    return sum((between(calendar, a, b or end) for a, b in running(start, end, pauses)), ZERO)


def due(
    calendar: Calendar, start: datetime, target: timedelta, pauses: Iterable[Pause] = ()
) -> datetime | None:
    """The earliest moment at which `elapsed` since `start` reaches `target`, in UTC.

    None while a pause that is still open keeps it from being reached: paused, no due moment now.
    A clock that had run out before the pause began keeps its moment. Without pauses it is `add`,
    and it raises what `add` raises.
    """
    left, start = target, utc(start)
    if left <= ZERO:
        return add(calendar, start, left)
    for begins, ends in running(start, None, pauses):
        if ends is not None:
            passed = between(calendar, begins, ends)
            if passed < left:
                left -= passed
                continue
        return add(calendar, begins, left)
    return None


def remaining(
    calendar: Calendar,
    start: datetime,
    target: timedelta,
    now: datetime,
    pauses: Iterable[Pause] = (),
) -> timedelta:
    """What is left of `target` at `now`, in open time; negative when late, and by how much."""
    return target - elapsed(calendar, start, now, pauses)


def running(
    start: datetime, end: datetime | None, pauses: Iterable[Pause]
) -> Iterator[tuple[datetime, datetime | None]]:
    """The stretches from `start` to `end` (UTC) that no pause covers, in order, apart from each other.

    Without an `end`, the last one has none either, unless a pause is still open.
    """
    for pause in sorted(pauses, key=lambda pause: pause.begins):
        if end is not None and pause.begins >= end:
            break
        if start < pause.begins:
            yield start, pause.begins
        if pause.ends is None:
            return
        start = max(start, pause.ends)
    if end is None or start < end:
        yield start, end
