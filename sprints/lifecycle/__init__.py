"""States in one table per thing, and the closed lists beside them."""

from sprints.lifecycle.kinds import (
    DebtKind,
    EntryKind,
    Helped,
    ItemKind,
    ScopeKind,
    Track,
    WorkKind,
)
from sprints.lifecycle.states import (
    AHEAD,
    BACKLOG,
    BACKLOG_SPRINT_ACTS,
    LIFECYCLE,
    OPEN_ITEM,
    OVER,
    OVERDRAFTS,
    PLANNED_ITEM,
    ItemState,
    OverdraftState,
    State,
)

__all__ = [
    "AHEAD",
    "BACKLOG",
    "BACKLOG_SPRINT_ACTS",
    "LIFECYCLE",
    "OPEN_ITEM",
    "OVER",
    "OVERDRAFTS",
    "PLANNED_ITEM",
    "DebtKind",
    "EntryKind",
    "Helped",
    "ItemKind",
    "ItemState",
    "OverdraftState",
    "ScopeKind",
    "State",
    "Track",
    "WorkKind",
]
