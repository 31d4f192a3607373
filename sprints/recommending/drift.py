"""Whether the level of a series moved, and which way: change points of the mean. Pure.

Killick, Fearnhead and Eckley (2012): the cut of a series into stretches that minimises the squares
around each stretch's mean, plus a penalty a cut. For the few dozen sprints of a team the exact search
over all cuts needs no pruning, and gives what PELT gives.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf, log

SHORTEST = 3
PENALTY = 3.0


@dataclass(frozen=True)
class Drift:
    """`since` is the place of the first sprint of the last stretch; `ratio` its level by that before."""

    since: int
    ratio: float

    @property
    def rising(self) -> bool:
        return self.ratio > 1


def change_points(roots: Sequence[float], *, penalty: float = PENALTY) -> list[int]:
    """Where a new stretch begins. A cut costs penalty·σ̂²·ln n, with σ̂² = Σ(Δx)² / 2(n - 1).

    `roots` are on the scale of √(x + 3/8) (`ladder.steadied`); no stretch is shorter than three.
    """
    n = len(roots)
    noise = sum((b - a) ** 2 for a, b in pairwise(roots)) / (2 * (n - 1)) if n > 1 else 0.0
    if noise <= 0:
        return []
    cut = penalty * noise * log(n)
    sums, squares = [0.0], [0.0]
    for root in roots:
        sums.append(sums[-1] + root)
        squares.append(squares[-1] + root * root)

    def around_mean(i: int, j: int) -> float:
        return squares[j] - squares[i] - (sums[j] - sums[i]) ** 2 / (j - i)

    best, before = [0.0] + [inf] * n, [0] * (n + 1)
    for j in range(SHORTEST, n + 1):
        for i in (0, *range(SHORTEST, j - SHORTEST + 1)):
            cost = best[i] + around_mean(i, j) + (cut if i else 0.0)
            if cost < best[j]:
                best[j], before[j] = cost, i
    found, j = [], n
    while before[j] > 0:
        j = before[j]
        found.append(j)
    return found[::-1]


def drift_of(roots: Sequence[float]) -> Drift | None:
    """The last move of the level, if there was one."""
    cuts = change_points(roots)
    if not cuts:
        return None
    begins = cuts[-2] if len(cuts) > 1 else 0
    earlier, later = roots[begins : cuts[-1]], roots[cuts[-1] :]
    was, now = (max((sum(r) / len(r)) ** 2 - 3 / 8, 0.0) for r in (earlier, later))
    return Drift(cuts[-1], now / was if was else inf)
