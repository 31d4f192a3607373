"""Wall-clock times become moments by one rule: the first moment at which the wall shows that time or later."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncall.rules.walls import DAY, MONTH, WEEK, moment_of, step, wall_at
from tests.oncall.rotas import CHANGES, QUARTER, latest_shown, times, utc, wall


@pytest.mark.parametrize(
    ("zone", "shown", "moment"),
    [
        # An ordinary morning, in summer and in winter.
        ("Europe/Brussels", wall(2026, 1, 5, 9), utc(2026, 1, 5, 8)),
        ("Europe/Brussels", wall(2026, 7, 6, 9), utc(2026, 7, 6, 7)),
        # Left out: the moment at which the clocks went forward.
        ("Europe/Brussels", wall(2026, 3, 29, 2, 30), utc(2026, 3, 29, 1)),
        ("America/Chicago", wall(2026, 3, 8, 2, 30), utc(2026, 3, 8, 8)),
        ("Australia/Lord_Howe", wall(2026, 10, 4, 2, 15), utc(2026, 10, 3, 15, 30)),
        # Twice: its first coming.
        ("Europe/Brussels", wall(2026, 10, 25, 2, 30), utc(2026, 10, 25, 0, 30)),
        ("Australia/Lord_Howe", wall(2026, 4, 5, 1, 45), utc(2026, 4, 4, 14, 45)),
        # No midnight: the day begins at 01:00.
        ("America/Sao_Paulo", wall(2018, 11, 4), utc(2018, 11, 4, 3)),
        ("Asia/Beirut", wall(2026, 3, 29), utc(2026, 3, 28, 22)),
        ("Africa/Cairo", wall(2026, 4, 24), utc(2026, 4, 23, 22)),
        # No such day: the end of the day before.
        ("Pacific/Apia", wall(2011, 12, 30, 9), utc(2011, 12, 30, 10)),
        ("Asia/Kathmandu", wall(2026, 3, 29, 9), utc(2026, 3, 29, 3, 15)),
    ],
)
def test_vectors(zone: str, shown: datetime, moment: datetime) -> None:
    assert moment_of(shown, ZoneInfo(zone)) == moment


near = st.tuples(st.sampled_from(CHANGES), st.integers(-3, 3), times)


@given(near)
def test_it_is_the_first_moment_at_which_the_wall_shows_that_time_or_later(
    drawn: tuple[tuple[str, date], int, time],
) -> None:
    (name, day), days, at = drawn
    zone, shown = ZoneInfo(name), datetime.combine(day + timedelta(days=days), at)
    moment = moment_of(shown, zone)
    assert wall_at(moment, zone) >= shown
    assert latest_shown(zone, moment - QUARTER) < shown


@given(near, st.integers(0, 400))
def test_a_later_time_is_never_an_earlier_moment(
    drawn: tuple[tuple[str, date], int, time], quarters: int
) -> None:
    (name, day), days, at = drawn
    zone, shown = ZoneInfo(name), datetime.combine(day + timedelta(days=days), at)
    assert moment_of(shown, zone) <= moment_of(shown + quarters * QUARTER, zone)


def test_a_step_is_counted_by_the_calendar_and_never_drifts() -> None:
    last = wall(2026, 1, 31, 9)
    months = [step(last, MONTH, n) for n in range(-2, 5)]
    assert [f"{day:%m-%d}" for day in months] == [
        *("11-30", "12-31", "01-31", "02-28", "03-31", "04-30", "05-31")
    ]
    assert step(last, MONTH, 25) == wall(2028, 2, 29, 9)
    assert step(last, WEEK, -1) == wall(2026, 1, 24, 9)
    assert step(last, DAY, 1) == wall(2026, 2, 1, 9)
