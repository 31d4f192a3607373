"""Business time against known deadlines, and against an oracle that reads the clock every minute.

V1 to V18 are the test vectors that the product promises (SLA-2); written in Brussels time.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from time import perf_counter
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from problem_reports.clocks.rules import (
    AROUND_THE_CLOCK,
    Calendar,
    CalendarUnusable,
    Shift,
    add,
    between,
    open_intervals,
)

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
    frozenset({date(2026, 11, 11), date(2026, 12, 25)}),
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


Pause = tuple[datetime, datetime]


def due(calendar: Calendar, start: datetime, target: timedelta, pauses: list[Pause]) -> datetime:
    """Pauses need nothing of their own: work up to each, go on after it."""
    for pause_starts, pause_ends in pauses:
        worked = between(calendar, start, pause_starts)
        if worked >= target:
            break
        start, target = pause_ends, target - worked
    return add(calendar, start, target)


def elapsed(calendar: Calendar, start: datetime, end: datetime, pauses: list[Pause]) -> timedelta:
    paused = sum((between(calendar, *pause) for pause in pauses), timedelta(0))
    return between(calendar, start, end) - paused


# The vectors


@pytest.mark.parametrize(
    ("calendar", "start", "target", "expected"),
    [
        pytest.param(OFFICE, "2026-11-02 10:00", 4, "2026-11-02 15:00", id="V1-lunch-inside"),
        pytest.param(OFFICE, "2026-11-06 17:00", 4, "2026-11-09 12:00", id="V2-late-Friday"),
        pytest.param(OFFICE, "2026-11-03 12:45", 1, "2026-11-03 14:30", id="V3-filed-in-lunch"),
        pytest.param(OFFICE, "2026-11-07 23:10", 1, "2026-11-09 10:00", id="V4-Saturday-night"),
        pytest.param(OFFICE, "2026-11-10 16:00", 4, "2026-11-12 11:00", id="V5-across-holiday"),
        pytest.param(
            AROUND_THE_CLOCK,
            "2026-03-28 22:00+01:00",
            8,
            "2026-03-29 07:00+02:00",
            id="V9-spring-forward",
        ),
        pytest.param(
            AROUND_THE_CLOCK,
            "2026-10-24 22:00+02:00",
            8,
            "2026-10-25 05:00+01:00",
            id="V10-fall-back",
        ),
        pytest.param(
            SUNDAY_NIGHT, "2026-03-29 00:00", 5, "2026-03-29 06:00+02:00", id="V11-23-hour-day"
        ),
        pytest.param(
            SUNDAY_NIGHT, "2026-10-25 00:00", 7, "2026-10-25 06:00+01:00", id="V12-25-hour-day"
        ),
        pytest.param(
            NEW_YORK, "2026-10-27 10:00", 2, "2026-10-27 16:00", id="V13-winter-here-not-there"
        ),
        pytest.param(NEW_YORK, "2026-11-03 10:00", 2, "2026-11-03 17:00", id="V13b-a-week-later"),
        pytest.param(NIGHT, "2026-11-03 23:30", 1, "2026-11-04 00:30", id="V14-across-midnight"),
        pytest.param(
            PASSING_MIDNIGHT, "2026-11-03 23:30", 1, "2026-11-04 00:30", id="V14-as-one-shift"
        ),
    ],
)
def test_it_gives_the_moment_of_the_vector(
    calendar: Calendar, start: str, target: int, expected: str
) -> None:
    moment = add(calendar, local(start), target * HOUR)
    assert moment == local(expected).astimezone(UTC)
    assert moment.tzinfo is UTC
    assert between(calendar, local(start), moment) == target * HOUR


@pytest.mark.parametrize(
    ("start", "pauses", "expected"),
    [
        pytest.param(
            "2026-11-06 16:00",
            [("2026-11-06 17:00", "2026-11-09 09:30")],
            "2026-11-09 12:30",
            id="V6-over-a-weekend",
        ),
        pytest.param(
            "2026-11-05 17:00",
            [("2026-11-05 19:00", "2026-11-06 08:00")],
            "2026-11-06 12:00",
            id="V7-off-hours-adds-nothing",
        ),
        pytest.param(
            "2026-11-03 09:00",
            [
                ("2026-11-03 10:00", "2026-11-03 10:20"),
                ("2026-11-03 11:00", "2026-11-03 11:25:30"),
            ],
            "2026-11-03 14:45:30",
            id="V8-two-pauses-with-seconds",
        ),
    ],
)
def test_pauses_need_nothing_but_add_and_between(
    start: str, pauses: list[tuple[str, str]], expected: str
) -> None:
    held = [(local(starts), local(ends)) for starts, ends in pauses]
    moment = due(OFFICE, local(start), 4 * HOUR, held)
    assert moment == local(expected).astimezone(UTC)
    assert elapsed(OFFICE, local(start), moment, held) == 4 * HOUR


def test_a_day_that_is_paused_whole_counts_nothing_v15() -> None:
    day = (local("2026-11-03 09:00"), local("2026-11-03 18:00"))
    assert elapsed(OFFICE, *day, [day]) == timedelta(0)


@pytest.mark.parametrize("asked", ["2026-11-02 17:00", "2026-11-04 09:00", "2026-11-05 12:00"])
def test_a_breached_clock_that_is_paused_stands_still_v17(asked: str) -> None:
    start, paused = local("2026-11-02 10:00"), local("2026-11-02 16:00")
    assert elapsed(OFFICE, start, local(asked), [(paused, local(asked))]) == 5 * HOUR


def test_a_warning_comes_at_a_share_of_the_working_time_v18() -> None:
    start = local("2026-11-09 17:00")
    assert add(OFFICE, start, 4 * HOUR * 0.75) == local("2026-11-10 11:00").astimezone(UTC)
    assert add(OFFICE, start, 4 * HOUR) == local("2026-11-10 12:00").astimezone(UTC)


# Edges


def test_a_deadline_falls_on_the_closing_hour_not_on_the_next_opening() -> None:
    assert add(OFFICE, local("2026-11-06 17:00"), HOUR) == local("2026-11-06 18:00")
    assert add(OFFICE, local("2026-11-06 17:00"), HOUR + TICK) == local("2026-11-09 09:00") + TICK


def test_no_time_at_all_is_due_at_once_even_outside_hours() -> None:
    night = local("2026-11-07 23:10")
    assert add(OFFICE, night, timedelta(0)) == night.astimezone(UTC)


def test_nothing_has_passed_when_the_end_is_not_after_the_start() -> None:
    noon = local("2026-11-03 12:00")
    assert between(OFFICE, noon, noon) == timedelta(0)
    assert between(OFFICE, noon, noon - DAY) == timedelta(0)


def test_moments_are_compared_as_moments_when_clocks_go_back() -> None:
    first = datetime(2026, 10, 25, 2, 45, tzinfo=BRUSSELS)
    second = datetime(2026, 10, 25, 2, 15, tzinfo=BRUSSELS, fold=1)
    assert between(AROUND_THE_CLOCK, first, second) == 30 * MINUTE


def test_a_day_off_removes_what_starts_on_it_and_leaves_the_evening_before() -> None:
    calendar = Calendar("Europe/Brussels", PASSING_MIDNIGHT.shifts, frozenset({date(2026, 11, 11)}))
    eve, day_after = local("2026-11-10 12:00"), local("2026-11-12 12:00")
    assert [*open_intervals(calendar, eve, day_after)] == [
        (local("2026-11-10 22:00"), local("2026-11-11 06:00"))
    ]


def test_shifts_that_overlap_count_once_and_come_as_one_interval() -> None:
    shifts = (
        Shift(1, time(12), time(18)),
        Shift(1, time(9), time(13)),
        Shift(1, time(10), time(11)),
        Shift(0, time(20), time(10)),
        Shift(1, time(18), MIDNIGHT),
    )
    calendar = Calendar("Europe/Brussels", shifts)
    assert [*open_intervals(calendar, local("2026-11-02 00:00"), local("2026-11-04 12:00"))] == [
        (local("2026-11-02 20:00"), local("2026-11-04 00:00"))
    ]


def test_equal_hours_are_a_whole_day() -> None:
    calendar = Calendar("Asia/Tokyo", (Shift(2, time(8), time(8)),))
    monday = local("2026-11-02 00:00")
    assert between(calendar, monday, monday + 7 * DAY) == DAY


def test_around_the_clock_is_one_interval_without_seams() -> None:
    a = local("2026-03-20 10:11:12")
    assert [*open_intervals(AROUND_THE_CLOCK, a, a + 30 * DAY)] == [(a, a + 30 * DAY)]


@pytest.mark.parametrize(
    ("zone", "day", "starts", "ends", "minutes"),
    [
        # Opening and closing in the skipped hour, at its edges, and all inside it.
        ("Europe/Brussels", date(2026, 3, 29), time(2, 30), time(4), 60),
        ("Europe/Brussels", date(2026, 3, 29), time(1), time(2, 30), 60),
        ("Europe/Brussels", date(2026, 3, 29), time(2), time(3), 0),
        ("Europe/Brussels", date(2026, 3, 29), time(2, 10), time(2, 50), 0),
        # The same in the repeated hour.
        ("Europe/Brussels", date(2026, 10, 25), time(2, 30), time(4), 150),
        ("Europe/Brussels", date(2026, 10, 25), time(1), time(2, 30), 150),
        ("Europe/Brussels", date(2026, 10, 25), time(2, 10), time(2, 50), 100),
        # 02:00 is read twice: a shift that ends at it ends at the second.
        ("Europe/Brussels", date(2026, 10, 25), time(1), time(2), 120),
        # The last moment of a half hour, as some databases and people write it.
        ("Europe/Brussels", date(2026, 3, 29), time(1), time(2, 29, 59, 999_999), 60),
        # Half an hour of change.
        ("Australia/Lord_Howe", date(2026, 10, 4), MIDNIGHT, time(6), 330),
        ("Australia/Lord_Howe", date(2026, 4, 5), MIDNIGHT, time(6), 390),
        ("Australia/Lord_Howe", date(2026, 10, 4), time(2, 15), time(3), 30),
        # No midnight, and a day that never was.
        ("America/Sao_Paulo", date(2018, 11, 4), MIDNIGHT, time(6), 300),
        ("Pacific/Apia", date(2011, 12, 30), time(9), time(17), 0),
        ("Pacific/Apia", date(2011, 12, 29), time(22), time(6), 120),
        # Clocks go back at 00:01, to yesterday 23:01.
        ("America/St_Johns", date(2010, 11, 6), time(22), time(23, 30), 150),
    ],
)
def test_hours_are_those_that_the_clock_on_the_wall_shows(
    zone: str, day: date, starts: time, ends: time, minutes: int
) -> None:
    calendar = Calendar(zone, (Shift(day.weekday(), starts, ends),))
    noon = datetime.combine(day, time(12), UTC)
    assert between(calendar, noon - 2 * DAY, noon + 2 * DAY) == minutes * MINUTE


def test_yesterdays_shift_goes_on_when_clocks_go_back_across_midnight() -> None:
    calendar = Calendar("America/St_Johns", (Shift(4, time(23, 50), time(23, 45)),))
    today = datetime(2010, 11, 7, 0, 0, 30, tzinfo=ZoneInfo("America/St_Johns"))
    assert between(calendar, today, today + DAY) == timedelta(minutes=44, seconds=30)


def test_todays_shift_has_begun_when_clocks_go_back_across_midnight() -> None:
    calendar = Calendar("America/St_Johns", (Shift(6, MIDNIGHT, time(8)),))
    yesterday_again = datetime(2010, 11, 6, 23, 30, fold=1, tzinfo=ZoneInfo("America/St_Johns"))
    assert between(calendar, yesterday_again - DAY, yesterday_again) == 30 * MINUTE


# Refusals


@pytest.mark.parametrize("zone", ["Europe/Bruxelles", "", "Europe", "../etc/passwd", "/etc/passwd"])
def test_a_calendar_refuses_a_zone_that_does_not_exist(zone: str) -> None:
    with pytest.raises(CalendarUnusable, match="no time zone called"):
        Calendar(zone, OFFICE.shifts)


def test_a_calendar_refuses_to_be_closed_for_ever() -> None:
    with pytest.raises(CalendarUnusable, match="never open"):
        Calendar("Europe/Brussels", ())


@pytest.mark.parametrize("weekday", [-1, 7])
def test_a_shift_refuses_an_eighth_day(weekday: int) -> None:
    with pytest.raises(ValueError, match="weekday"):
        Shift(weekday, time(9), time(17))


def test_a_shift_refuses_hours_with_a_zone_of_their_own() -> None:
    with pytest.raises(ValueError, match="zone belongs to the calendar"):
        Shift(0, time(9, tzinfo=UTC), time(17))


def test_adding_stops_when_days_off_cover_ten_years() -> None:
    first = date(2026, 1, 1)
    closed = frozenset(first + n * DAY for n in range(11 * 366))
    calendar = Calendar("Europe/Brussels", OFFICE.shifts, closed)
    with pytest.raises(CalendarUnusable, match="ten years from 2026-01-01"):
        add(calendar, local("2026-01-01 12:00"), HOUR)


def test_adding_waits_out_days_off_of_less_than_ten_years() -> None:
    first = date(2026, 1, 1)
    closed = frozenset(first + n * DAY for n in range(365 * 9))
    calendar = Calendar("Europe/Brussels", OFFICE.shifts, closed)
    assert add(calendar, local("2026-01-01 12:00"), HOUR) == local("2034-12-30 00:00") + timedelta(
        days=2, hours=10
    )


def test_a_negative_duration_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        add(OFFICE, local("2026-11-03 12:00"), -TICK)


def test_a_moment_without_zone_is_refused() -> None:
    naive, aware = datetime(2026, 11, 3, 12), local("2026-11-03 12:00")  # noqa: DTZ001
    for act in (
        lambda: add(OFFICE, naive, HOUR),
        lambda: add(OFFICE, naive, timedelta(0)),
        lambda: between(OFFICE, naive, aware),
        lambda: between(OFFICE, aware, naive),
    ):
        with pytest.raises(ValueError, match="needs a time zone"):
            act()


# Laws, around the days on which clocks change

ZONES = {
    "Europe/Brussels": [date(2026, 3, 29), date(2026, 10, 25)],
    "America/New_York": [date(2026, 3, 8), date(2026, 11, 1)],
    "Australia/Lord_Howe": [date(2026, 4, 5), date(2026, 10, 4)],  # by half an hour
    "America/Sao_Paulo": [date(2018, 2, 18), date(2018, 11, 4)],  # at midnight
    "Africa/Casablanca": [date(2026, 2, 15), date(2026, 3, 22)],  # back for Ramadan
    "America/Havana": [date(2026, 3, 8), date(2026, 11, 1)],  # midnight twice
    "America/St_Johns": [date(2010, 3, 14), date(2010, 11, 7)],  # at 00:01, back to yesterday
    "Pacific/Apia": [date(2011, 12, 30)],  # a day that never was
    "Asia/Kathmandu": [date(2026, 11, 1)],
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
    off = draw(st.frozensets(st.integers(-4, 4).map(lambda n: day + n * DAY), max_size=4))
    return Calendar(zone, tuple(draw(shifts)), off), day


def moment_near(day: date, seconds: int) -> datetime:
    return datetime.combine(day, MIDNIGHT, UTC) + timedelta(seconds=seconds)


near = st.integers(-4 * 86_400, 4 * 86_400)
durations = st.timedeltas(timedelta(0), 60 * HOUR)
law = settings(max_examples=150, deadline=None)


@law
@given(weeks(), near, durations)
def test_add_gives_the_earliest_moment_at_which_the_duration_has_passed(
    week: tuple[Calendar, date], seconds: int, duration: timedelta
) -> None:
    calendar, day = week
    start = moment_near(day, seconds)
    moment = add(calendar, start, duration)
    assert between(calendar, start, moment) == duration
    assert moment == start if not duration else between(calendar, start, moment - TICK) < duration


@law
@given(weeks(), near, durations, durations)
def test_adding_twice_is_adding_the_sum(
    week: tuple[Calendar, date], seconds: int, one: timedelta, two: timedelta
) -> None:
    calendar, day = week
    start = moment_near(day, seconds)
    assert add(calendar, add(calendar, start, one), two) == add(calendar, start, one + two)


@law
@given(weeks(), st.tuples(near, near, near).map(sorted))
def test_open_time_adds_up_over_any_cut(week: tuple[Calendar, date], cuts: list[int]) -> None:
    calendar, day = week
    a, b, c = (moment_near(day, seconds) for seconds in cuts)
    assert between(calendar, a, b) + between(calendar, b, c) == between(calendar, a, c)


@law
@given(weeks(), st.tuples(near, near).map(sorted))
def test_intervals_are_in_order_inside_and_apart(
    week: tuple[Calendar, date], cuts: list[int]
) -> None:
    calendar, day = week
    a, b = (moment_near(day, seconds) for seconds in cuts)
    intervals = [*open_intervals(calendar, a, b)]
    assert all(a <= opens < closes <= b for opens, closes in intervals)
    assert all(earlier[1] < later[0] for earlier, later in pairwise(intervals))


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


@law
@given(weeks(), st.tuples(near, near).map(sorted))
def test_open_time_is_what_counting_every_minute_gives(
    week: tuple[Calendar, date], cuts: list[int]
) -> None:
    calendar, day = week
    first, last = (seconds // 60 for seconds in cuts)
    counted = sum(open_minutes(calendar, day)[REACH + first : REACH + last])
    a, b = moment_near(day, first * 60), moment_near(day, last * 60)
    assert between(calendar, a, b) == counted * MINUTE


def test_ten_working_days_are_added_in_under_a_millisecond() -> None:
    def once() -> float:
        started = perf_counter()
        add(OFFICE, start, 80 * HOUR)
        return perf_counter() - started

    start = local("2026-11-02 10:00")
    assert min(once() for _ in range(20)) < 0.001
