"""Business time: how much of a stretch counts, and at which moment a promise is used up.

Moments are aware datetimes, and come out in UTC; amounts are timedeltas, never rounded.
`between(c, a, add(c, a, d)) == d`, `add` gives the earliest such moment, and `add(c, a, 0) == a`.

Days are walked in the calendar's own zone, and everything that daylight saving can do to them
is in one question: at which moment does the wall clock read this? (`_moment`)
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

ZERO = timedelta(0)
DAY = timedelta(days=1)
REACH = timedelta(days=3653)
"""How far ahead `add` looks: ten years. Only a mistaken calendar needs more."""
STRIDE = timedelta(days=14)
"""How much of it `add` looks at in one go, beyond what it has yet to add."""

Interval = tuple[datetime, datetime]


class CalendarUnusable(ValueError):
    """The calendar can keep no promise; the message says why, in words for the person it is of."""


@dataclass(frozen=True)
class Shift:
    """Open hours that start on one weekday (0 is Monday), by the wall clock.

    `ends` at or before `starts` is on the next day: 22:00 to 06:00 passes midnight, 22:00 to
    00:00 stops at it, 00:00 to 00:00 is the whole day.
    """

    weekday: int
    starts: time
    ends: time

    def __post_init__(self) -> None:
        if self.weekday not in range(7):
            raise ValueError(f"A weekday is 0 (Monday) to 6 (Sunday), not {self.weekday}.")
        if self.starts.tzinfo or self.ends.tzinfo:
            raise ValueError("A shift is in wall-clock time: the zone belongs to the calendar.")


@dataclass(frozen=True)
class Calendar:
    """The open hours of a week in one zone, less the days off.

    Overlapping shifts count once. A day off removes the shifts that start on it; one that
    started the evening before still runs to its end. Raises CalendarUnusable for a zone that
    does not exist and for a week without any open hour.
    """

    zone: str
    shifts: tuple[Shift, ...]
    days_off: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.zone)
        # A folder of the time zone database ("Europe") and a path out of it are no zones either.
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise CalendarUnusable(f"There is no time zone called “{self.zone}”.") from error
        if not self.shifts:
            raise CalendarUnusable("The calendar is never open: give it at least one shift.")

    def shifts_on(self, day: date) -> tuple[Shift, ...]:
        """The shifts that start on this local date, by hour."""
        return () if day in self.days_off else self._week[day.weekday()]

    @cached_property
    def _week(self) -> tuple[tuple[Shift, ...], ...]:
        by_hour = sorted(self.shifts, key=lambda shift: shift.starts)
        return tuple(tuple(s for s in by_hour if s.weekday == weekday) for weekday in range(7))


AROUND_THE_CLOCK = Calendar("UTC", tuple(Shift(day, time(0), time(0)) for day in range(7)))


def add(calendar: Calendar, start: datetime, duration: timedelta) -> datetime:
    """The earliest moment by which `duration` of open time has passed since `start`.

    Nothing has to pass for a zero duration: it gives `start`, even outside hours. Raises
    ValueError for a negative duration or a naive moment, and CalendarUnusable when ten years
    do not hold enough open time.
    """
    if duration < ZERO:
        raise ValueError(f"A duration cannot be negative: {duration}.")
    left, reached = duration, _utc(start)
    if not left:
        return reached
    last = reached + REACH
    # In strides, because around the clock is one interval as long as the stretch asked for.
    while reached < last:
        ahead = min(reached + left + STRIDE, last)
        for opens, closes in open_intervals(calendar, reached, ahead):
            if closes - opens >= left:
                return opens + left
            left -= closes - opens
        reached = ahead
    raise CalendarUnusable(
        f"The calendar does not hold {duration} of open time in the ten years from {start.date()}."
    )


def between(calendar: Calendar, a: datetime, b: datetime) -> timedelta:
    """The open time from `a` to `b`; zero when `b` is not after `a`, for then nothing has passed.

    Raises ValueError for a naive moment.
    """
    return sum((closes - opens for opens, closes in open_intervals(calendar, a, b)), ZERO)


def open_intervals(calendar: Calendar, a: datetime, b: datetime) -> Iterator[Interval]:
    """The open time from `a` to `b` as [opens, closes) in UTC, in order, apart from each other.

    Shifts that overlap or touch, also at midnight, come as one interval. None when `b` is not
    after `a`. Raises ValueError for a naive moment.
    """
    a, b, zone = _utc(a), _utc(b), ZoneInfo(calendar.zone)
    # Two days early, for the shift that is still open from the evening before; and both ends a
    # day wide, because clocks that go back across midnight read yesterday again.
    day = (a - 2 * DAY).astimezone(zone).date()
    last = (b + DAY).astimezone(zone).date()
    opened = closed = a
    while day <= last:
        for shift in calendar.shifts_on(day):
            end_day = day if shift.ends > shift.starts else day + DAY
            opens = max(a, _moment(datetime.combine(day, shift.starts), zone, closing=False))
            closes = min(b, _moment(datetime.combine(end_day, shift.ends), zone, closing=True))
            if opens >= closes:
                continue
            if opens > closed:
                if opened < closed:
                    yield opened, closed
                opened = opens
            closed = max(closed, closes)
        day += DAY
    if opened < closed:
        yield opened, closed


def _moment(wall: datetime, zone: ZoneInfo, *, closing: bool) -> datetime:
    """The moment at which the clock on the wall reads `wall`, in UTC.

    A reading that occurs twice opens at the first and closes at the second; one that is skipped
    is the moment of the jump. So the hours 00 to 06 hold 7 h when clocks go back, 5 h forward.
    """
    first, second = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first <= second:
        return second if closing else first
    # Skipped: read with the offset before the jump it lands after it, and the reverse (PEP 495).
    # Jumps are on whole seconds; the first one with the offset of afterwards is the jump.
    before, afterwards = second.replace(microsecond=0), first.astimezone(zone).utcoffset()
    jump = bisect_left(
        range(int((first - before).total_seconds())),
        True,
        key=lambda s: (before + timedelta(seconds=s)).astimezone(zone).utcoffset() == afterwards,
    )
    return before + timedelta(seconds=jump)


def _utc(moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise ValueError(f"A moment needs a time zone: {moment.isoformat()} has none.")
    return moment.astimezone(UTC)
