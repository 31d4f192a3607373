"""How far a recommended reserve could be off: the stationary bootstrap. Pure, and the same every time.

Politis and Romano (1994): a series is drawn anew in blocks of geometric length (mean 3), wrapped at its
end, so that bad sprints that came together are drawn together. The estimator answers for 500 such
series; the middle 80 % of its answers is the band.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from statistics import median
from typing import TypeVar

from sprints.recommending.ladder import (
    Rung,
    adaptive,
    levelled,
    quantile_of,
    recency,
    unsteadied,
)

T = TypeVar("T")

DRAWS = 500
MEAN_BLOCK = 3
SHARE = 0.8
#: Any number does; a fixed one gives the same band to everybody who asks.
SEED = 20100111


@dataclass(frozen=True)
class Band:
    low: float
    high: float

    @property
    def width(self) -> float:
        return self.high - self.low

    def times(self, factor: float) -> "Band":
        return Band(self.low * factor, self.high * factor)


def drawn(n: int, dice: Random, mean_block: int = MEAN_BLOCK) -> list[int]:
    """The places of one series drawn anew from n: each goes on with the next, or jumps with chance 1/block."""
    place = dice.randrange(n)
    places = [place]
    while len(places) < n:
        jumps = dice.random() < 1 / mean_block
        place = dice.randrange(n) if jumps else (place + 1) % n
        places.append(place)
    return places


def band_of(rung: Rung, xs: Sequence[float], q: float, estimate: Callable[..., float]) -> Band:
    """The band around what a rung says of a series; what it says is always inside."""
    if rung is Rung.ADAPTIVE:
        found = adaptive_band(xs, q)
    elif rung is Rung.WEIGHTED:
        # Each sprint is drawn with its weight: a new order would make old sprints recent.
        pairs = list(zip(xs, recency(len(xs)), strict=True))
        found = band(pairs, lambda drawn_pairs: quantile_of(drawn_pairs, q))
    else:
        found = band(xs, lambda series: estimate(series, q))
    said = estimate(xs, q)
    return Band(min(found.low, said), max(found.high, said))


def band(
    xs: Sequence[T],
    estimate: Callable[[Sequence[T]], float],
    *,
    draws: int = DRAWS,
    share: float = SHARE,
    seed: int = SEED,
) -> Band:
    """The middle `share` of what `estimate` says of `draws` series drawn anew from `xs`."""
    dice = Random(seed)  # noqa: S311 - a bootstrap, no secret
    return _middle([estimate([xs[i] for i in drawn(len(xs), dice)]) for _ in range(draws)], share)


def adaptive_band(xs: Sequence[float], q: float) -> Band:
    """The same for the adaptive rule. Its errors are drawn anew, not its sprints: their order is the drift.

    Following a level twice blurs it, which adds to every answer; the band is moved back by that much.
    """
    found = levelled(xs)
    warm = list(xs[: len(xs) - len(found.residuals)])
    dice = Random(SEED)  # noqa: S311
    answers = []
    for _ in range(DRAWS):
        series = list(warm)
        for was, i in zip(found.before, drawn(len(found.residuals), dice), strict=True):
            # Around the level that was really followed, so that the rise stays where it was.
            series.append(unsteadied(was + found.residuals[i]))
        answers.append(adaptive(series, q))
    off = adaptive(xs, q) - median(answers)
    found_band = _middle(answers, SHARE)
    return Band(max(found_band.low + off, 0.0), found_band.high + off)


def _middle(answers: list[float], share: float) -> Band:
    ordered = sorted(answers)
    out = round(len(ordered) * (1 - share) / 2)
    return Band(ordered[out], ordered[-1 - out])
