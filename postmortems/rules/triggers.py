"""Which figures of a bug ask for a post-mortem (PM-1). Pure: rules and figures in, hits out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Rule(StrEnum):
    P0 = "p0"
    BROKEN_PROMISE = "broken_promise"
    REPORTS = "reports"
    DISPLACED = "displaced"
    LOAN_OVERDUE = "loan_overdue"
    CAME_BACK = "came_back"
    PAPER_CUTS = "paper_cuts"


@dataclass(frozen=True)
class Rules:
    """A team's rules, as every team starts with them; None or False: that rule is off.

    `reports` of at least `customers`; `displaced`: points or hours of planned work, in the team's unit;
    `loan_days`: days since the payback was due. `cut_reports` or `cut_hours`: small reports of one area and cause in 30
    days, and the working hours they took (PM-9).
    """

    p0: bool = True
    broken_promise: bool = True
    reports: int | None = 5
    customers: int | None = 3
    displaced: Decimal | None = Decimal(5)
    loan_days: int | None = 7
    came_back: bool = True
    cut_reports: int | None = 10
    cut_hours: int | None = 16


@dataclass(frozen=True)
class Figures:
    """What the app holds about one bug. `priorities`: all that it ever had; `broken`: promises to reporters that
    were not kept; `loan_days`: the most days that a payback is, or was, late; `came_back`: how often;
    `again`: reports of it that were filed once its fix was with customers."""

    priorities: frozenset[str] = frozenset()
    broken: int = 0
    reports: int = 0
    customers: int = 0
    displaced: Decimal = Decimal(0)
    loan_days: int = 0
    came_back: int = 0
    again: int = 0


@dataclass(frozen=True)
class Hit:
    rule: Rule
    words: str


def hits(rules: Rules, figures: Figures, unit: str = "points") -> list[Hit]:
    """The rules that these figures meet, each with its figures in words."""
    return list(_hits(rules, figures, unit))


def raised(rules: Rules, bugs: Mapping[int, Figures], unit: str = "points") -> dict[int, list[Hit]]:
    """Of these bugs those that the rules would have raised, with the reasons."""
    found = {key: hits(rules, figures, unit) for key, figures in bugs.items()}
    return {key: reasons for key, reasons in found.items() if reasons}


def _hits(rules: Rules, found: Figures, unit: str) -> Iterator[Hit]:
    if rules.p0 and "P0" in found.priorities:
        yield Hit(Rule.P0, "It was a P0")
    if rules.broken_promise and found.broken and found.priorities & {"P0", "P1"}:
        promises = _counted(found.broken, "promise")
        yield Hit(Rule.BROKEN_PROMISE, f"{promises} on it broken, as a {min(found.priorities)}")
    if _enough(rules.reports, found.reports) and _enough(rules.customers, found.customers):
        reports, customers = (
            _counted(found.reports, "report"),
            _counted(found.customers, "customer"),
        )
        yield Hit(Rule.REPORTS, f"{reports} of {customers}")
    if _enough(rules.displaced, found.displaced):
        yield Hit(
            Rule.DISPLACED,
            f"{found.displaced.normalize():f} {unit} of planned work made room for it",
        )
    if _enough(rules.loan_days, found.loan_days):
        yield Hit(Rule.LOAN_OVERDUE, f"Its payback was {_counted(found.loan_days, 'day')} overdue")
    if rules.came_back and found.came_back:
        yield Hit(Rule.CAME_BACK, "It came back after it was fixed")
    elif rules.came_back and found.again:
        again = _counted(found.again, "report")
        yield Hit(Rule.CAME_BACK, f"{again} of it after its fix was with customers")


def cut_hit(reports: int, hours: float, days: int) -> Hit:
    """What a cluster of small reports that asks for a review says of itself."""
    return Hit(Rule.PAPER_CUTS, f"{reports} small reports took {hours:.0f} hours in {days} days")


def _enough(least: int | Decimal | None, figure: int | Decimal) -> bool:
    return least is not None and figure >= least


def _counted(count: int, one: str) -> str:
    return f"{count} {one}" if count == 1 else f"{count} {one}s"
