"""The rungs against vectors of scipy 1.17 (not a dependency), and what holds for any series."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sprints.recommending import ladder
from sprints.recommending.distributions import (
    beta_share,
    gamma_quantile,
    gamma_share,
    negative_binomial_quantile,
)
from sprints.recommending.ladder import Prior, Rung

NINE = [3.0, 8, 5, 21, 13, 2, 7, 9, 16]
Says = Callable[[list[float], float], float]


@pytest.mark.parametrize(
    ("a", "b", "x", "share"),
    [
        (2, 3, 0.4, 0.5248),
        (0.5, 0.5, 0.01, 0.06376856085851985),
        (30, 5, 0.9, 0.7504082837878774),
        (120, 40, 0.7, 0.07601308651908555),
        (2, 2, 0, 0),
        (2, 2, 1, 1),
    ],
)
def test_the_incomplete_beta_function_is_scipys(a: float, b: float, x: float, share: float) -> None:
    assert beta_share(a, b, x) == pytest.approx(share, abs=1e-10)


@pytest.mark.parametrize(
    ("shape", "x", "share"),
    [
        (0.5, 0.2, 0.47291074313446196),
        (3, 2.5, 0.45618688411667035),
        (3, 9, 0.9937678048936227),
        (50, 60, 0.9155933189063082),
        (0.05, 1e-6, 0.514827954525178),
        (3, 0, 0),
    ],
)
def test_the_incomplete_gamma_function_is_scipys(shape: float, x: float, share: float) -> None:
    assert gamma_share(shape, x) == pytest.approx(share, abs=1e-10)


def test_the_quantiles_are_scipys() -> None:
    for q, shape, x in (
        (0.8, 0.1, 0.06938988323997317),
        (0.8, 7.5, 9.655328555295458),
        (0.67, 40, 42.50071419760113),
        (0.05, 3, 0.8176914471639534),
    ):
        assert gamma_quantile(q, shape) == pytest.approx(x, rel=1e-9)
    for q, m, v, k in ((0.8, 12, 48, 17), (0.67, 12, 48, 14), (0.95, 3, 4, 7), (0.8, 0.5, 2, 1)):
        assert negative_binomial_quantile(q, m, v) == k
    assert negative_binomial_quantile(0.8, 12, 12) == 15  # Poisson, when nothing is over-dispersed
    assert negative_binomial_quantile(0.8, 0, 1) == 0


def test_harrell_and_davis_weigh_as_scipy_does() -> None:
    for q, x in ((0.5, 8.325862017070554), (0.8, 15.57916913888362), (0.95, 20.182508644553014)):
        assert ladder.harrell_davis(NINE, q) == pytest.approx(x, rel=1e-9)


def test_the_predictives_follow_their_formulas() -> None:
    assert ladder.shrunk(NINE[:5], 0.8) == pytest.approx(15.359108327780044, rel=1e-9)
    of_peers = Prior(mean=14, dispersion=4)
    assert ladder.shrunk(NINE[:5], 0.8, of_peers) == pytest.approx(17.86602200358312, rel=1e-9)
    assert ladder.shrunk(NINE[:5], 0.8, Prior(14, 4, counts=True)) == 18


def test_the_weighted_quantile_counts_a_sprint_half_after_six() -> None:
    assert [ladder.weighted_quantile(NINE, q) for q in (0.5, 0.67, 0.8, 0.95)] == [9, 13, 16, 21]
    # Six sprints apart the later weighs double: at two thirds the earlier is just enough.
    assert ladder.weighted_quantile([9, 1, 1, 1, 1, 1, 1], 0.9) == 1
    assert ladder.weighted_quantile([1, 1, 1, 1, 1, 1, 9], 0.81) == 9


def test_the_adaptive_rule_adds_the_error_of_conformal_rank_to_the_level() -> None:
    xs = [4.0] * 3 + [9.0] + [4.0] * 9
    found = ladder.levelled(xs)
    # Ten errors, rank ⌈11 · 0.8⌉ = 9: only one is larger, and the level has nearly come back.
    said = ladder.unsteadied(found.level + sorted(found.residuals)[8])
    assert ladder.adaptive(xs, 0.8) == pytest.approx(said)
    assert 3.5 < said < 4.5
    assert ladder.adaptive(xs, 0.95) > 9


def test_which_rung_a_series_stands_on() -> None:
    calm = [5.0, 7, 4, 6, 5, 8, 6, 4, 7, 5, 6, 8, 5, 6, 7, 4]
    rungs = {n: ladder.step_of(calm[:n]).rung for n in (0, 2, 3, 7, 8, 12, 13, 16)}
    assert rungs == {
        0: Rung.GUESS,
        2: Rung.GUESS,
        3: Rung.SHRUNK,
        7: Rung.SHRUNK,
        8: Rung.HARRELL_DAVIS,
        12: Rung.HARRELL_DAVIS,
        13: Rung.WEIGHTED,
        16: Rung.WEIGHTED,
    }
    step = ladder.step_of([*calm, 19, 22, 18, 24])
    assert step.rung is Rung.ADAPTIVE
    assert step.drift is not None
    assert (step.drift.since, step.drift.rising) == (16, True)
    assert step.drift.ratio == pytest.approx(3.6, abs=0.3)


# What holds for any series

amounts = st.floats(0, 500, allow_nan=False).map(lambda x: round(x, 2))
series = st.lists(amounts, min_size=4, max_size=30)
chances = st.floats(0.05, 0.95)
ORDERED: list[Says] = [ladder.weighted_quantile, ladder.harrell_davis]
SCALING: list[Says] = [
    *ORDERED,
    ladder.shrunk,
    ladder.mean,
    ladder.mean_and_a_fifth,
    ladder.last_three,
    ladder.largest,
]


@pytest.mark.parametrize("says", [*SCALING, ladder.adaptive], ids=lambda f: f.__name__)
@given(xs=series, one=chances, other=chances)
def test_more_certainty_never_asks_for_less(
    says: Says, xs: list[float], one: float, other: float
) -> None:
    low, high = sorted((one, other))
    assert says(xs, low) <= says(xs, high) + 1e-6


@pytest.mark.parametrize("says", SCALING, ids=lambda f: f.__name__)
@given(xs=series, q=chances, factor=st.sampled_from([0.1, 0.5, 2, 6, 100]))
def test_hours_and_points_give_the_same_reserve(
    says: Says, xs: list[float], q: float, factor: float
) -> None:
    scaled = says([x * factor for x in xs], q)
    assert scaled == pytest.approx(factor * says(xs, q), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("says", ORDERED, ids=lambda f: f.__name__)
@given(xs=series, q=chances)
def test_a_quantile_is_within_what_was_seen(says: Says, xs: list[float], q: float) -> None:
    assert min(xs) <= says(xs, q) <= max(xs)


@pytest.mark.parametrize("says", [*SCALING, ladder.adaptive], ids=lambda f: f.__name__)
@given(x=amounts, n=st.integers(4, 20), q=chances)
def test_nothing_is_below_zero(says: Says, x: float, n: int, q: float) -> None:
    assert says([x] * n, q) >= 0
    assert says([0.0] * n, q) == pytest.approx(0, abs=1e-9)


@given(xs=series, q=chances, more=amounts)
def test_a_worse_sprint_never_lowers_a_quantile(xs: list[float], q: float, more: float) -> None:
    for says in ORDERED:
        worse = [*xs[:-1], xs[-1] + more]
        assert says(worse, q) >= says(xs, q) - 1e-9
