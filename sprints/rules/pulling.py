"""Unused reserve late in a sprint: from when, how much of it, and what for (SPR-8). Pure.

Research/flow.md §4: after 70 % of the sprint, in slices, oldest payback or scheduled bug first, never a feature.
What the days that are left may still need is kept: their share of what was set aside.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_UP, Decimal
from math import ceil

from sprints.rules.reserve import CENT, ZERO

LATE = 0.7


@dataclass(frozen=True)
class Thing:
    """An overdue payback (an item, `since` it was due) or a scheduled bug (`since` it was opened)."""

    points: Decimal
    since: date
    title: str
    bug: int | None = None
    item: int | None = None
    priority: str = ""

    @property
    def reference(self) -> str:
        return f"BUG-{self.bug}" if self.bug else f"BI-{self.item}"


def late_from(days: Sequence[date], ends_on: date) -> date:
    """The working day on which seven tenths of a sprint are over; its end, when nobody works in it."""
    if not days:
        return ends_on
    return days[min(ceil(LATE * len(days)), len(days) - 1)]


def kept(set_aside: Decimal, days: Sequence[date], today: date) -> Decimal:
    """What the days that are left, today too, may still need: their share of what was set aside."""
    if not days:
        return ZERO
    left = sum(day >= today for day in days)
    return (set_aside * left / len(days)).quantize(CENT, ROUND_UP)


def spare(unused: Decimal, keep: Decimal) -> Decimal:
    """What may be given to planned work."""
    return max(unused - keep, ZERO)


def ranked(things: Iterable[Thing]) -> list[Thing]:
    """Overdue paybacks first, the longest overdue before the others; then bugs by priority and age."""
    return sorted(things, key=lambda t: (t.bug is not None, t.priority, t.since, t.bug or t.item))


def proposed(things: Iterable[Thing], room: Decimal) -> list[Thing]:
    """What fits, in that order; a thing that is too big makes way for what comes after it."""
    found = []
    for thing in ranked(things):
        if thing.points <= room:
            found.append(thing)
            room -= thing.points
    return found
