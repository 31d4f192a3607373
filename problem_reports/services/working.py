"""Hours spent on a report (SPR-10): the running sprint of its team pays, the report itself has none (PR-3)."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from foundation.errors import Conflict
from problem_reports.events import ReportWorkLogged
from problem_reports.models import ProblemReport
from problem_reports.services._act import begin, finish
from sprints import services as sprints
from sprints.lifecycle import WorkKind
from teams.models import Person


@transaction.atomic
def log_work(
    report_id: int,
    *,
    hours: Decimal,
    on: date | None = None,
    note: str = "",
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> ProblemReport:
    """Log hours of a day (today, when none is named) on a report, also on one that is closed.

    The ledger line that they cause names the sprint: looking into what is uncertain is always unplanned.
    """
    reports = ProblemReport.objects.filter(pk=report_id)
    team = reports.values_list("team_id", flat=True).first()
    sprint = sprints.lock_running(team) if team else None
    report, _ = begin(report_id, "log_work", by=by, at=at, version=version)
    if report.team_id != team:
        # Routed between our two looks: another team's sprint is locked than the one that would pay.
        raise Conflict(f"It went to {report.team.name} in this moment; log the hours again.")
    work = sprints.keep_hours(
        sprint, team=report.team, kind=WorkKind.REPORT, report=report.pk, hours=hours, on=on,
        note=note, area_id=report.product_area_id, by=by, at=at,
    )  # fmt: skip
    fact = ReportWorkLogged(hours=hours, on=work.on)
    finish(report, fact, by=by, at=at, source=source, text=note)
    return report
