"""The band of a recommended reserve: always the same, wider with less, and where the drift is."""

import itertools
from random import Random
from statistics import fmean

import pytest

from sprints.recommending.bands import adaptive_band, band, band_of, drawn
from sprints.recommending.ladder import Rung, adaptive, method, weighted_quantile

CALM = [5.0, 7, 4, 6, 5, 8, 6, 4, 7, 5, 6, 8, 5, 6, 7, 4, 5, 9, 6, 5]


def test_the_same_series_has_the_same_band() -> None:
    once = band(CALM, lambda xs: weighted_quantile(xs, 0.8))
    assert once == band(CALM, lambda xs: weighted_quantile(xs, 0.8))
    assert once.low <= weighted_quantile(CALM, 0.8) <= once.high
    assert min(CALM) <= once.low < once.high <= max(CALM)


def test_blocks_are_three_long_on_average_and_wrap() -> None:
    dice = Random(1)
    places = drawn(20_000, dice)
    jumps = sum(b != (a + 1) % 20_000 for a, b in itertools.pairwise(places))
    assert len(places) / jumps == pytest.approx(3, rel=0.05)
    assert set(drawn(3, dice)) <= {0, 1, 2}


def test_the_band_of_a_mean_is_what_theory_says() -> None:
    """Independent demand: ± 1.28 standard errors hold 80 %."""
    dice = Random(2)
    xs = [dice.gauss(50, 10) for _ in range(200)]
    found = band(xs, fmean)
    assert found.width == pytest.approx(2 * 1.2816 * 10 / 200**0.5, rel=0.25)


def test_a_rise_stays_a_rise_in_the_band_of_the_adaptive_rule() -> None:
    dice = Random(3)
    rising = [10 + 3 * i + dice.uniform(-4, 4) for i in range(20)]
    found = adaptive_band(rising, 0.8)
    assert found.low <= adaptive(rising, 0.8) <= found.high
    # Sprints drawn anew would forget which ones were last, and the band would lie below them.
    assert found.low > fmean(rising)


@pytest.mark.parametrize("rung", [Rung.SHRUNK, Rung.HARRELL_DAVIS, Rung.WEIGHTED, Rung.ADAPTIVE])
def test_what_is_recommended_lies_in_its_band(rung: Rung) -> None:
    falling = [40.0, 44, 38, 41, 35, 37, 30, 33, 28, 25, 27, 22, 20, 21, 18, 15]
    said = method(rung)(falling, 0.8)
    found = band_of(rung, falling, 0.8, method(rung))
    assert found.low <= said <= found.high


def test_sprints_that_count_little_do_not_widen_the_band() -> None:
    """Drawn with their weights: old bad sprints do not become recent."""
    calmed = [90.0] * 4 + [10.0, 12, 9, 11] * 8
    found = band_of(Rung.WEIGHTED, calmed, 0.8, weighted_quantile)
    assert found.high <= 12
