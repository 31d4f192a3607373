"""Prepared rows of the page, its picture and its file: no query happens here."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from foundation.amounts import are, plain, with_unit
from foundation.moments import on_day
from foundation.references import address
from insights import charts
from insights.sprint_record.rules import CAUSES, Closed, Some, Summary

#: A chart shows this many sprints at most, the last ones; the table and the file hold all.
DRAWN = 52
NAMES = {
    "p0": "P0",
    "p1": "P1",
    "other": "Other bugs",
    "reports": "Reports",
    "requests": "Direct requests",
    "pages": "Pages",
}
GOALS = {True: "met", False: "not met", None: "–"}
COLUMNS = (
    "team", "sprint", "name", "starts_on", "ends_on", "capacity", "committed", "planned_done", "unplanned_done",
    *CAUSES, "reserve_set", "reserve_left", "overdrafts", "overdrawn", "goal_met", "carried", "carried_amount",
    "swapped_out", "swapped_out_amount", "injections", "injections_price", "unit",
)  # fmt: skip


@dataclass(frozen=True)
class SprintLine:
    """`causes` are the parts of what is unplanned, in the order of the page's columns."""

    name: str
    url: str
    began: str
    capacity: str
    committed: str
    planned: str
    unplanned: str
    causes: list[str]
    reserve_set: str
    reserve_left: str
    overdrawn: str
    injected: str
    swapped_out: str
    carried: str
    goal: str


def causes_of(closed: Sequence[Closed]) -> list[str]:
    """The causes that have a column: `other` only where there is some."""
    return [c for c in CAUSES if c != "other" or any(one.ledger.used[c] for one in closed)]


def lines(closed: Sequence[Closed], today: date) -> list[SprintLine]:
    causes = causes_of(closed)
    return [_line(one, causes, today) for one in closed]


def _line(one: Closed, causes: Sequence[str], today: date) -> SprintLine:
    prefix, number = one.reference.split("-")
    return SprintLine(
        name=one.name,
        url=address(prefix, number),
        began=on_day(one.starts_on, today),
        capacity=plain(one.capacity),
        committed=plain(one.committed) or "–",
        planned=plain(one.planned_done),
        unplanned=plain(one.unplanned),
        causes=[plain(one.ledger.used[cause]) for cause in causes],
        reserve_set=plain(one.reserve_set),
        reserve_left=plain(one.reserve_left),
        overdrawn=_some(one.overdrafts),
        injected=_some(one.injected),
        swapped_out=_some(one.swapped_out),
        carried=_some(one.carried),
        goal=GOALS[one.goal_met],
    )


def _some(found: Some) -> str:
    """How many, and what they came to: “2: 7”, and a dash for none."""
    return f"{found.n}: {plain(found.amount)}" if found.n else "–"


def lead(told: Summary, unit: str) -> str:
    """One sentence over the chart (INS-4)."""
    sprints = "the one closed sprint" if told.n == 1 else f"the last {told.n} closed sprints"
    if told.share is None:
        return f"In {sprints} nothing was done by the record."
    done = with_unit(told.planned + told.unplanned, unit)
    were = are(told.unplanned, "was", "were")
    return (
        f"In {sprints} {plain(told.unplanned)} of {done} done {were} unplanned ({told.share:.0%}). "
        f"The reserve was enough in {told.enough} of {told.n}."
    )


def goals(told: Summary) -> str:
    if not told.goals:
        return "None of them had a goal that was judged."
    return f"The goal was met in {told.met} of the {told.goals} that had one."


def picture(closed: Sequence[Closed], unit: str) -> charts.Columns:
    """Planned work below, unplanned on top, and a mark for what was committed; the oldest first."""
    return charts.columns(
        [
            charts.Column(
                name=one.name,
                amount=float(one.unplanned),
                under=float(one.planned_done),
                mark=None if one.committed is None else float(one.committed),
                line=float(one.capacity),
                title=f"{one.name}: {with_unit(one.planned_done, unit)} planned and done, "
                f"{with_unit(one.unplanned, unit)} unplanned",
            )
            for one in reversed(closed[:DRAWN])
        ]
    )


def cells(closed: Sequence[Closed], team: str, unit: str) -> Iterator[list[Any]]:
    for one in closed:
        yield [
            team, one.reference, one.name, one.starts_on.isoformat(), one.ends_on.isoformat(),
            plain(one.capacity), plain(one.committed), plain(one.planned_done), plain(one.unplanned),
            *(plain(one.ledger.used[cause]) for cause in CAUSES),
            plain(one.reserve_set), plain(one.reserve_left),
            one.overdrafts.n, plain(one.overdrafts.amount),
            {True: "yes", False: "no", None: ""}[one.goal_met],
            one.carried.n, plain(one.carried.amount), one.swapped_out.n, plain(one.swapped_out.amount),
            one.injected.n, plain(one.injected.amount), unit,
        ]  # fmt: skip
