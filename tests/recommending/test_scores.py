"""Loss, coverage and its tests against scipy 1.17; the difference of losses by blocks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sprints.recommending.scores import christoffersen, difference, kupiec, pinball, wilson


def test_the_pinball_loss_charges_a_missing_hour_four_idle_ones_at_80() -> None:
    assert pinball(12, 10, 0.8) == pytest.approx(1.6)
    assert pinball(10, 12, 0.8) == pytest.approx(0.4)
    assert pinball(10, 10, 0.8) == 0


# Hours to a thousandth: of two floats that differ by the smallest number there is, the loss rounds to 0.
HOURS = st.integers(0, 100_000).map(lambda thousandths: thousandths / 1000)


@given(y=HOURS, f=HOURS, q=st.floats(0.01, 0.99))
def test_a_loss_is_zero_only_for_the_exact_reserve(y: float, f: float, q: float) -> None:
    assert (pinball(y, f, q) > 0) == (y != f)


def test_wilsons_interval_is_scipys() -> None:
    found = wilson(64, 88)
    assert (found.low, found.high) == pytest.approx((0.6261879505104914, 0.8093452010054668))
    none = wilson(0, 5)
    assert (none.low, none.high) == pytest.approx((0, 0.43448246478317476))


def test_kupiec_doubts_a_coverage_that_chance_seldom_makes() -> None:
    found = kupiec(24, 88, 0.8)
    assert found.ratio == pytest.approx(2.6877335436307135)
    assert found.chance == pytest.approx(0.10112355909093848)
    assert kupiec(0, 10, 0.8).ratio == pytest.approx(4.462871026284194)
    assert kupiec(15, 75, 0.8).chance == pytest.approx(1)


def test_bad_sprints_in_a_row_are_noticed() -> None:
    row = [False] * 20 + [True] * 6 + [False] * 20
    spread = ([False] * 7 + [True]) * 6
    assert christoffersen(row).chance < 0.001
    assert christoffersen(spread).chance > 0.05
    assert christoffersen([]).chance == 1
    assert christoffersen([False] * 9).chance == 1
    assert christoffersen([True] * 9).chance == 1


def test_a_difference_that_chance_may_have_made_includes_zero() -> None:
    better = difference([0.1, 0.2, 0.1, 0.3] * 6, [0.3, 0.4, 0.2, 0.5] * 6)
    assert better.low > 0
    same = difference([0.1, 0.4] * 12, [0.4, 0.1] * 12)
    assert same.low <= 0 <= same.high
