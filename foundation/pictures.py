"""What the pictures that the server draws have in common: their size, their scale, numbers as SVG says them.

A picture is `WIDTH` wide in its own units; templates write the numbers down and CSS gives the colours.
The words over a chart and the table under it say the same (INS-4).
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, log10

WIDTH, HEIGHT = 720, 220
#: Room for the figures at the left, and for the names below.
LEFT, TOP, BELOW = 36, 10, 22
FLOOR = HEIGHT - BELOW


@dataclass(frozen=True)
class Label:
    x: str
    y: str
    words: str


@dataclass(frozen=True)
class Upright:
    """The scale at the left: `height(amount)` is the place of an amount, `labels` its figures."""

    height: Callable[[float], float]
    labels: list[Label]


def upright(top: float) -> Upright:
    """A scale from zero to a round figure that is at least `top`."""
    step = nice_step(top)
    ceiling = max(ceil(top / step), 1) * step

    def height(amount: float) -> float:
        return FLOOR - (FLOOR - TOP) * amount / ceiling

    figures = (n * step for n in range(round(ceiling / step) + 1))
    return Upright(height, [Label(said(LEFT - 6), said(height(f)), f"{f:g}") for f in figures])


def nice_step(top: float, pieces: int = 4) -> float:
    """1, 2 or 5 times a power of ten, so that about `pieces` steps reach `top`."""
    if top <= 0:
        return 1.0
    rough = top / pieces
    power = 10.0 ** (ceil(log10(rough)) - 1)
    return next((n * power for n in (1, 2, 5) if n * power >= rough), 10 * power)


def said(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
