"""What few sprints really deliver. Pure: figures of a simulation, and the simulation's recipe.

Demand is drawn from a negative binomial of mean 12 and variance / mean 4 (`research/flow.md` §3.3), the
method sees n sprints and the chance that the next is covered is exact; means of 3,000 draws, good to
about one point. A test repeats it. Real demand also moves: the back-test says what that costs.
"""

from dataclasses import dataclass

MEAN, DISPERSION = 12, 4


@dataclass(frozen=True)
class Delivered:
    """Chances that a reserve is enough: as `asked`, and as it comes by our rung, a percentile, the mean."""

    asked: float
    ladder: float
    percentile: float
    mean: float


#: q -> n -> (our rung, a plain percentile (type 7), the mean)
FOUND = {
    0.67: {
        3: (0.62, 0.62, 0.55),
        4: (0.63, 0.63, 0.56),
        5: (0.63, 0.63, 0.56),
        6: (0.64, 0.64, 0.56),
        7: (0.64, 0.64, 0.56),
        8: (0.68, 0.64, 0.56),
        10: (0.68, 0.66, 0.56),
        13: (0.68, 0.67, 0.56),
        20: (0.68, 0.66, 0.56),
        26: (0.68, 0.66, 0.56),
    },
    0.8: {
        3: (0.76, 0.68, 0.55),
        4: (0.78, 0.71, 0.56),
        5: (0.78, 0.72, 0.56),
        6: (0.78, 0.73, 0.56),
        7: (0.79, 0.73, 0.56),
        8: (0.80, 0.74, 0.56),
        10: (0.80, 0.75, 0.56),
        13: (0.79, 0.76, 0.56),
        20: (0.79, 0.78, 0.56),
        26: (0.80, 0.79, 0.56),
    },
    0.9: {
        3: (0.88, 0.72, 0.55),
        4: (0.89, 0.76, 0.56),
        5: (0.89, 0.79, 0.56),
        6: (0.89, 0.82, 0.56),
        7: (0.89, 0.82, 0.56),
        8: (0.86, 0.83, 0.56),
        10: (0.88, 0.84, 0.56),
        13: (0.87, 0.85, 0.56),
        20: (0.88, 0.87, 0.56),
        26: (0.88, 0.88, 0.56),
    },
}


def delivered(q: float, n: int) -> Delivered | None:
    """What is known for the nearest q that was simulated (within .04) and the n at or below; else None."""
    asked = min(FOUND, key=lambda known: abs(known - q))
    sizes = [size for size in FOUND[asked] if size <= n]
    if abs(asked - q) > 0.04 or not sizes:
        return None
    return Delivered(asked, *FOUND[asked][max(sizes)])
