"""Business time against known deadlines and its own laws; pauses, steps and the oracle are beside it.

V1 to V18 are the test vectors that the product promises (SLA-2); written in Brussels time.
"""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from time import perf_counter
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
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
from tests.problem_reports.business_time import (
    BRUSSELS,
    DAY,
    HOUR,
    MIDNIGHT,
    MINUTE,
    NEW_YORK,
    NIGHT,
    OFFICE,
    PASSING_MIDNIGHT,
    SUNDAY_NIGHT,
    TICK,
    durations,
    law,
    local,
    moment_near,
    near,
    weeks,
)

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
    calendar = Calendar("Europe/Brussels", PASSING_MIDNIGHT.shifts, {date(2026, 11, 11): ""})
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


def test_hours_are_exact_to_the_microsecond() -> None:
    calendar = Calendar("Europe/Brussels", (Shift(1, time(9, 0, 0, 1), time(17, 59, 59, 999_999)),))
    day = local("2026-11-03 00:00")
    assert between(calendar, day, day + DAY) == 9 * HOUR - 2 * TICK


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
    closed = {first + n * DAY: "Rebuilding" for n in range(11 * 366)}
    calendar = Calendar("Europe/Brussels", OFFICE.shifts, closed)
    with pytest.raises(CalendarUnusable, match="ten years from 2026-01-01"):
        add(calendar, local("2026-01-01 12:00"), HOUR)


def test_adding_waits_out_days_off_of_less_than_ten_years() -> None:
    first = date(2026, 1, 1)
    closed = {first + n * DAY: "Rebuilding" for n in range(365 * 9)}
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


def test_ten_working_days_are_added_in_under_a_millisecond() -> None:
    def once() -> float:
        started = perf_counter()
        add(OFFICE, start, 80 * HOUR)
        return perf_counter() - started

    start = local("2026-11-02 10:00")
    assert min(once() for _ in range(20)) < 0.001


def test_a_year_is_counted_in_a_few_milliseconds_and_again_in_less() -> None:
    def once(calendar: Calendar) -> float:
        started = perf_counter()
        between(calendar, start, start + 365 * DAY)
        return perf_counter() - started

    start = local("2026-11-02 10:00")
    fresh = [Calendar(OFFICE.zone, OFFICE.shifts) for _ in range(5)]
    assert min(once(calendar) for calendar in fresh) < 0.02
    assert min(once(OFFICE) for _ in range(20)) < 0.004


def test_calendars_that_are_equal_have_one_hash_whatever_their_days_off() -> None:
    twin = Calendar(OFFICE.zone, OFFICE.shifts, dict(OFFICE.days_off))
    other = Calendar(OFFICE.zone, OFFICE.shifts)
    assert (twin, hash(twin)) == (OFFICE, hash(OFFICE))
    assert other != OFFICE
