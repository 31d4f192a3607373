"""What the tests of business time have in common: calendars, weeks to draw, and an oracle that reads the clock.

The oracle asks what the clock on the wall shows at every minute; it knows no arithmetic of zones.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from hypothesis import settings
from hypothesis import strategies as st

from problem_reports.clocks.rules import Calendar, Pause, PauseKind, Shift

BRUSSELS = ZoneInfo("Europe/Brussels")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
TICK = timedelta(microseconds=1)
MIDNIGHT = time(0)


def daily(starts: time, ends: time, days: range = range(7)) -> tuple[Shift, ...]:
    return tuple(Shift(day, starts, ends) for day in days)


WEEKDAYS = range(5)
OFFICE = Calendar(
    "Europe/Brussels",
    daily(time(9), time(12, 30), WEEKDAYS) + daily(time(13, 30), time(18), WEEKDAYS),
    {date(2026, 11, 11): "Armistice Day", date(2026, 12, 25): "Christmas"},
)
SUNDAY_NIGHT = Calendar("Europe/Brussels", (Shift(6, MIDNIGHT, time(6)),))
NEW_YORK = Calendar("America/New_York", daily(time(9), time(17), WEEKDAYS))
NIGHT = Calendar("Europe/Brussels", daily(MIDNIGHT, time(6)) + daily(time(22), MIDNIGHT))
PASSING_MIDNIGHT = Calendar("Europe/Brussels", daily(time(22), time(6)))


def local(text: str) -> datetime:
    """A moment in Brussels; an offset in the text is checked against the zone's."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        return moment.replace(tzinfo=BRUSSELS)
    assert moment.astimezone(BRUSSELS).utcoffset() == moment.utcoffset()
    return moment


# Weeks to draw, around the days on which clocks change

ZONES = {
    "Europe/Brussels": [date(2026, 3, 29), date(2026, 10, 25)],
    "America/New_York": [date(2026, 3, 8), date(2026, 11, 1)],
    "Australia/Lord_Howe": [date(2026, 4, 5), date(2026, 10, 4)],  # by half an hour
    "America/Sao_Paulo": [date(2018, 2, 18), date(2018, 11, 4)],  # at midnight
    "Africa/Casablanca": [date(2026, 2, 15), date(2026, 3, 22)],  # back for Ramadan
    "America/Havana": [date(2026, 3, 8), date(2026, 11, 1)],  # midnight twice
    "America/St_Johns": [date(2010, 3, 14), date(2010, 11, 7)],  # at 00:01, back to yesterday
    "Pacific/Apia": [date(2011, 12, 30)],  # a day that never was
    "Africa/Cairo": [date(2026, 4, 24), date(2026, 10, 30)],  # no midnight
    "Asia/Kathmandu": [date(2026, 11, 1)],
    "Asia/Kolkata": [date(2026, 11, 1)],
    "Asia/Tokyo": [date(2026, 11, 1)],
    "UTC": [date(2026, 11, 1)],
}

hours = st.one_of(
    st.builds(time, st.integers(0, 23), st.integers(0, 59)),
    st.builds(time, st.integers(0, 3), st.sampled_from([0, 1, 15, 30, 59])),
)


def length(shift: Shift) -> timedelta:
    starts, ends = (datetime.combine(date.min, at) for at in (shift.starts, shift.ends))
    return ends - starts + DAY * (ends <= starts)


# An hour a week, all told: below that, the durations drawn here would take years to add.
shifts = st.lists(st.builds(Shift, st.integers(0, 6), hours, hours), min_size=1, max_size=9).filter(
    lambda week: sum(map(length, week), timedelta(0)) >= HOUR
)


@st.composite
def weeks(draw: st.DrawFn) -> tuple[Calendar, date]:
    """A calendar, and a day of its zone worth looking at."""
    zone = draw(st.sampled_from(sorted(ZONES)))
    day = draw(st.sampled_from(ZONES[zone]))
    off = draw(st.frozensets(st.integers(-4, 4), max_size=4))
    return Calendar(zone, tuple(draw(shifts)), {day + n * DAY: f"Holiday {n}" for n in off}), day


@st.composite
def pauses(draw: st.DrawFn, day: date, *, still_open: bool = False) -> list[Pause]:
    """Up to five, in any order, overlapping or not; `still_open` asks for one without an end, too."""
    kinds = st.sampled_from(PauseKind)
    pairs = draw(st.lists(st.tuples(st.tuples(near, near).map(sorted), kinds), max_size=5))
    found = [Pause(*(moment_near(day, s) for s in spans), kind) for spans, kind in pairs]
    if still_open and draw(st.booleans()):
        found.append(Pause(moment_near(day, draw(near)), None, draw(kinds)))
    return draw(st.permutations(found))


def moment_near(day: date, seconds: int) -> datetime:
    return datetime.combine(day, MIDNIGHT, UTC) + timedelta(seconds=seconds)


near = st.integers(-4 * 86_400, 4 * 86_400)
durations = st.timedeltas(timedelta(0), 60 * HOUR)
law = settings(max_examples=150, deadline=None)


# The oracle

REACH = 8 * 1440
"""The oracle reads the minutes of eight days either side."""


@cache
def readings(zone: str, day: date) -> list[datetime]:
    """What the wall clock reads at each minute around a day."""
    start, tz = moment_near(day, 0) - REACH * MINUTE, ZoneInfo(zone)
    return [(start + n * MINUTE).astimezone(tz).replace(tzinfo=None) for n in range(2 * REACH)]


@cache
def minutes_of(zone: str, day: date) -> dict[datetime, tuple[int, int]]:
    """The first and last minute at which the wall clock shows a reading."""
    shown: dict[datetime, tuple[int, int]] = {}
    for n, reading in enumerate(readings(zone, day)):
        shown[reading.replace(fold=0)] = (shown.get(reading, (n, n))[0], n)
    return shown


def open_minutes(calendar: Calendar, day: date) -> bytearray:
    """Every minute around a day, 1 when open: by looking at the clock, not by arithmetic."""
    shown, is_open = minutes_of(calendar.zone, day), bytearray(2 * REACH)

    def look(wall: datetime, which: int) -> int:
        if wall in shown:
            return shown[wall][which]
        return next(n for n, r in enumerate(readings(calendar.zone, day)) if r > wall)

    for opening_day in days_around(day):
        for shift in calendar.shifts:
            if shift.weekday != opening_day.weekday() or opening_day in calendar.days_off:
                continue
            closing_day = opening_day + DAY * (shift.ends <= shift.starts)
            opens = look(datetime.combine(opening_day, shift.starts), 0)
            closes = look(datetime.combine(closing_day, shift.ends), 1)
            is_open[opens:closes] = b"\1" * (closes - opens)
    return is_open


def days_around(day: date) -> Iterator[date]:
    return (day + n * DAY for n in range(-7, 6))
