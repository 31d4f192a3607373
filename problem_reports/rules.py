"""Judgement about reports. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
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
    "evolution": (
        ("item_title", "item"),
        "Name what is wished for, or the backlog item that it is.",
    ),
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
        refused[named[-1]] = "Either a new one or one that is there already, not both."
    return refused


@dataclass(frozen=True)
class CodedReport:
    """A report that a commit names: the bug that explains it, and its outcome, when it has them."""

    reference: str
    bug: str | None
    outcome: str | None


@dataclass(frozen=True)
class CodedBug:
    reference: str
    state: str


@dataclass(frozen=True)
class Verdict:
    allowed: bool
    reason: str = ""
    use: str | None = None


#: The states of a bug in which code for it is expected.
CODED_IN = ("in_sprint", "in_progress")


def may_commit(reports: Sequence[CodedReport], bugs: Sequence[CodedBug]) -> Verdict:
    """The golden rule (PR-3): code is written for a bug in a sprint, never on a report.

    A report that is named refuses, with the bug to use instead; a bug that nobody works on now warns.
    """
    for report in reports:
        if report.bug:
            instead = f"use {report.bug}, the bug that it was classified as"
            return Verdict(False, f"{report.reference} is a Problem Report: {instead}.", report.bug)
    for report in reports:
        why = (
            f"it was closed as {report.outcome.replace('_', ' ')}, so there is nothing to code"
            if report.outcome
            else "it is not classified yet; code is written for the bug that it may become"
        )
        return Verdict(False, f"{report.reference} is a Problem Report: {why}.")
    idle = [b for b in bugs if b.state not in CODED_IN]
    if not idle:
        return Verdict(True)
    said = ", ".join(f"{b.reference} is {b.state.replace('_', ' ')}" for b in idle)
    return Verdict(True, f"{said}: inject or start it before it is coded.")
