"""The tables of sprints, one file a thing: the sprint, its reserve, planned work, logged work, capacity."""

from sprints.models.backlog import BacklogItem
from sprints.models.capacity import Availability, Planning
from sprints.models.closing import Carried, Improvement
from sprints.models.reserve import Leaving, Overdraft, ReserveEntry
from sprints.models.rest import NightRest
from sprints.models.scope import ScopeEntry
from sprints.models.sprint import AMOUNT, Sprint
from sprints.models.work import WorkLog

__all__ = [
    "AMOUNT", "Availability", "BacklogItem", "Carried", "Improvement",
    "Leaving", "NightRest", "Overdraft", "Planning", "ReserveEntry", "ScopeEntry",
    "Sprint", "WorkLog",
]  # fmt: skip
