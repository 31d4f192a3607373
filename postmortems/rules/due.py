"""By when a post-mortem is to be published, by severity (PM-11). Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta

#: Days from the moment it was proposed: what hurt most is learnt from while it is fresh.
DAYS: Mapping[str, int] = {"P0": 5, "P1": 10, "P2": 20, "P3": 20}
#: So long before, the clock says that it is soon due.
SOON = timedelta(days=2)


def due(priority: str, proposed_at: datetime) -> datetime:
    return proposed_at + timedelta(days=DAYS[priority])


def first_reminder(due_at: datetime) -> datetime:
    return due_at - SOON
