"""The burn-up as a picture, a sentence and a table: prepared rows, and places in an SVG."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from math import ceil
from typing import Any

from foundation.amounts import plain
from foundation.moments import on_day
from foundation.pictures import FLOOR, HEIGHT, LEFT, WIDTH, Label, said, upright
from foundation.references import address
from sprints.models import Sprint
from sprints.rules.burnup import Day, Figures, Mark, marks

MOST_NAMES = 7


@dataclass(frozen=True)
class Change:
    """Why the scope moved on a day."""

    reference: str
    url: str
    words: str


@dataclass(frozen=True)
class DayRow:
    day: str
    scope: str
    planned: str
    unplanned: str
    done: str
    changes: list[Change]


@dataclass(frozen=True)
class Point:
    """Where the scope moved, in the picture."""

    kind: str
    x: str
    y: str
    title: str


@dataclass(frozen=True)
class Picture:
    """Steps: what is done is filled, by track; the scope is a line over it, with a point at each change."""

    width: int
    height: int
    left: int
    scale: list[Label]
    names: list[Label]
    done_planned: str
    done_unplanned: str
    planned: str
    scope: str
    points: list[Point]
    ends: str


@dataclass(frozen=True)
class BurnUp:
    lead: str
    picture: Picture
    rows: list[DayRow]
    csv_url: str


def burn_up(sprint: Sprint, days: Sequence[Day], today: date) -> BurnUp | None:
    """None before the sprint starts."""
    if not days:
        return None
    return BurnUp(
        lead=_lead(days, sprint.team.unit),
        picture=_picture(days, sprint.ends_on),
        rows=[_row(day, today) for day in reversed(days)],
        csv_url=f"{address('SP', sprint.pk)}burn-up.csv",
    )


def _lead(days: Sequence[Day], unit: str) -> str:
    now = days[-1].figures
    said = f"{plain(now.done)} of {plain(now.scope)} {unit} are done: "
    said += f"{plain(now.planned)} planned and {plain(now.unplanned)} unplanned. "
    return said + _moved(days)


def _moved(days: Sequence[Day]) -> str:
    injected, left = marks(days, "injected"), marks(days, "left")
    if not injected and not left:
        return "Nothing was injected and nothing left since the start."
    parts = []
    if injected:
        parts.append(f"{_times(injected, 'injection')} added {plain(_sum(injected))}")
    if left:
        parts.append(f"{plain(-_sum(left))} left ({_times(left, 'piece')})")
    return f"Since the start, {' and '.join(parts)}."


def _times(found: Sequence[Mark], word: str) -> str:
    return f"{len(found)} {word}{'' if len(found) == 1 else 's'}"


def _sum(found: Sequence[Mark]) -> Decimal:
    return sum((mark.change for mark in found), Decimal(0))


SAID = {"injected": "injected", "entered": "entered", "left": "left", "resized": "estimated anew"}


def _row(day: Day, today: date) -> DayRow:
    found = day.figures
    return DayRow(
        day=on_day(day.day, today),
        scope=plain(found.scope),
        planned=plain(found.planned),
        unplanned=plain(found.unplanned),
        done=plain(found.done),
        changes=[_change(mark) for mark in day.marks],
    )


def _change(mark: Mark) -> Change:
    prefix, number = mark.thing.split("-")
    return Change(mark.thing, address(prefix, number), f"{SAID[mark.kind]} {_signed(mark.change)}")


def _signed(change: Decimal) -> str:
    """With a real minus sign."""
    return f"+{plain(change)}" if change >= 0 else f"−{plain(-change)}"


def _picture(days: Sequence[Day], ends_on: date) -> Picture:
    first = days[0].day
    room = max((ends_on - first).days + 1, len(days))
    slot = (WIDTH - LEFT) / room
    scale = upright(float(max(day.figures.scope for day in days)))

    def steps(amount: Callable[[Figures], Decimal]) -> list[tuple[float, float]]:
        corners = []
        for n, day in enumerate(days):
            y = scale.height(float(amount(day.figures)))
            corners += [(LEFT + n * slot, y), (LEFT + (n + 1) * slot, y)]
        return corners

    done_planned = steps(lambda f: f.planned_done)
    done = steps(lambda f: f.done)
    floor = [(LEFT + len(days) * slot, float(FLOOR)), (float(LEFT), float(FLOOR))]
    return Picture(
        width=WIDTH,
        height=HEIGHT,
        left=LEFT,
        scale=scale.labels,
        names=_names(first, room, slot),
        done_planned=_places([*done_planned, *floor]),
        done_unplanned=_places([*done, *reversed(done_planned)]),
        planned=_places(steps(lambda f: f.planned)),
        scope=_places(steps(lambda f: f.scope)),
        points=list(_points(days, slot, scale.height)),
        ends=said(LEFT + ((ends_on - first).days + 1) * slot) if ends_on >= first else "",
    )


def _names(first: date, room: int, slot: float) -> list[Label]:
    every = max(ceil(room / MOST_NAMES), 1)
    return [
        Label(said(LEFT + (n + 0.5) * slot), said(HEIGHT - 6), f"{first + timedelta(n):%-d %b}")
        for n in range(0, room, every)
    ]


def _points(days: Sequence[Day], slot: float, height: Callable[[float], float]) -> Iterator[Point]:
    """A point for each kind of change of a day, side by side on the line of the scope."""
    for n, day in enumerate(days):
        kinds = list(dict.fromkeys(mark.kind for mark in day.marks))
        for i, kind in enumerate(kinds):
            named = [m for m in day.marks if m.kind == kind]
            words = ", ".join(f"{m.thing} {SAID[kind]} {_signed(m.change)}" for m in named)
            yield Point(
                kind=kind,
                x=said(LEFT + (n + (i + 1) / (len(kinds) + 1)) * slot),
                y=said(height(float(day.figures.scope))),
                title=f"{day.day:%-d %b}: {words}",
            )


def _places(corners: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{said(x)},{said(y)}" for x, y in corners)


COLUMNS = (
    "sprint", "day", "scope", "planned", "unplanned", "done", "planned_done", "unplanned_done", "changes",
    "unit",
)  # fmt: skip


def cells(sprint: Sprint, days: Sequence[Day]) -> Iterator[list[Any]]:
    for day in days:
        found = day.figures
        amounts = (
            found.scope, found.planned, found.unplanned, found.done, found.planned_done,
            found.unplanned_done,
        )  # fmt: skip
        changes = "; ".join(f"{m.thing} {SAID[m.kind]} {_signed(m.change)}" for m in day.marks)
        yield [
            sprint.reference, day.day.isoformat(), *(plain(a) for a in amounts), changes,
            sprint.team.unit,
        ]  # fmt: skip
