"""Facts about sprints, their reserve, their planned work and logged hours. Payloads are a contract: only add."""

from sprints.events.backlog import (
    ItemAccepted,
    ItemAdded,
    ItemCarried,
    ItemDeclined,
    ItemEdited,
    ItemEstimated,
    ItemFinished,
    ItemMarked,
    ItemOrdered,
    ItemPulledForward,
    ItemScheduled,
    ItemStarted,
    ItemSwappedOut,
    ItemTakenOut,
)
from sprints.events.planning import TeamPlanningSet
from sprints.events.sprint import (
    CapacitySet,
    ReserveSet,
    SprintCancelled,
    SprintClosed,
    SprintCommitted,
    SprintGoalRiskFlagged,
    SprintGoalRiskSeen,
    SprintImprovementAdded,
    SprintImprovementJudged,
    SprintLetGo,
    SprintOverdraftNagged,
    SprintPlanned,
    SprintPulledForward,
    SprintPullForwardProposed,
    SprintRiskAccepted,
    SprintStarted,
    SprintSwappedOut,
    SprintSwapProposed,
)
from sprints.events.work import WorkLogged, WorkTakenBack

__all__ = [
    "CapacitySet", "ItemAccepted", "ItemAdded", "ItemCarried", "ItemDeclined", "ItemEdited", "ItemEstimated",
    "ItemFinished", "ItemMarked", "ItemOrdered", "ItemPulledForward", "ItemScheduled",
    "ItemStarted", "ItemSwappedOut", "ItemTakenOut", "ReserveSet", "SprintCancelled", "SprintClosed",
    "SprintCommitted", "SprintGoalRiskFlagged", "SprintGoalRiskSeen", "SprintImprovementAdded",
    "SprintImprovementJudged", "SprintLetGo", "SprintOverdraftNagged", "SprintPlanned",
    "SprintPullForwardProposed", "SprintPulledForward", "SprintRiskAccepted", "SprintStarted",
    "SprintSwapProposed", "SprintSwappedOut", "TeamPlanningSet", "WorkLogged", "WorkTakenBack",
]  # fmt: skip
