"""The plan of a fix: proposed, agreed, objected to, overridden. The team's own; reporters read promises."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from journal.facts import Fact


@dataclass(frozen=True)
class BugPlanProposed(Fact):
    name = "bug.plan_proposed"
    words = "proposed revision {revision} of the plan: {way}, {estimate} {unit}"
    internal = True
    revision: int
    way: str
    estimate: Decimal
    unit: str
    customer_date: date | None = None
    #: Who agreed to an earlier revision, by username: each is told, and asked.
    asked: tuple[str, ...] = ()
    waits: bool = True


@dataclass(frozen=True)
class BugPlanAgreed(Fact):
    """`settled`: nobody is waited for any more."""

    name = "bug.plan_agreed"
    words = "agreed to revision {revision} of the plan"
    internal = True
    revision: int
    settled: bool = False


@dataclass(frozen=True)
class BugPlanObjected(Fact):
    name = "bug.plan_objected_to"
    words = "objected to revision {revision} of the plan"
    internal = True
    revision: int


@dataclass(frozen=True)
class BugPlanOverridden(Fact):
    name = "bug.plan_overridden"
    words = "overrode the objections to revision {revision} of the plan"
    internal = True
    revision: int
