"""From the clock on the wall to a moment, and steps of the calendar. Pure.

One rule covers every change of clocks (ONC-2): a wall-clock time is **the first moment at which the clock on
the wall shows that time or a later one**. A time that comes twice is its first coming; a time that is left
out is the moment at which the clocks went forward. The start of one shift and the end of the one before are
the same question, so there is neither a gap nor an overlap, and a later time never is an earlier moment.
"""

import calendar
from datetime import UTC, datetime, timedelta, tzinfo

HOUR, DAY, WEEK, MONTH = "hour", "day", "week", "month"
UNITS = (HOUR, DAY, WEEK, MONTH)
SPAN = {HOUR: timedelta(hours=1), DAY: timedelta(days=1), WEEK: timedelta(weeks=1)}
SECOND = timedelta(seconds=1)


def moment_of(wall: datetime, zone: tzinfo) -> datetime:
    """The first moment at which the clocks of `zone` show `wall` (naive, whole seconds) or later; in UTC."""
    # fold=0: the first coming. (combine takes a quarter of the time of replace, and this is asked most.)
    there = datetime.combine(wall.date(), wall.time(), zone)
    moment = there.astimezone(UTC)
    # Two readings of one zone are compared by what the wall shows.
    return moment if moment.astimezone(zone) == there else _end_of_gap(wall, zone)


def wall_at(moment: datetime, zone: tzinfo) -> datetime:
    """What the clock on the wall shows, naive."""
    return moment.astimezone(zone).replace(tzinfo=None)


def _end_of_gap(wall: datetime, zone: tzinfo) -> datetime:
    """Halve the stretch between the two readings of a left-out time (PEP 495) down to the change of clocks."""
    after = wall.replace(tzinfo=zone).astimezone(UTC)
    before = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    while after - before > SECOND:
        middle = before + (after - before) // (2 * SECOND) * SECOND
        if wall_at(middle, zone) < wall:
            before = middle
        else:
            after = middle
    return after


def step(wall: datetime, unit: str, count: int) -> datetime:
    """`count` units of the calendar on (or back). A month that is too short ends on its last day."""
    if unit != MONTH:
        return wall + count * SPAN[unit]
    years, month = divmod(wall.month - 1 + count, 12)
    year, month = wall.year + years, month + 1
    return wall.replace(
        year=year, month=month, day=min(wall.day, calendar.monthrange(year, month)[1])
    )
