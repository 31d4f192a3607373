"""Facts about sprints, their reserve, their planned work and logged hours. Payloads are a contract: only add."""

from sprints.events.sprint import (
    CapacitySet,
    ReserveSet,
    SprintClosed,
    SprintLetGo,
    SprintPlanned,
    SprintRiskAccepted,
    SprintStarted,
    SprintSwappedOut,
    SprintSwapProposed,
)
from sprints.events.work import WorkLogged, WorkTakenBack

__all__ = [
    "CapacitySet", "ReserveSet", "SprintClosed", "SprintLetGo", "SprintPlanned", "SprintRiskAccepted",
    "SprintStarted", "SprintSwapProposed", "SprintSwappedOut", "WorkLogged", "WorkTakenBack",
]  # fmt: skip
