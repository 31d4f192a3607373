"""Open time: how much of it a stretch holds, and at which moment a duration of it is used up.

`between(c, a, add(c, a, d)) == d`, `add` gives the earliest such moment, and `add(c, a, 0) == a`.
Days are walked in the calendar's own zone.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from problem_reports.clocks.rules.calendar import DAY, Calendar, CalendarUnusable, Interval, utc

ZERO = timedelta(0)
REACH = timedelta(days=3653)
"""How far ahead `add` looks: ten years. Only a mistaken calendar needs more."""
STRIDE = timedelta(days=14)
"""How much of it `add` looks at in one go, beyond what it has yet to add."""


def add(calendar: Calendar, start: datetime, duration: timedelta) -> datetime:
    """The earliest moment by which `duration` of open time has passed since `start`.

    Nothing has to pass for a zero duration: it gives `start`, even outside hours. Raises
    ValueError for a negative duration or a naive moment, and CalendarUnusable when ten years
    do not hold enough open time.
    """
    if duration < ZERO:
        raise ValueError(f"A duration cannot be negative: {duration}.")
    left, reached = duration, utc(start)
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
    a, b, zone = utc(a), utc(b), ZoneInfo(calendar.zone)
    # Two days early, for the shift that is still open from the evening before; and both ends a
    # day wide, because clocks that go back across midnight read yesterday again.
    day = (a - 2 * DAY).astimezone(zone).date()
    last = (b + DAY).astimezone(zone).date()
    opened = closed = a
    while day <= last:
        for opens, closes in calendar.hours_on(day):
            opens, closes = max(a, opens), min(b, closes)
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
