"""Prepared rows of the page, and its file: no query happens here."""

import csv
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from datetime import datetime
from io import StringIO

from bugs.lifecycle import P1Way
from insights.p1_policy.rules import Known, Priced, Took
from insights.words import plain

WAYS = (*P1Way.values, "")
NO_WAY = "No way was said"
COLUMNS = (
    "team", "way", "n", "median_hours_to_mitigate", "median_hours_to_fix", "low", "high",
    "hand_offs_per_p1", "hours_logged_per_p1", "displaced_per_p1", "effective_fixers_per_area",
    "unit", "days", "as_of",
)  # fmt: skip
#: So many columns are amounts, in the order of `Took`.
AMOUNTS = len(fields(Took))


@dataclass(frozen=True)
class WayLine:
    """`cells`: hours to mitigate and to fix, the band of the latter, hand-offs, hours logged, displaced, fixers;
    empty when too few to say."""

    name: str
    n: int
    cells: tuple[str, ...]


def name(way: str) -> str:
    return P1Way(way).label if way else NO_WAY


def lines(found: Sequence[Priced]) -> list[WayLine]:
    return [WayLine(name(one.way), one.n, _cells(one)) for one in found]


@dataclass(frozen=True)
class AreaLine:
    """How many people an area's fixes come down to, lately and half a year before."""

    name: str
    n: int
    cells: tuple[str, str]


def areas(found: Sequence[Known]) -> list[AreaLine]:
    few = "too few to say"
    return [
        AreaLine(
            one.area,
            one.n,
            tuple(few if half is None else plain(half) for half in (one.before, one.lately)),  # type: ignore[arg-type]
        )
        for one in found
    ]


def _cells(one: Priced) -> tuple[str, ...]:
    took = one.took
    if took is None:
        return ()
    span = f"{plain(took.low)} to {plain(took.high)}"
    hours = (took.hours_to_mitigate, took.hours_to_fix)
    rest = (took.hand_offs, took.hours_logged, took.displaced, took.fixers)
    return (*(plain(amount) for amount in hours), span, *(plain(amount) for amount in rest))


def as_csv(found: Sequence[Priced], *, team: str, unit: str, at: datetime) -> str:
    """One line a way; a way with too few P1s has its n alone."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for one in found:
        told = [f"{amount:.2f}" for amount in astuple(one.took)] if one.took else [""] * AMOUNTS
        writer.writerow([team, one.way or "not_said", one.n, *told, unit, 365, at.isoformat()])
    return out.getvalue()
