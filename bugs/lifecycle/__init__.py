"""The lives of a bug and of a loan, and the closed lists beside them."""

from bugs.lifecycle.life import (
    CLOCK_ACTS,
    INJECTABLE,
    LIFECYCLE,
    OPEN,
    QUEUED,
    SPRINT_ACTS,
    URGENT,
    WORKED_ON,
    P1Way,
    PlanState,
    Priority,
    Said,
    State,
)
from bugs.lifecycle.loans import LOANS, LoanState, MitigationKind, Reminded

__all__ = [
    "CLOCK_ACTS",
    "INJECTABLE",
    "LIFECYCLE",
    "LOANS",
    "OPEN",
    "QUEUED",
    "SPRINT_ACTS",
    "URGENT",
    "WORKED_ON",
    "LoanState",
    "MitigationKind",
    "P1Way",
    "PlanState",
    "Priority",
    "Reminded",
    "Said",
    "State",
]
