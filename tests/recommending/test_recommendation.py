"""The recommended reserve as one answer."""

from datetime import date, timedelta

import pytest

from sprints.recommending.history import Past
from sprints.recommending.ladder import Rung
from sprints.recommending.recommendation import (
    Coming,
    quantile,
    recommend,
    rounded_up,
    usual_quantile,
)

MONDAY = date(2026, 1, 5)
CALM = [9.0, 13, 6, 11, 8, 14, 7, 12, 10, 15, 9, 8, 12, 11, 7, 13]


def history(*amounts: float, days: int = 14, **more: float) -> list[Past]:
    return [
        Past(f"Sprint {i + 1}", MONDAY + timedelta(days=14 * i), days, amount, **more)
        for i, amount in enumerate(amounts)
    ]


@pytest.mark.parametrize(
    ("recovered", "disruption", "q"),
    [
        (0, 0, 0.50),
        (0, 1, 0.67),
        (0.5, 0.5, 0.75),
        (0.7, 0, 0.77),
        (0.7, 0.25, 0.81),
        (0.8, 0.5, 0.88),
    ],
)
def test_the_newsvendors_table(recovered: float, disruption: float, q: float) -> None:
    assert round(quantile(recovered, disruption), 2) == q


def test_four_in_five_is_asked_only_where_unused_reserve_finds_work() -> None:
    assert usual_quantile(can_pull_forward=True) == 0.80
    assert usual_quantile(can_pull_forward=False) == 0.67


def test_without_a_record_it_is_the_teams_own_number_and_a_guess() -> None:
    found = recommend(history(7, 9), Coming(days=14, capacity=40, own=10), 0.8)
    assert (found.amount, found.is_guess, found.n) == (10, True, 2)
    assert (found.figure, found.band, found.delivered) == (None, None, None)
    assert found.share_of_capacity == 0.25
    # Its own number is of a sprint of two weeks; a week gets half.
    assert recommend([], Coming(days=7, own=10, own_days=14), 0.8).amount == 5
    assert recommend([], Coming(days=14), 0.8).amount is None


def test_six_sprints_say_what_six_sprints_deliver() -> None:
    found = recommend(history(*CALM[:6]), Coming(days=14, capacity=50), 0.8)
    assert (found.rung, found.n) == (Rung.SHRUNK, 6)
    assert found.delivered is not None
    assert found.delivered.percentile == 0.73
    assert found.band is not None
    assert found.figure is not None
    assert found.band.low < found.figure < found.band.high
    assert found.amount == rounded_up(found.figure)
    assert found.share_of_capacity == found.amount / 50


def test_rungs_by_the_length_of_the_record() -> None:
    rungs = {n: recommend(history(*CALM[:n]), Coming(14), 0.8).rung for n in (3, 8, 13)}
    assert rungs == {3: Rung.SHRUNK, 8: Rung.HARRELL_DAVIS, 13: Rung.WEIGHTED}


def test_a_level_that_moved_is_told_with_the_sprint_it_began_in() -> None:
    found = recommend(history(*CALM, 30, 34, 29, 36), Coming(14), 0.8)
    assert found.rung is Rung.ADAPTIVE
    assert found.drift is not None
    assert found.drift.rising
    assert found.drift_since == "Sprint 17"
    assert found.figure is not None
    assert found.figure > 30


def test_a_holiday_sprint_has_the_demand_of_its_days_not_of_its_capacity() -> None:
    whole = recommend(history(*CALM), Coming(days=14, capacity=40), 0.8)
    half_away = recommend(history(*CALM), Coming(days=14, capacity=20), 0.8)
    week = recommend(history(*CALM), Coming(days=7, capacity=20), 0.8)
    assert half_away.amount == whole.amount
    assert half_away.share_of_capacity == 2 * (whole.share_of_capacity or 0)
    assert week.figure == pytest.approx((whole.figure or 0) / 2)


def test_a_change_within_the_noise_is_not_recommended() -> None:
    free = recommend(history(*CALM), Coming(days=14), 0.8)
    assert free.figure is not None
    assert free.band is not None
    near = free.figure + free.band.width * 0.2
    far = free.figure + free.band.width * 0.3
    kept = recommend(history(*CALM), Coming(days=14, own=near), 0.8)
    assert (kept.keeps, kept.amount) == (True, near)
    changed = recommend(history(*CALM), Coming(days=14, own=far), 0.8)
    assert (changed.keeps, changed.amount) == (False, free.amount)


def test_one_piece_of_work_above_two_fifths_is_named() -> None:
    even = recommend(history(*CALM, largest=4), Coming(14), 0.8)
    assert not even.one_off
    record = [*history(*CALM[:8], largest=3), Past("Fire", MONDAY, 14, 90, largest=80)]
    found = recommend(record, Coming(14), 0.8)
    assert found.one_off
    assert found.share_of_largest == pytest.approx(80 / (sum(CALM[:8]) + 90))


def test_what_nobody_logged_is_told() -> None:
    found = recommend(history(*CALM, estimated=1), Coming(14), 0.8)
    assert found.estimated == pytest.approx(len(CALM) / sum(CALM))


def test_amounts_are_rounded_up_never_down() -> None:
    assert [rounded_up(x) for x in (0, 3.1, 3.5, 11.01, 19.6, 20.2, 41)] == [
        *(0, 3.5, 3.5, 11.5, 20, 21, 41)
    ]
