"""Clocks that can be paused: what counts, when they run out, and what is left (SLA-4).

Vectors are those of SLA-2, written in Brussels time.
"""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from problem_reports.clocks.rules import (
    AROUND_THE_CLOCK,
    Calendar,
    CalendarUnusable,
    Pause,
    PauseKind,
    add,
    between,
    due,
    elapsed,
    open_intervals,
    remaining,
)
from tests.problem_reports.business_time import (
    BRUSSELS,
    DAY,
    HOUR,
    MINUTE,
    OFFICE,
    TICK,
    durations,
    law,
    local,
    moment_near,
    near,
    pauses,
    weeks,
)

ZERO = timedelta(0)


def pause(begins: str, ends: str | None = None, kind: str = "reporter") -> Pause:
    return Pause(local(begins), local(ends) if ends else None, PauseKind(kind))


# The vectors


@pytest.mark.parametrize(
    ("start", "held", "expected"),
    [
        pytest.param(
            "2026-11-06 16:00",
            [pause("2026-11-06 17:00", "2026-11-09 09:30")],
            "2026-11-09 12:30",
            id="V6-over-a-weekend",
        ),
        pytest.param(
            "2026-11-05 17:00",
            [pause("2026-11-05 19:00", "2026-11-06 08:00")],
            "2026-11-06 12:00",
            id="V7-off-hours-adds-nothing",
        ),
        pytest.param(
            "2026-11-03 09:00",
            [
                pause("2026-11-03 10:00", "2026-11-03 10:20"),
                pause("2026-11-03 11:00", "2026-11-03 11:25:30", "third_party"),
            ],
            "2026-11-03 14:45:30",
            id="V8-two-pauses-with-seconds",
        ),
    ],
)
def test_it_gives_the_moment_of_the_vector(start: str, held: list[Pause], expected: str) -> None:
    moment = due(OFFICE, local(start), 4 * HOUR, held)
    assert moment == local(expected).astimezone(UTC)
    assert moment.tzinfo is UTC
    assert elapsed(OFFICE, local(start), moment, held) == 4 * HOUR


def test_a_day_that_is_paused_whole_counts_nothing_v15() -> None:
    held = pause("2026-11-03 09:00", "2026-11-03 18:00")
    assert elapsed(OFFICE, held.begins, local("2026-11-03 18:00"), [held]) == ZERO


@pytest.mark.parametrize("asked", ["2026-11-02 17:00", "2026-11-04 09:00", "2026-11-05 12:00"])
@pytest.mark.parametrize("ends", [None, "2026-11-05 12:00"])
def test_a_breached_clock_that_is_paused_stands_still_v17(asked: str, ends: str | None) -> None:
    start, held = local("2026-11-02 10:00"), [pause("2026-11-02 16:00", ends)]
    assert elapsed(OFFICE, start, local(asked), held) == 5 * HOUR
    assert remaining(OFFICE, start, 4 * HOUR, local(asked), held) == -HOUR
    assert due(OFFICE, start, 4 * HOUR, held) == local("2026-11-02 15:00").astimezone(UTC)


def test_a_warning_waits_with_the_clock_v18() -> None:
    start, held = local("2026-11-09 17:00"), [pause("2026-11-10 09:30", "2026-11-10 10:30")]
    warn, target = 4 * HOUR * 0.75, 4 * HOUR
    assert due(OFFICE, start, warn) == local("2026-11-10 11:00").astimezone(UTC)
    assert due(OFFICE, start, warn, held) == local("2026-11-10 12:00").astimezone(UTC)
    assert due(OFFICE, start, target, held) == local("2026-11-10 14:00").astimezone(UTC)


# Edges


def test_while_a_pause_is_open_nothing_is_due() -> None:
    start = local("2026-11-03 10:00")
    assert due(OFFICE, start, 4 * HOUR, [pause("2026-11-03 11:00")]) is None
    closed_one_too = [pause("2026-11-03 11:00"), pause("2026-11-03 11:30", "2026-11-03 12:00")]
    assert due(OFFICE, start, 4 * HOUR, closed_one_too) is None
    assert due(OFFICE, start, 4 * HOUR, [pause("2026-11-01 11:00")]) is None


def test_a_clock_that_runs_out_as_the_pause_begins_was_due_then() -> None:
    start, held = local("2026-11-03 10:00"), [pause("2026-11-03 12:00")]
    assert due(OFFICE, start, 2 * HOUR, held) == local("2026-11-03 12:00").astimezone(UTC)
    assert due(OFFICE, start, 2 * HOUR + TICK, held) is None


def test_no_time_at_all_is_due_at_once_even_while_paused() -> None:
    start = local("2026-11-03 10:00")
    assert due(OFFICE, start, ZERO, [pause("2026-11-02 10:00")]) == start.astimezone(UTC)


def test_a_pause_that_began_before_the_start_counts_from_the_start() -> None:
    start, held = local("2026-11-03 10:00"), [pause("2026-11-02 09:00", "2026-11-03 11:00")]
    assert due(OFFICE, start, HOUR, held) == local("2026-11-03 12:00").astimezone(UTC)


def test_pauses_that_overlap_stop_the_clock_once() -> None:
    start = local("2026-11-03 10:00")
    held = [
        pause("2026-11-03 10:30", "2026-11-03 11:30", "snoozed"),
        pause("2026-11-03 10:00", "2026-11-03 11:00"),
        pause("2026-11-03 10:40", "2026-11-03 10:50", "third_party"),
        pause("2026-11-03 11:30", "2026-11-03 12:00"),
    ]
    assert due(OFFICE, start, HOUR, held) == local("2026-11-03 14:00").astimezone(UTC)
    assert elapsed(OFFICE, start, local("2026-11-03 12:00"), held) == ZERO


def test_a_pause_that_ends_as_it_begins_stops_nothing() -> None:
    start, held = local("2026-11-03 10:00"), [pause("2026-11-03 10:30", "2026-11-03 10:30")]
    assert due(OFFICE, start, HOUR, held) == add(OFFICE, start, HOUR)


def test_nothing_has_passed_when_the_end_is_not_after_the_start() -> None:
    noon = local("2026-11-03 12:00")
    for end in (noon, noon - DAY):
        assert elapsed(OFFICE, noon, end, [pause("2026-11-02 10:00", "2026-11-03 11:00")]) == ZERO


def test_around_the_clock_waits_too_through_the_hour_that_comes_twice() -> None:
    start = local("2026-10-24 22:00")
    held = [
        Pause(
            datetime(2026, 10, 25, 2, 45, tzinfo=BRUSSELS),
            datetime(2026, 10, 25, 2, 15, tzinfo=BRUSSELS, fold=1),
            PauseKind.SNOOZED,
        )
    ]
    assert due(AROUND_THE_CLOCK, start, 8 * HOUR, held) == local("2026-10-25 05:30")


def test_what_is_left_is_less_than_nothing_when_late() -> None:
    start = local("2026-11-03 10:00")
    assert remaining(OFFICE, start, 2 * HOUR, local("2026-11-03 10:30")) == 90 * MINUTE
    assert remaining(OFFICE, start, 2 * HOUR, local("2026-11-03 14:00")) == -HOUR


# Refusals


def test_a_pause_refuses_to_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="before it begins"):
        pause("2026-11-03 10:00", "2026-11-03 09:59:59")


def test_a_pause_refuses_a_moment_without_zone_and_a_kind_that_is_none() -> None:
    noon, naive = local("2026-11-03 12:00"), datetime(2026, 11, 3, 13)  # noqa: DTZ001
    for wrong in ((naive, None, "reporter"), (noon, naive, "reporter"), (noon, None, "lunch")):
        with pytest.raises(ValueError, match=r"needs a time zone|not a valid PauseKind"):
            Pause(*wrong)  # type: ignore[arg-type]


def test_it_refuses_what_adding_refuses() -> None:
    start = local("2026-11-03 10:00")
    with pytest.raises(ValueError, match="negative"):
        due(OFFICE, start, -TICK, [pause("2026-11-03 10:00")])
    closed = Calendar(
        OFFICE.zone, OFFICE.shifts, {date(2026, 1, 1) + n * DAY: "" for n in range(4200)}
    )
    with pytest.raises(CalendarUnusable):
        due(closed, start, HOUR, [pause("2026-11-03 10:00", "2026-11-04 10:00")])


# Laws

held_weeks = weeks().flatmap(lambda week: st.tuples(st.just(week), pauses(week[1])))


@law
@given(held_weeks, near, durations)
def test_it_is_the_earliest_moment_at_which_the_target_has_passed(
    week: tuple[tuple[Calendar, date], list[Pause]], seconds: int, target: timedelta
) -> None:
    (calendar, day), held = week
    start = moment_near(day, seconds)
    moment = due(calendar, start, target, held)
    assert moment is not None
    assert elapsed(calendar, start, moment, held) == target
    assert moment == start if not target else elapsed(calendar, start, moment - TICK, held) < target


@law
@given(weeks(), near, durations)
def test_without_pauses_it_is_add_and_between(
    week: tuple[Calendar, date], seconds: int, target: timedelta
) -> None:
    calendar, day = week
    start = moment_near(day, seconds)
    moment = due(calendar, start, target)
    assert moment == add(calendar, start, target)
    assert elapsed(calendar, start, moment) == between(calendar, start, moment)


@law
@given(held_weeks, near, st.tuples(durations, durations).map(sorted))
def test_a_longer_target_is_never_due_earlier(
    week: tuple[tuple[Calendar, date], list[Pause]], seconds: int, targets: list[timedelta]
) -> None:
    (calendar, day), held = week
    shorter, longer = (due(calendar, moment_near(day, seconds), t, held) for t in targets)
    assert shorter is not None
    assert longer is not None
    assert shorter <= longer


@law
@given(held_weeks, st.tuples(near, near, near).map(sorted))
def test_it_adds_up_over_any_cut_and_never_runs_back(
    week: tuple[tuple[Calendar, date], list[Pause]], cuts: list[int]
) -> None:
    (calendar, day), held = week
    a, b, c = (moment_near(day, seconds) for seconds in cuts)
    first, then = elapsed(calendar, a, b, held), elapsed(calendar, b, c, held)
    assert min(first, then) >= ZERO
    assert elapsed(calendar, a, c, held) == first + then


@law
@given(
    weeks().flatmap(lambda week: st.tuples(st.just(week), pauses(week[1], still_open=True))),
    near,
    durations,
    st.data(),
)
def test_another_pause_never_makes_it_earlier_and_their_order_says_nothing(
    week: tuple[tuple[Calendar, date], list[Pause]],
    seconds: int,
    target: timedelta,
    data: st.DataObject,
) -> None:
    (calendar, day), held = week
    start = moment_near(day, seconds)
    moment = due(calendar, start, target, held)
    assert due(calendar, start, target, data.draw(st.permutations(held))) == moment
    for left_out in range(len(held)):
        sooner = due(calendar, start, target, held[:left_out] + held[left_out + 1 :])
        assert moment is None or (sooner is not None and sooner <= moment)


@law
@given(held_weeks, near, durations, st.data())
def test_a_pause_wholly_off_hours_adds_nothing(
    week: tuple[tuple[Calendar, date], list[Pause]],
    seconds: int,
    target: timedelta,
    data: st.DataObject,
) -> None:
    (calendar, day), held = week
    start = moment_near(day, seconds)
    hours = list(open_intervals(calendar, start - 5 * DAY, start + 5 * DAY))
    gaps = [(a[1], b[0]) for a, b in pairwise(hours)]
    if not gaps:
        return
    closed = Pause(*data.draw(st.sampled_from(gaps)), PauseKind.SNOOZED)
    assert due(calendar, start, target, [closed, *held]) == due(calendar, start, target, held)


def test_hours_are_due_well_below_a_millisecond_even_with_many_pauses() -> None:
    def once() -> float:
        started = perf_counter()
        due(OFFICE, start, 12 * HOUR, held)
        return perf_counter() - started

    start = local("2026-11-02 10:00")
    held = [
        Pause(start + n * HOUR, start + n * HOUR + 20 * MINUTE, PauseKind.REPORTER)
        for n in range(9)
    ]
    assert min(once() for _ in range(20)) < 0.001
