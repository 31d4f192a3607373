"""How every verb on a report begins and ends: lock, allow, advance; save, record."""

from collections.abc import Sequence
from datetime import datetime

from foundation.errors import Conflict, NotAllowed, Stale
from foundation.lifecycle import words
from foundation.locking import locked
from journal import services as journal
from journal.facts import Fact
from journal.models import Event, Text
from oncall.rules import Standing
from oncall.services import standing_in
from problem_reports import policy, rules
from problem_reports.clocks import timers
from problem_reports.clocks.models import TimerKind
from problem_reports.lifecycle import LIFECYCLE, OPEN
from problem_reports.models import ProblemReport
from problem_reports.querysets import viewer
from teams.models import Person

ROWS = ProblemReport.objects.select_related(
    "team__calendar", "product_area", "filing_team", "filed_by", "assignee", "living"
)

#: What whoever is on call may decide of a P0 while no release manager is on duty.
STANDS_IN = ("assign", "prioritise", "confirm")


def begin(
    report_id: int,
    verb: str,
    *,
    by: Person,
    at: datetime,
    version: int | None = None,
    row: ProblemReport | None = None,
) -> tuple[ProblemReport, Standing]:
    """Lock the report (unless `row` is it, locked), ask the policy, compare the version, move it."""
    report = row or locked(ROWS, report_id)
    who = viewer(by, at)
    if refusal := policy.may(verb, who, report):
        raise NotAllowed(refusal)
    if version is not None and version != report.version:
        raise Stale("Somebody changed this report since you opened it.")
    if not LIFECYCLE.permits(report.state, verb):
        raise Conflict(_why_not(report, verb), **_winner(report))
    if verb in STANDS_IN:
        standing_in.note(who, verb, report.team_id, by, report=report.pk)
    report.was = report.state
    LIFECYCLE.advance(report, verb)
    return report, who


def finish(
    report: ProblemReport,
    fact: Fact,
    fields: Sequence[str] = (),
    *,
    by: Person,
    at: datetime,
    source: str,
    text: str | Text = "",
) -> Event:
    """Save what changed, record the fact, and let the clocks hear of it; returns its event."""
    report.version += 1
    report.save(update_fields=[*fields, "version"])
    event = journal.record(fact, subject=report.pk, by=by, at=at, source=source, text=text)
    if timers.follow(report, event, was=report.was, source=source):
        copy_due(report)
    return event


def is_first_response(report: ProblemReport, who: Standing) -> bool:
    """Whether a public message by this person now would be the first response (PR-5)."""
    return rules.counts_as_first_response(
        human=who.human,
        of_delivery_team=who.belongs_to(report.team_id),
        is_reporter=who.person_id == report.filed_by_id,
    ) and timers.runs(report.pk, TimerKind.FIRST_RESPONSE)


def copy_due(report: ProblemReport) -> None:
    """Keep the report's `due_at` (the queue's order) equal to its nearest running promise."""
    report.due_at = timers.next_due(report.pk)
    ProblemReport.objects.filter(pk=report.pk).update(due_at=report.due_at)


def _why_not(report: ProblemReport, verb: str) -> str:
    if verb in ("assign", "take") and (holder := _holder(report)):
        return f"{holder} has it already."
    return f"It is {words(report.state)}; to {words(verb)} is not possible from there."


def _winner(report: ProblemReport) -> dict[str, str]:
    holder = _holder(report)
    return {"assigned_to": holder.username} if holder else {}


def _holder(report: ProblemReport) -> Person | None:
    """Who investigates it; a closed report only remembers who did."""
    return report.assignee if report.state in OPEN else None
