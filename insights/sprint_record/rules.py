"""A closed sprint as one row: what was planned, what came in between, and what that took. Pure.

Unplanned work is what the reserve's ledger says was used, by cause, so that the causes always add up to what
the reserve spent. Amounts are in the unit of the sprint.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sprints.rules.burnup import Line, burnup

ZERO = Decimal(0)
#: Why the reserve was used. `other` is a bug that was injected, and has another priority by now.
P0, P1, OTHER, REPORTS, REQUESTS, PAGES = "p0", "p1", "other", "reports", "requests", "pages"
CAUSES = (P0, P1, OTHER, REPORTS, REQUESTS, PAGES)
OF_WORK = {"report": REPORTS, "shadow": REQUESTS, "page": PAGES}
#: What a line of the ledger adds to what is used.
USES = {"debit": 1, "credit": -1}


@dataclass(frozen=True)
class Entry:
    """Lines of the ledger of one kind, added up; `priority` of its bug, or else the `work` that was logged."""

    kind: str
    amount: Decimal
    count: int = 1
    priority: str = ""
    work: str = ""


@dataclass(frozen=True)
class Some:
    """How many, and what they came to."""

    n: int = 0
    amount: Decimal = ZERO


@dataclass(frozen=True)
class Ledger:
    """What the lines of one sprint's reserve come to, each kind for itself."""

    used: Mapping[str, Decimal]
    injected: Some
    swapped_out: Some

    @property
    def unplanned(self) -> Decimal:
        return sum(self.used.values(), ZERO)


@dataclass(frozen=True)
class Closed:
    """One closed sprint. `committed` is None where nobody committed, `goal_met` where there was no goal."""

    reference: str
    name: str
    starts_on: date
    ends_on: date
    capacity: Decimal
    committed: Decimal | None
    planned_done: Decimal
    ledger: Ledger
    reserve_set: Decimal
    reserve_left: Decimal
    overdrafts: Some
    carried: Some
    goal_met: bool | None

    @property
    def unplanned(self) -> Decimal:
        return self.ledger.unplanned

    @property
    def injected(self) -> Some:
        return self.ledger.injected

    @property
    def swapped_out(self) -> Some:
        return self.ledger.swapped_out


def cause(entry: Entry) -> str:
    """Why the reserve was used: the priority of the bug, or else the kind of work that was logged."""
    if entry.priority:
        return {"P0": P0, "P1": P1}.get(entry.priority, OTHER)
    return OF_WORK.get(entry.work, OTHER)


def added_up(entries: Iterable[Entry]) -> Ledger:
    used = dict.fromkeys(CAUSES, ZERO)
    n: Counter[str] = Counter()
    amounts: dict[str, Decimal] = {}
    for entry in entries:
        if entry.kind in USES:
            used[cause(entry)] += USES[entry.kind] * entry.amount
        n[entry.kind] += entry.count
        amounts[entry.kind] = amounts.get(entry.kind, ZERO) + entry.amount
    return Ledger(
        used=used,
        injected=Some(n["hold"], amounts.get("hold", ZERO)),
        swapped_out=Some(n["swap_out"], amounts.get("swap_out", ZERO)),
    )


def planned_done(lines: Sequence[Line]) -> Decimal:
    """What was done of the planned work in the end; `lines` in the order in which they were written down."""
    if not lines:
        return ZERO
    last = max(line.day for line in lines)
    return burnup(lines, last, last)[-1].figures.planned_done


@dataclass(frozen=True)
class Summary:
    """What the sprints come to together; `share` is of all that was done, None where nothing was."""

    n: int
    planned: Decimal
    unplanned: Decimal
    share: Decimal | None
    enough: int
    goals: int
    met: int


def summary(closed: Sequence[Closed]) -> Summary:
    planned = sum((one.planned_done for one in closed), ZERO)
    unplanned = sum((one.unplanned for one in closed), ZERO)
    goals = [one.goal_met for one in closed if one.goal_met is not None]
    done = planned + unplanned
    return Summary(
        n=len(closed),
        planned=planned,
        unplanned=unplanned,
        share=unplanned / done if done else None,
        enough=sum(one.overdrafts.n == 0 for one in closed),
        goals=len(goals),
        met=sum(goals),
    )
