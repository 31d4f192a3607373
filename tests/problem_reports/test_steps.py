"""A deadline explained: what counted and what did not, interval by interval (SLA-6). Brussels time."""

from datetime import date, datetime, time, timedelta
from itertools import pairwise
from time import perf_counter

from hypothesis import given
from hypothesis import strategies as st

from problem_reports.clocks.rules import (
    AROUND_THE_CLOCK,
    Calendar,
    Pause,
    PauseKind,
    Shift,
    Step,
    StepKind,
    due,
    elapsed,
    steps,
)
from tests.problem_reports.business_time import (
    BRUSSELS,
    DAY,
    HOUR,
    MIDNIGHT,
    MINUTE,
    OFFICE,
    PASSING_MIDNIGHT,
    law,
    local,
    moment_near,
    near,
    pauses,
    weeks,
)


def told(found: list[Step]) -> list[tuple[str, str, str]]:
    """As a person would read them aloud: from, until, why."""
    return [(clock(s.begins), clock(s.ends), s.why) for s in found]


def clock(moment: datetime) -> str:
    return f"{moment.astimezone(BRUSSELS):%a %H:%M}"


def explained(start: str, end: str, *held: Pause, calendar: Calendar = OFFICE) -> list[Step]:
    return steps(calendar, local(start), local(end), held)


def test_a_promise_over_night_lunch_and_a_holiday_names_each() -> None:
    found = explained("2026-11-10 10:00", "2026-11-12 11:00")
    assert told(found) == [
        ("Tue 10:00", "Tue 12:30", "Open hours"),
        ("Tue 12:30", "Tue 13:30", "Between two shifts"),
        ("Tue 13:30", "Tue 18:00", "Open hours"),
        ("Tue 18:00", "Wed 00:00", "Outside hours"),
        ("Wed 00:00", "Thu 00:00", "Armistice Day"),
        ("Thu 00:00", "Thu 09:00", "Outside hours"),
        ("Thu 09:00", "Thu 11:00", "Open hours"),
    ]
    kinds = [step.kind for step in found]
    assert kinds == ["open", "break", "open", "outside", "day_off", "outside", "open"]
    assert [step.amount for step in found if step.counted] == [2.5 * HOUR, 4.5 * HOUR, 2 * HOUR]


def test_a_weekend_is_one_interval() -> None:
    assert told(explained("2026-11-06 17:00", "2026-11-09 10:00")) == [
        ("Fri 17:00", "Fri 18:00", "Open hours"),
        ("Fri 18:00", "Mon 09:00", "Outside hours"),
        ("Mon 09:00", "Mon 10:00", "Open hours"),
    ]


def test_a_pause_takes_only_what_would_have_counted_v6() -> None:
    held = Pause(local("2026-11-06 17:00"), local("2026-11-09 09:30"), PauseKind.REPORTER)
    assert told(explained("2026-11-06 16:00", "2026-11-09 12:30", held)) == [
        ("Fri 16:00", "Fri 17:00", "Open hours"),
        ("Fri 17:00", "Fri 18:00", "Waiting on the reporter"),
        ("Fri 18:00", "Mon 09:00", "Outside hours"),
        ("Mon 09:00", "Mon 09:30", "Waiting on the reporter"),
        ("Mon 09:30", "Mon 12:30", "Open hours"),
    ]


def test_where_pauses_overlap_the_one_that_began_last_is_named() -> None:
    found = explained(
        "2026-11-03 10:00",
        "2026-11-03 12:30",
        Pause(local("2026-11-03 10:30"), None, PauseKind.REPORTER),
        Pause(local("2026-11-03 11:00"), local("2026-11-03 11:30"), PauseKind.SNOOZED),
        Pause(local("2026-11-03 12:00"), None, PauseKind.THIRD_PARTY),
    )
    assert told(found) == [
        ("Tue 10:00", "Tue 10:30", "Open hours"),
        ("Tue 10:30", "Tue 11:00", "Waiting on the reporter"),
        ("Tue 11:00", "Tue 11:30", "Snoozed"),
        ("Tue 11:30", "Tue 12:00", "Waiting on the reporter"),
        ("Tue 12:00", "Tue 12:30", "Waiting on a third party"),
    ]
    assert {step.kind for step in found} == {"open", "reporter", "snoozed", "third_party"}


def test_pauses_of_a_kind_that_touch_are_one() -> None:
    held = [
        Pause(local(f"2026-11-03 {a}"), local(f"2026-11-03 {b}"), PauseKind.SNOOZED)
        for a, b in (("11:00", "12:00"), ("10:30", "11:00"))
    ]
    assert told(explained("2026-11-03 10:30", "2026-11-03 12:30", *held)) == [
        ("Tue 10:30", "Tue 12:00", "Snoozed"),
        ("Tue 12:00", "Tue 12:30", "Open hours"),
    ]


def test_a_pause_that_ends_as_the_day_opens_is_no_step() -> None:
    held = Pause(local("2026-11-03 07:00"), local("2026-11-03 09:00"), PauseKind.SNOOZED)
    assert told(explained("2026-11-03 08:00", "2026-11-03 10:00", held)) == [
        ("Tue 08:00", "Tue 09:00", "Outside hours"),
        ("Tue 09:00", "Tue 10:00", "Open hours"),
    ]


def test_a_stretch_inside_lunch_is_between_two_shifts() -> None:
    (only,) = explained("2026-11-03 12:45", "2026-11-03 13:15")
    assert (only.kind, only.counted, only.amount) == (StepKind.BREAK, False, 30 * MINUTE)


def test_a_holiday_on_a_day_that_is_closed_anyway_explains_nothing() -> None:
    calendar = Calendar(OFFICE.zone, OFFICE.shifts, {date(2026, 11, 7): "A Saturday"})
    assert told(explained("2026-11-07 10:00", "2026-11-08 10:00", calendar=calendar)) == [
        ("Sat 10:00", "Sun 10:00", "Outside hours")
    ]


def test_holidays_in_a_row_are_named_one_by_one_and_one_without_words_is_a_day_off() -> None:
    free = {date(2026, 11, 10): "Bridge", date(2026, 11, 11): "", date(2026, 11, 12): "Bridge"}
    calendar = Calendar(OFFICE.zone, OFFICE.shifts, free)
    assert told(explained("2026-11-10 12:00", "2026-11-12 12:00", calendar=calendar)) == [
        ("Tue 12:00", "Wed 00:00", "Bridge"),
        ("Wed 00:00", "Thu 00:00", "Day off"),
        ("Thu 00:00", "Thu 12:00", "Bridge"),
    ]


def test_a_night_shift_that_a_day_off_took_away_is_named_to_its_end() -> None:
    calendar = Calendar(OFFICE.zone, PASSING_MIDNIGHT.shifts, {date(2026, 11, 11): "Armistice Day"})
    assert told(explained("2026-11-10 21:00", "2026-11-12 23:00", calendar=calendar)) == [
        ("Tue 21:00", "Tue 22:00", "Outside hours"),
        ("Tue 22:00", "Wed 06:00", "Open hours"),
        ("Wed 06:00", "Thu 06:00", "Armistice Day"),
        ("Thu 06:00", "Thu 22:00", "Outside hours"),
        ("Thu 22:00", "Thu 23:00", "Open hours"),
    ]


def test_between_two_shifts_may_lie_after_midnight() -> None:
    nights = (Shift(1, time(20), time(1)), Shift(1, time(22), time(23)), Shift(2, time(2), time(6)))
    split = Calendar(OFFICE.zone, (*nights, Shift(2, time(8), time(9))))
    assert told(explained("2026-11-04 00:30", "2026-11-04 10:00", calendar=split)) == [
        ("Wed 00:30", "Wed 01:00", "Open hours"),
        ("Wed 01:00", "Wed 02:00", "Outside hours"),
        ("Wed 02:00", "Wed 06:00", "Open hours"),
        ("Wed 06:00", "Wed 08:00", "Between two shifts"),
        ("Wed 08:00", "Wed 09:00", "Open hours"),
        ("Wed 09:00", "Wed 10:00", "Outside hours"),
    ]


def test_around_the_clock_is_one_interval_but_for_pauses() -> None:
    a = local("2026-03-20 10:11:12.000013")
    held = Pause(a + DAY, a + 2 * DAY, PauseKind.THIRD_PARTY)
    kinds = [step.kind for step in steps(AROUND_THE_CLOCK, a, a + 30 * DAY, [held])]
    assert kinds == [StepKind.OPEN, PauseKind.THIRD_PARTY, StepKind.OPEN]


def test_there_is_nothing_to_explain_when_the_end_is_not_after_the_start() -> None:
    noon = local("2026-11-03 12:00")
    assert steps(OFFICE, noon, noon) == steps(OFFICE, noon, noon - DAY) == []


@law
@given(
    weeks().flatmap(lambda week: st.tuples(st.just(week), pauses(week[1], still_open=True))),
    st.tuples(near, near).map(sorted),
)
def test_steps_tile_the_stretch_and_what_counted_sums_up(
    week: tuple[tuple[Calendar, date], list[Pause]], cuts: list[int]
) -> None:
    (calendar, day), held = week
    a, b = (moment_near(day, seconds) for seconds in cuts)
    found = steps(calendar, a, b, held)
    edges = [a, *(step.ends for step in found)]
    assert [step.begins for step in found] == edges[:-1]
    assert edges[-1] == b
    assert all(step.begins < step.ends for step in found)
    assert all((x.kind, x.why) != (y.kind, y.why) for x, y in pairwise(found))
    counted = sum((step.amount for step in found if step.counted), timedelta(0))
    assert counted == elapsed(calendar, a, b, held)
    assert steps(calendar, a, b, reversed(held)) == found


@law
@given(weeks().flatmap(lambda week: st.tuples(st.just(week), pauses(week[1]))), near)
def test_what_is_paused_is_what_would_have_counted(
    week: tuple[tuple[Calendar, date], list[Pause]], seconds: int
) -> None:
    (calendar, day), held = week
    a = moment_near(day, seconds)
    b = due(calendar, a, 20 * HOUR, held)
    assert b is not None
    waited = (step.amount for step in steps(calendar, a, b, held) if step.kind in list(PauseKind))
    assert elapsed(calendar, a, b) - elapsed(calendar, a, b, held) == sum(waited, timedelta(0))


def test_a_year_is_explained_in_milliseconds() -> None:
    def once() -> float:
        started = perf_counter()
        steps(OFFICE, start, start + 365 * DAY, held)
        return perf_counter() - started

    start = datetime.combine(date(2026, 1, 1), MIDNIGHT, BRUSSELS)
    held = [Pause(start + n * DAY, start + n * DAY + HOUR, PauseKind.SNOOZED) for n in range(20)]
    assert min(once() for _ in range(10)) < 0.03
