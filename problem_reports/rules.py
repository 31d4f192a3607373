"""Judgement about reports. Pure."""

from collections.abc import Collection
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


#: outcome -> the fields of which it needs one, and how to ask for it (PR-2).
EVIDENCE = {
    "bug": (("bug", "existing_bug"), "Describe the bug, or name the one that it is."),
    "duplicate": (("duplicate_of",), "Name the report that it repeats."),
    "already_fixed": (("already_fixed_in",), "Name the version that has the fix."),
}


def evidence_refused(outcome: str, given: Collection[str]) -> dict[str, str]:
    """Field -> what is wrong with it: each outcome has its own evidence, and only that."""
    wanted, ask = EVIDENCE.get(outcome, ((), ""))
    refused = {
        field: f"{outcome.replace('_', ' ').capitalize()} has no such evidence; leave it empty."
        for field in given
        if field not in wanted
    }
    named = [field for field in wanted if field in given]
    if wanted and not named:
        refused[wanted[0]] = ask
    if len(named) > 1:
        refused[named[-1]] = "Either a new bug or one that is there already, not both."
    return refused
