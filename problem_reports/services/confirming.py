"""A P0 is confirmed: its bug opens and is injected in one act, also when no sprint runs (PR-4, ONC-6).

Cause and hours follow within a working day: who investigated it owes them, and the clock reminds.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any, cast

from django.db import transaction

from bugs import services as bugs
from bugs.querysets import price_to_begin
from foundation.errors import Conflict, Invalid, RuleBroken
from foundation.locking import locked
from journal import services as journal
from journal.models import Source
from problem_reports.events import ReportCauseReminded, ReportCauseTold, ReportConfirmed
from problem_reports.lifecycle import Cause, Outcome, Priority
from problem_reports.models import Classification, ProblemReport
from problem_reports.services._act import begin, finish
from problem_reports.services.classification import OWED, bug_of, conclude, next_of
from problem_reports.services.evidence import MOST_HOURS, NewBug
from sprints.models import Sprint
from sprints.querysets import next_working_day, running
from sprints.rules.reserve import ZERO, out_of_range
from teams.models import Person, ProductArea
from teams.querysets import CLOCK, automatic

BATCH = 200

#: What the reporter reads unless something else is said.
MESSAGE = "We see it too, and somebody works on it now. You hear here when it is fixed."


@transaction.atomic
def confirm(
    report_id: int,
    *,
    title: str = "",
    product_area: ProductArea | None = None,
    points: Decimal | None = None,
    message: str = MESSAGE,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> ProblemReport:
    """It is a defect: close the report, open its bug and inject that into the sprint that runs.

    By the release manager; while there is none by who is on call, and then it is to be reviewed. Whoever
    confirms what nobody investigates has investigated it. `points` is the price in the team's unit (when
    None, what such bugs took, or a working day); a P0 may overdraw. Cause and hours are owed until
    *tell cause*, within a working day.
    """
    sprint = _lock_sprint(report_id)
    report, _ = begin(report_id, "confirm", by=by, at=at, version=version)
    if report.priority != Priority.P0:
        raise RuleBroken(f"Only a P0 is confirmed in one act; classify {report.reference}.")
    report.assignee = report.assignee or by
    number, key = next_of(report)
    how = report.steps.strip() or f"{by} saw it too."
    found = NewBug(title.strip() or report.title, Priority.P0, how, product_area)
    act: dict[str, Any] = {"by": by, "at": at, "source": source}
    bug = bug_of(found, report, opened_by=key, **act)
    said = Classification(
        id=key, report=report, number=number, outcome=Outcome.BUG, cause=Cause.UNKNOWN, hours=ZERO,
        bug=bug, by=by, at=at,
    )  # fmt: skip
    owed = next_working_day(report.team, at)
    text = message.strip() or MESSAGE
    conclude(report, said, text, fact=ReportConfirmed, cause_due_at=owed, source=source)
    price = points if points is not None else price_to_begin(bug).amount
    reason = f"{report.reference} is confirmed as a P0."
    bugs.inject(bug.pk, sprint_id=sprint.pk if sprint else None, points=price, reason=reason, **act)
    return report


@transaction.atomic
def tell_cause(
    report_id: int,
    *,
    cause: str,
    hours: Decimal,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> ProblemReport:
    """Say what a confirmation left out: the cause category and the hours that finding it took.

    It is the next judgement of the report, with the same outcome, bug and message; the old one stays in
    the history. By who investigated it, or the release manager.
    """
    if cause not in Cause.values:
        raise Invalid({"cause": ["Choose one of the list."]})
    if refused := out_of_range(hours, most=MOST_HOURS):
        raise Invalid({"hours": [refused]})
    report, _ = begin(report_id, "tell_cause", by=by, at=at, version=version)
    was = report.living
    if report.cause_due_at is None or was is None:
        raise Conflict(f"{report.reference} owes no cause: it was told, or classified with one.")
    number, key = next_of(report)
    report.living = Classification.objects.create(
        id=key, report=report, number=number, outcome=was.outcome, cause=cause, hours=hours,
        message=was.message, bug=was.bug, by=by, at=at,
    )  # fmt: skip
    report.cause_due_at = report.cause_nag_at = None
    told = ReportCauseTold(cause=cause, hours=hours, number=number)
    finish(report, told, ["living", *OWED], by=by, at=at, source=source)
    return report


def remind_of_causes(*, at: datetime) -> int:
    """Tell whoever owes cause and hours once they are due, then once each working day; returns of how many."""
    told = 0
    while batch := _remind(at):
        told += batch
    return told


@transaction.atomic
def _remind(at: datetime) -> int:
    due = ProblemReport.objects.filter(cause_nag_at__lte=at).order_by("cause_nag_at", "pk")
    rows = due.select_for_update(skip_locked=True, of=("self",)).select_related("team__calendar")
    reports = list(rows[:BATCH])
    for report in reports:
        report.cause_nag_at = next_working_day(report.team, at)
        report.save(update_fields=["cause_nag_at"])
        fact = ReportCauseReminded(due_at=cast(datetime, report.cause_due_at))
        journal.record(fact, subject=report.pk, by=automatic(CLOCK), at=at, source=Source.SYSTEM)
    return len(reports)


def _lock_sprint(report_id: int) -> Sprint | None:
    """Sprints are below reports: the running one waits for its place in the order here."""
    team = ProblemReport.objects.filter(pk=report_id).values_list("team_id", flat=True).first()
    sprint = running(team) if team is not None else None
    return locked(Sprint.objects.all(), sprint.pk) if sprint else None
