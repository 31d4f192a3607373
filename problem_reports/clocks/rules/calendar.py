"""A week of open hours by the wall clock of one zone, and at which moments it opens and closes.

Everything that daylight saving can do to a day is in one question: at which moment does the wall
clock read this? (`moment_of`)
"""

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DAY = timedelta(days=1)

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
    """The open hours of a week in one zone, less the days off (date -> why, "Armistice Day").

    Overlapping shifts count once. A day off removes the shifts that start on it; one that
    started the evening before still runs to its end. Raises CalendarUnusable for a zone that
    does not exist and for a week without any open hour.
    """

    zone: str
    shifts: tuple[Shift, ...]
    # A mapping has no hash; zone and shifts are enough of one.
    days_off: Mapping[date, str] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        try:
            ZoneInfo(self.zone)
        # A folder of the time zone database ("Europe") and a path out of it are no zones either.
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise CalendarUnusable(f"There is no time zone called “{self.zone}”.") from error
        if not self.shifts:
            raise CalendarUnusable("The calendar is never open: give it at least one shift.")

    def hours_on(self, day: date) -> tuple[Interval, ...]:
        """The open hours that start on this local date, as [opens, closes) in UTC, by opening.

        They may overlap, and end on the next day; none on a day off.
        """
        return () if day in self.days_off else self.usual_hours_on(day)

    def usual_hours_on(self, day: date) -> tuple[Interval, ...]:
        """What `hours_on` would give if the day were no day off."""
        # Kept, because a page asks for the same few weeks again and again.
        known = self._days.get(day)
        if known is None:
            known = self._days[day] = tuple(
                (opens, closes)
                for opens, closes in (
                    self._interval(shift, day) for shift in self._week[day.weekday()]
                )
                if opens < closes
            )
        return known

    def _interval(self, shift: Shift, day: date) -> Interval:
        end_day = day if shift.ends > shift.starts else day + DAY
        zone = ZoneInfo(self.zone)
        return (
            moment_of(datetime.combine(day, shift.starts), zone, closing=False),
            moment_of(datetime.combine(end_day, shift.ends), zone, closing=True),
        )

    @cached_property
    def _week(self) -> tuple[tuple[Shift, ...], ...]:
        by_hour = sorted(self.shifts, key=lambda shift: shift.starts)
        return tuple(tuple(s for s in by_hour if s.weekday == weekday) for weekday in range(7))

    @cached_property
    def _days(self) -> dict[date, tuple[Interval, ...]]:
        return {}


AROUND_THE_CLOCK = Calendar("UTC", tuple(Shift(day, time(0), time(0)) for day in range(7)))


def moment_of(wall: datetime, zone: ZoneInfo, *, closing: bool) -> datetime:
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


def utc(moment: datetime) -> datetime:
    """The same moment in UTC; raises ValueError for one without a zone."""
    if moment.utcoffset() is None:
        raise ValueError(f"A moment needs a time zone: {moment.isoformat()} has none.")
    return moment.astimezone(UTC)
