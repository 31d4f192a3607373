"""Facts about sprints and their reserve."""

from dataclasses import dataclass
from decimal import Decimal

from journal.facts import Fact


@dataclass(frozen=True)
class SprintPlanned(Fact):
    name = "sprint.planned"
    words = "planned the sprint"
    public = ("capacity", "reserve")
    capacity: Decimal
    reserve: Decimal


@dataclass(frozen=True)
class CapacitySet(Fact):
    name = "sprint.capacity_set"
    words = "set the capacity to {capacity}"
    public = ("capacity", "was")
    capacity: Decimal
    was: Decimal


@dataclass(frozen=True)
class ReserveSet(Fact):
    name = "sprint.reserve_set"
    words = "set the reserve to {reserve}"
    public = ("reserve", "was")
    reserve: Decimal
    was: Decimal


@dataclass(frozen=True)
class SprintStarted(Fact):
    name = "sprint.started"
    words = "started the sprint"


@dataclass(frozen=True)
class SprintClosed(Fact):
    name = "sprint.closed"
    words = "closed the sprint"
