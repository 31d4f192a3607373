"""Judgement about reports. Pure."""

from datetime import datetime, timedelta

DISPUTE_DAYS = 14

_ROWS = {
    "one_user": ("P3", "P3", "P2", "P2"),
    "some_users": ("P3", "P2", "P2", "P1"),
    "many_users": ("P3", "P2", "P1", "P1"),
    "everyone": ("P2", "P1", "P1", "P0"),
}
_COLUMNS = ("low", "normal", "high", "critical")


def stated_priority(impact: str, urgency: str) -> str:
    """P0 to P3 from impact and urgency, as the reporter states them (PR-6)."""
    return _ROWS[impact][_COLUMNS.index(urgency)]


def may_still_dispute(closed_at: datetime, at: datetime) -> bool:
    """A reporter may dispute within 14 days of the classification, to the second."""
    return at <= closed_at + timedelta(days=DISPUTE_DAYS)


def counts_as_first_response(*, human: bool, of_delivery_team: bool, is_reporter: bool) -> bool:
    """A message counts when a person of the delivery team other than the reporter wrote it (PR-5)."""
    return human and of_delivery_team and not is_reporter


def leads_back(start: int, edges: dict[int, int], target: int) -> bool:
    """Whether following duplicate edges from `target` reaches `start`."""
    seen: set[int] = set()
    here: int | None = target
    while here is not None and here not in seen:
        if here == start:
            return True
        seen.add(here)
        here = edges.get(here)
    return False
