"""What the release manager and the developers do with a report before it is classified."""

from datetime import datetime

from django.db import transaction

from foundation.errors import Invalid, RuleBroken, need
from journal.querysets import no_earlier
from problem_reports.clocks.holding import hold_team_of_area
from problem_reports.clocks.moving import move
from problem_reports.clocks.timers import Act
from problem_reports.events import (
    InvestigationStarted,
    ReportAssigned,
    ReportHandedBack,
    ReportPrioritised,
    ReportReturned,
    ReportRouted,
    ReportSnoozed,
    ReportTaken,
    ReportWoken,
)
from problem_reports.models import ProblemReport
from problem_reports.services._act import begin, copy_due, finish, is_first_response
from teams.models import Person, ProductArea, Team
from teams.querysets import developers_of

MOVED = ["state", "left"]


@transaction.atomic
def assign(
    report_id: int,
    *,
    assignee: Person,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> ProblemReport:
    """Give an investigation to a developer. Of two assignments at once, the second is told who won."""
    report, _ = begin(report_id, "assign", by=by, at=at, version=version)
    if not developers_of(report.team_id).filter(pk=assignee.pk).exists():
        raise RuleBroken(f"{assignee} is not a developer of {report.team.name}.")
    report.assignee = assignee
    fact = ReportAssigned(assignee=assignee.username)
    finish(report, fact, [*MOVED, "assignee"], by=by, at=at, source=source)
    return report


@transaction.atomic
def take(
    report_id: int,
    *,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> ProblemReport:
    """A developer below the team's limit takes a prioritised report."""
    # The person's own row is locked too: two takes of two reports at once cannot pass the limit.
    Person.objects.select_for_update(no_key=True).get(pk=by.pk)
    report, _ = begin(report_id, "take", by=by, at=at, version=version)
    report.assignee = by
    finish(report, ReportTaken(), [*MOVED, "assignee"], by=by, at=at, source=source)
    return report


@transaction.atomic
def start(
    report_id: int,
    *,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> ProblemReport:
    """The investigation begins; the hours offered at *classify* count from here."""
    report, _ = begin(report_id, "start", by=by, at=at, version=version)
    report.started_at = at
    finish(report, InvestigationStarted(), [*MOVED, "started_at"], by=by, at=at, source=source)
    return report


@transaction.atomic
def hand_back(
    report_id: int,
    *,
    reason: str = "",
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> ProblemReport:
    """Back to the queue, without anybody; by the clock too, which says why."""
    report, _ = begin(report_id, "hand_back", by=by, at=at, version=version)
    report.assignee = report.started_at = report.snoozed_until = None
    fields = [*MOVED, "assignee", "started_at", "snoozed_until"]
    finish(report, ReportHandedBack(), fields, by=by, at=at, source=source, text=reason)
    return report


@transaction.atomic
def snooze(
    report_id: int,
    *,
    reason: str,
    until: datetime,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> ProblemReport:
    """Put it aside until a moment, for a reason."""
    need(reason=reason)
    report, _ = begin(report_id, "snooze", by=by, at=at, version=version)
    if until <= at:
        raise RuleBroken("The wake moment is in the future.")
    report.snoozed_until = until
    fact = ReportSnoozed(until=until)
    fields = [*MOVED, "snoozed_until"]
    finish(report, fact, fields, by=by, at=at, source=source, text=reason)
    return report


@transaction.atomic
def wake(
    report_id: int,
    *,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> ProblemReport:
    """Back to the state it was snoozed in."""
    report, _ = begin(report_id, "wake", by=by, at=at, version=version)
    report.snoozed_until = None
    finish(report, ReportWoken(), [*MOVED, "snoozed_until"], by=by, at=at, source=source)
    return report


@transaction.atomic
def return_(
    report_id: int,
    *,
    reason: str,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> ProblemReport:
    """Back to who filed it, because it is incomplete or not technical; the reason is their answer."""
    need(reason=reason)
    report, who = begin(report_id, "return", by=by, at=at, version=version)
    first = is_first_response(report, who)
    report.assignee = report.started_at = None
    fact = ReportReturned(first_response=first or None)
    fields = [*MOVED, "assignee", "started_at"]
    finish(report, fact, fields, by=by, at=at, source=source, text=reason)
    return report


@transaction.atomic
def prioritise(
    report_id: int,
    *,
    priority: str,
    reason: str = "",
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> ProblemReport:
    """Decide the priority; what the reporter stated is kept beside it. Running promises move (PR-6)."""
    report, _ = begin(report_id, "prioritise", by=by, at=at, version=version)
    if priority != report.priority and not reason.strip():
        raise Invalid({"reason": ["Say why the priority changes; the reporter reads it."]})
    was, report.priority = report.priority, priority
    report.prioritised_at = at
    if was != priority:
        move([report], Act("prioritise", no_earlier("problem_report", report.pk, at), source))
        copy_due(report)
    fact = ReportPrioritised(
        priority=priority, was=was, stated=report.stated_priority, due_at=report.due_at
    )
    fields = ["priority", "prioritised_at"]
    finish(report, fact, fields, by=by, at=at, source=source, text=reason)
    return report


@transaction.atomic
def route(
    report_id: int,
    *,
    product_area: ProductArea,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> ProblemReport:
    """Move it to another product area; with the area goes the team, its calendar and its policy.

    The clocks keep their start (PR-9). Who investigates for the old team hands it back first.
    """
    hold_team_of_area(product_area.slug)
    report, _ = begin(report_id, "route", by=by, at=at, version=version)
    if product_area.pk == report.product_area_id:
        raise RuleBroken(f"It is in {product_area.name} already.")
    leaves_team = product_area.team_id != report.team_id
    if leaves_team and report.assignee is not None:
        raise RuleBroken(f"{report.assignee} holds it for {report.team.name}; hand it back first.")
    was = report.product_area.slug
    report.product_area = product_area
    # As it is now that it is held: the door may have read it before an edit of its hours.
    report.team = Team.objects.select_related("calendar").get(pk=product_area.team_id)
    fields = ["product_area", "team"]
    if leaves_team:
        report.prioritised_at = None
        fields.append("prioritised_at")
        move([report], Act("route", no_earlier("problem_report", report.pk, at), source))
        copy_due(report)
    fact = ReportRouted(
        product_area=product_area.slug,
        was=was,
        due_at=report.due_at,
        leaves_team=leaves_team or None,
    )
    finish(report, fact, fields, by=by, at=at, source=source)
    return report
