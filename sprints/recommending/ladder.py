"""The methods: from the demand of past sprints, oldest first, to an amount that is enough with chance q.

`research/flow.md` §3.3, with its sources. All take amounts >= 0 in any unit and 0 < q < 1; all are pure.
"""

import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from math import ceil, sqrt
from statistics import fmean, variance

from sprints.recommending.distributions import (
    beta_share,
    gamma_quantile,
    negative_binomial_quantile,
)
from sprints.recommending.drift import Drift, drift_of

Series = Sequence[float]

#: After so many sprints a sprint counts half.
HALF_LIFE = 6.0
#: How many sprints of its own weigh as much as the prior of a team with few.
PRIOR_WEIGHT = 6
#: Of the adaptive rule: how far its level follows one sprint. Declared beforehand, not tuned on a log.
FOLLOWS = 0.3
#: From how many sprints on each rung stands.
FEW, SOME, ENOUGH = 3, 8, 13


@dataclass(frozen=True)
class Prior:
    """What is believed before a team has a record: a usual demand, and variance / mean, in its unit.

    Without a mean nothing is shrunk, and only the dispersion is borrowed. Variance / mean is not free
    of units: where nobody says it, a third of the mean (in the simulation of §3.3: mean 12, ratio 4).
    """

    mean: float | None = None
    dispersion: float | None = None
    #: Demand is whole reports, not points or hours.
    counts: bool = False


NO_PRIOR = Prior()


def shrunk(xs: Series, q: float, prior: Prior = NO_PRIOR) -> float:
    """A negative binomial (counts) or gamma predictive with a mean shrunk towards the prior.

    m = (n·x̄ + k·x̄_org) / (n + k), k = 6; v = max(m·φ_org, s²)·(1 + 1/n); NB with p = m/v and
    r = m·p/(1 - p), gamma with shape m²/v and scale v/m: both have mean m and variance v.
    """
    n = len(xs)
    own = fmean(xs)
    k = 0 if prior.mean is None else PRIOR_WEIGHT
    m = (n * own + k * (prior.mean or 0.0)) / (n + k)
    if m <= 0:
        return 0.0
    phi = m / 3 if prior.dispersion is None else prior.dispersion
    v = max(m * phi, variance(xs) if n > 1 else 0.0) * (1 + 1 / n)
    if prior.counts:
        return float(negative_binomial_quantile(q, m, v))
    return gamma_quantile(q, m * m / v) * v / m


@lru_cache(maxsize=256)
def harrell_davis_weights(n: int, q: float) -> tuple[float, ...]:
    """w_i = I_{i/n}(a, b) - I_{(i-1)/n}(a, b), a = (n + 1)q, b = (n + 1)(1 - q) (Harrell and Davis 1982)."""
    a, b = (n + 1) * q, (n + 1) * (1 - q)
    reached = [beta_share(a, b, i / n) for i in range(n + 1)]
    return tuple(after - before for before, after in itertools.pairwise(reached))


def harrell_davis(xs: Series, q: float) -> float:
    """The Harrell-Davis quantile: a weighted mean of all order statistics, Σ w_i·x_(i)."""
    weights = harrell_davis_weights(len(xs), q)
    mixed = sum(w * x for w, x in zip(weights, sorted(xs), strict=True))
    return min(max(mixed, min(xs)), max(xs))  # rounding may pass the ends by a bit


def weighted_quantile(xs: Series, q: float, half_life: float = HALF_LIFE) -> float:
    """The smallest x with Σ w[x_i <= x] / Σ w >= q, with w_i = 2^{-(n - i) / half_life}."""
    return quantile_of(zip(xs, recency(len(xs), half_life), strict=True), q)


def recency(n: int, half_life: float = HALF_LIFE) -> list[float]:
    """How much each of n sprints counts, the last one 1."""
    return [2.0 ** (-(n - 1 - i) / half_life) for i in range(n)]


def quantile_of(weighed: Iterable[tuple[float, float]], q: float) -> float:
    """The smallest of these (amount, weight) at which the share q of all weight is reached."""
    ordered = sorted(weighed)
    needed = q * sum(w for _, w in ordered)
    reached = 0.0
    for x, w in ordered:
        reached += w
        if reached >= needed - 1e-12:
            return x
    return ordered[-1][0]


@dataclass(frozen=True)
class Levelled:
    """A series on the scale of √(x + 3/8), with the level before each sprint and what it was off by."""

    begins: float
    level: float
    before: tuple[float, ...]
    residuals: tuple[float, ...]


#: So many sprints make the first level and have no residual.
WARM = 3


def steadied(x: float) -> float:
    """Anscombe's (1948) root: a count's spread no longer grows with its level."""
    return sqrt(x + 3 / 8)


def unsteadied(root: float) -> float:
    return max(max(root, 0.0) ** 2 - 3 / 8, 0.0)


def levelled(xs: Series, follows: float = FOLLOWS) -> Levelled:
    roots = [steadied(x) for x in xs]
    begins = level = fmean(roots[:WARM])
    before, residuals = [], []
    for root in roots[WARM:]:
        before.append(level)
        residuals.append(root - level)
        level += follows * (root - level)
    return Levelled(begins, level, tuple(before), tuple(residuals))


def adaptive(xs: Series, q: float, follows: float = FOLLOWS) -> float:
    """Follow the level, then add what it was off by: for demand that rises, falls or steps.

    An exponentially weighted mean of √(x + 3/8), plus the residual of conformal rank ⌈(n + 1)q⌉ of the
    n one-step errors (Vovk et al. 2005; the largest when the rank is past n), taken back to the unit.
    """
    found = levelled(xs, follows)
    n = len(found.residuals)
    if not n:
        return unsteadied(found.level)
    rank = min(ceil((n + 1) * q - 1e-9), n)
    return unsteadied(found.level + sorted(found.residuals)[rank - 1])


def mean(xs: Series, q: float) -> float:
    """What most teams take: enough in about every second sprint. `q` changes nothing."""
    return fmean(xs)


def mean_and_a_fifth(xs: Series, q: float) -> float:
    return 1.2 * fmean(xs)


def last_three(xs: Series, q: float) -> float:
    return fmean(xs[-3:])


def largest(xs: Series, q: float) -> float:
    return max(xs)


class Rung(Enum):
    """A method, by its name in words."""

    GUESS = "the team's own number, a guess"
    SHRUNK = "a distribution fitted to few sprints"
    HARRELL_DAVIS = "the Harrell-Davis quantile"
    WEIGHTED = "a quantile in which recent sprints count more"
    ADAPTIVE = "the adaptive rule, which follows a moving level"


@dataclass(frozen=True)
class Step:
    """The rung that a series stands on, and why: the drift that was found, if any."""

    rung: Rung
    drift: Drift | None = None


def step_of(xs: Series) -> Step:
    """n = 0-2 a guess; 3-7 shrunk; 8-12 Harrell-Davis; from 13 weighted, or adaptive where the level moved."""
    n = len(xs)
    if n < FEW:
        return Step(Rung.GUESS)
    if n < SOME:
        return Step(Rung.SHRUNK)
    if n < ENOUGH:
        return Step(Rung.HARRELL_DAVIS)
    drift = drift_of([steadied(x) for x in xs])
    return Step(Rung.ADAPTIVE, drift) if drift else Step(Rung.WEIGHTED)


def method(rung: Rung, prior: Prior = NO_PRIOR) -> Callable[[Series, float], float]:
    """The function of a rung; a guess has none."""
    return {
        Rung.SHRUNK: lambda xs, q: shrunk(xs, q, prior),
        Rung.HARRELL_DAVIS: harrell_davis,
        Rung.WEIGHTED: weighted_quantile,
        Rung.ADAPTIVE: adaptive,
    }[rung]


def by_the_ladder(xs: Series, q: float, prior: Prior = NO_PRIOR) -> float:
    """What the ladder answers for this series; it needs three sprints."""
    return method(step_of(xs).rung, prior)(xs, q)
