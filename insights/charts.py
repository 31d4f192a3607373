"""Geometry of the charts of figures: from amounts to places in a picture. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import ceil

from foundation.pictures import FLOOR, HEIGHT, LEFT, WIDTH, Label, said, upright


@dataclass(frozen=True)
class Bar:
    """One sprint. `title` is what a pointer reads; `mark` the height of a second amount, or empty.

    `under` is the height of what stands below it, from `y` plus its own height down to the floor.
    """

    x: str
    y: str
    width: str
    height: str
    title: str
    mark: str = ""
    mark_end: str = ""
    under: str = ""
    under_y: str = ""


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
    #: Stands below the amount, on the floor.
    under: float = 0.0


def columns(given: Sequence[Column], *, most_names: int = 8) -> Columns:
    """A column for each sprint, the line of what was recommended, a mark for what was set aside."""
    top = max((max(c.under + c.amount, c.line or 0, c.mark or 0) for c in given), default=0)
    scale = upright(top)
    height = scale.height
    slot = (WIDTH - LEFT) / max(len(given), 1)
    gap = min(slot * 0.25, 6.0)

    bars = []
    for i, column in enumerate(given):
        x = LEFT + i * slot + gap / 2
        y, base = height(column.under + column.amount), height(column.under)
        bars.append(
            Bar(
                x=said(x),
                y=said(y),
                width=said(slot - gap),
                height=said(base - y),
                title=column.title or f"{column.name}: {column.amount:g}",
                mark="" if column.mark is None else said(height(column.mark)),
                mark_end=said(x + slot - gap),
                under=said(FLOOR - base) if column.under else "",
                under_y=said(base),
            )
        )
    return Columns(
        width=WIDTH,
        height=HEIGHT,
        left=LEFT,
        right=WIDTH,
        floor=said(FLOOR),
        bars=bars,
        lines=[_stepped(run, slot, height) for run in _runs(given)],
        scale=scale.labels,
        names=_names(given, slot, most_names),
    )


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
        y = said(height(amount))
        corners += [f"{said(LEFT + i * slot)},{y}", f"{said(LEFT + (i + 1) * slot)},{y}"]
    return " ".join(corners)


def _names(given: Sequence[Column], slot: float, most: int) -> list[Label]:
    every = max(ceil(len(given) / most), 1)
    return [
        Label(said(LEFT + (i + 0.5) * slot), said(HEIGHT - 6), given[i].name)
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
    return Reach(name, words, said(100 * share), said(100 * low), said(100 * (high - low)), strong)
