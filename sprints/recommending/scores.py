"""How good forecasts were: loss, coverage, and whether a difference may be chance. Pure.

`research/flow.md` §3.5. An outcome above its forecast is an exceedance: the reserve was too small.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, erfc, log, sqrt
from random import Random
from statistics import NormalDist

BLOCK = 6
DRAWS = 2000
SEED = 20100111


@dataclass(frozen=True)
class Interval:
    low: float
    high: float


def pinball(outcome: float, forecast: float, q: float) -> float:
    """q·(y - f)⁺ + (1 - q)·(f - y)⁺: missing an hour costs q/(1 - q) idle hours."""
    return q * max(outcome - forecast, 0.0) + (1 - q) * max(forecast - outcome, 0.0)


def wilson(hits: int, n: int, confidence: float = 0.95) -> Interval:
    """The interval of a share (Wilson 1927); it never leaves 0 to 1 and holds with few. n >= 1."""
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    p, shrink = hits / n, 1 + z * z / n
    middle = (p + z * z / (2 * n)) / shrink
    reach = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / shrink
    return Interval(max(middle - reach, 0.0), min(middle + reach, 1.0))


@dataclass(frozen=True)
class Test:
    """A likelihood ratio, and how often chance alone makes one as large (χ², one degree of freedom)."""

    ratio: float
    chance: float

    @classmethod
    def of(cls, ratio: float) -> "Test":
        return cls(max(ratio, 0.0), erfc(sqrt(max(ratio, 0.0) / 2)))


def kupiec(exceedances: int, n: int, q: float) -> Test:
    """Whether the share of exceedances fits 1 - q (Kupiec 1995).

    -2·ln[(1 - q)^x·q^(n - x) / ((x/n)^x·(1 - x/n)^(n - x))], x of n forecasts exceeded.
    """
    x = exceedances
    asked = _power(1 - q, x) + _power(q, n - x)
    found = _power(x / n, x) + _power(1 - x / n, n - x)
    return Test.of(-2 * (asked - found))


def christoffersen(exceeded: Sequence[bool]) -> Test:
    """Whether exceedances come alone, or one after another (Christoffersen 1998)."""
    moves = {(a, b): 0 for a in (False, True) for b in (False, True)}
    for move in pairwise(exceeded):
        moves[move] += 1
    calm, bad = moves[False, False], moves[False, True]
    over, again = moves[True, False], moves[True, True]
    n = calm + bad + over + again
    if not n:
        return Test.of(0)
    hit, after_calm, after_bad = (bad + again) / n, _part(bad, calm), _part(again, over)
    alone = _power(1 - hit, calm + over) + _power(hit, bad + again)
    clustered = _power(1 - after_calm, calm) + _power(after_calm, bad)
    clustered += _power(1 - after_bad, over) + _power(after_bad, again)
    return Test.of(-2 * (alone - clustered))


def difference(
    ours: Sequence[float], theirs: Sequence[float], confidence: float = 0.95
) -> Interval:
    """Where the mean of `theirs - ours` lies, by circular blocks of six: losses of neighbours go together.

    Above zero as a whole: ours is better, and not by chance.
    """
    gaps = [b - a for a, b in zip(ours, theirs, strict=True)]
    n = len(gaps)
    dice = Random(SEED)  # noqa: S311 - a bootstrap, no secret
    blocks = [sum(gaps[(begin + i) % n] for i in range(BLOCK)) for begin in range(n)]
    many = ceil(n / BLOCK)
    means = sorted(sum(dice.choices(blocks, k=many)) / (many * BLOCK) for _ in range(DRAWS))
    out = round(DRAWS * (1 - confidence) / 2)
    return Interval(means[out], means[-1 - out])


def _power(base: float, exponent: int) -> float:
    """ln(base^exponent), with 0^0 = 1."""
    return exponent * log(base) if exponent else 0.0


def _part(some: int, others: int) -> float:
    return some / (some + others) if some else 0.0
