"""A P0 is confirmed: its bug opens and is injected in one act, also when no sprint runs (PR-4, ONC-6)."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from bugs import services as bugs
from bugs.querysets import price_to_begin
from foundation.errors import RuleBroken
from foundation.locking import locked
from problem_reports.events import ReportConfirmed
from problem_reports.lifecycle import Cause, Outcome, Priority
from problem_reports.models import Classification, ProblemReport
from problem_reports.services._act import begin
from problem_reports.services.classification import bug_of, conclude, next_of
from problem_reports.services.evidence import NewBug
from sprints.models import Sprint
from sprints.querysets import running
from sprints.rules.reserve import ZERO
from teams.models import Person, ProductArea

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
    None, what such bugs took, or a working day); a P0 may overdraw. Cause and hours are told later.
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
    conclude(report, said, message.strip() or MESSAGE, fact=ReportConfirmed, source=source)
    price = points if points is not None else price_to_begin(bug).amount
    reason = f"{report.reference} is confirmed as a P0."
    bugs.inject(bug.pk, sprint_id=sprint.pk if sprint else None, points=price, reason=reason, **act)
    return report


def _lock_sprint(report_id: int) -> Sprint | None:
    """Sprints are below reports: the running one waits for its place in the order here."""
    team = ProblemReport.objects.filter(pk=report_id).values_list("team_id", flat=True).first()
    sprint = running(team) if team is not None else None
    return locked(Sprint.objects.all(), sprint.pk) if sprint else None
