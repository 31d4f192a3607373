"""Geometry of charts that the server draws: from amounts to places in a picture. Pure.

A picture is `WIDTH` wide in its own units; templates write the numbers down and CSS gives the colours.
The words over a chart and the table under it say the same (INS-4).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import ceil, log10

WIDTH, HEIGHT = 720, 220
#: Room for the figures at the left, and for the names below.
LEFT, TOP, BELOW = 36, 10, 22


@dataclass(frozen=True)
class Bar:
    """One sprint. `title` is what a pointer reads; `mark` the height of a second amount, or empty."""

    x: str
    y: str
    width: str
    height: str
    title: str
    mark: str = ""
    mark_end: str = ""


@dataclass(frozen=True)
class Label:
    x: str
    y: str
    words: str


@dataclass(frozen=True)
class Columns:
    """Columns with a stepped line over them. `lines` are the points of each unbroken stretch."""

    width: int
    height: int
    left: int
    right: int
    floor: str
    bars: list[Bar]
    lines: list[str]
    scale: list[Label]
    names: list[Label]


@dataclass(frozen=True)
class Column:
    name: str
    amount: float
    line: float | None = None
    mark: float | None = None
    title: str = ""


def columns(given: Sequence[Column], *, most_names: int = 8) -> Columns:
    """A column for each sprint, the line of what was recommended, a mark for what was set aside."""
    top = max((max(c.amount, c.line or 0, c.mark or 0) for c in given), default=0)
    step = nice_step(top)
    ceiling = max(ceil(top / step), 1) * step
    room, floor = HEIGHT - TOP - BELOW, HEIGHT - BELOW
    slot = (WIDTH - LEFT) / max(len(given), 1)
    gap = min(slot * 0.25, 6.0)

    def height(amount: float) -> float:
        return floor - room * amount / ceiling

    bars = []
    for i, column in enumerate(given):
        x = LEFT + i * slot + gap / 2
        y = height(column.amount)
        bars.append(
            Bar(
                x=_said(x),
                y=_said(y),
                width=_said(slot - gap),
                height=_said(floor - y),
                title=column.title or f"{column.name}: {column.amount:g}",
                mark="" if column.mark is None else _said(height(column.mark)),
                mark_end=_said(x + slot - gap),
            )
        )
    return Columns(
        width=WIDTH,
        height=HEIGHT,
        left=LEFT,
        right=WIDTH,
        floor=_said(floor),
        bars=bars,
        lines=[_stepped(run, slot, height) for run in _runs(given)],
        scale=[
            Label(_said(LEFT - 6), _said(height(n * step)), f"{n * step:g}")
            for n in range(round(ceiling / step) + 1)
        ],
        names=_names(given, slot, most_names),
    )


def nice_step(top: float, pieces: int = 4) -> float:
    """1, 2 or 5 times a power of ten, so that about `pieces` steps reach `top`."""
    if top <= 0:
        return 1.0
    rough = top / pieces
    power = 10.0 ** (ceil(log10(rough)) - 1)
    return next((n * power for n in (1, 2, 5) if n * power >= rough), 10 * power)


def _runs(given: Sequence[Column]) -> list[list[tuple[int, float]]]:
    """The stretches of neighbours that have a line."""
    known = [(i, c.line) for i, c in enumerate(given) if c.line is not None]
    runs = groupby(enumerate(known), key=lambda pair: pair[1][0] - pair[0])
    return [[place for _, place in run] for _, run in runs]


def _stepped(
    run: Sequence[tuple[int, float]], slot: float, height: Callable[[float], float]
) -> str:
    corners = []
    for i, amount in run:
        y = _said(height(amount))
        corners += [f"{_said(LEFT + i * slot)},{y}", f"{_said(LEFT + (i + 1) * slot)},{y}"]
    return " ".join(corners)


def _names(given: Sequence[Column], slot: float, most: int) -> list[Label]:
    every = max(ceil(len(given) / most), 1)
    return [
        Label(_said(LEFT + (i + 0.5) * slot), _said(HEIGHT - 6), given[i].name)
        for i in range(0, len(given), every)
    ]


@dataclass(frozen=True)
class Reach:
    """How often one method was enough: a point with its interval, in percent of the picture's width."""

    name: str
    words: str
    at: str
    low: str
    width: str
    strong: bool


def reach(name: str, words: str, share: float, low: float, high: float, *, strong: bool) -> Reach:
    return Reach(
        name, words, _said(100 * share), _said(100 * low), _said(100 * (high - low)), strong
    )


def _said(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
