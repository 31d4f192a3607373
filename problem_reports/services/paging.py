"""When a report calls for help, and when that ends: by hand, and by what happens to it (ONC-6).

The floor of pages knows no report: it is told its number, its area, its priority, and how its minutes count.
"""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction

from foundation.errors import need
from journal.services import TELLS_OF_THE_PAST
from oncall.lifecycle import PageState
from oncall.models import P1Hours, Page
from oncall.querysets.paging import plan_of, running, unanswered
from oncall.rules import escalation
from oncall.services import paging
from problem_reports.clocks import policies, rules
from problem_reports.events import ReportPaged
from problem_reports.lifecycle import Priority
from problem_reports.models import ProblemReport
from problem_reports.services._act import ROWS, begin, finish
from teams.models import Person, Team
from teams.querysets import CLOCK, automatic

PAGES = (Priority.P0, Priority.P1)
ANY_HOUR: escalation.Add = escalation.around_the_clock
#: The least there is: as much open time gives the moment at which hours begin.
TICK = timedelta(microseconds=1)


@transaction.atomic
def page(
    report_id: int,
    *,
    reason: str,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> ProblemReport:
    """Call for help by hand, at any hour and at any priority: somebody decided that it cannot wait."""
    need(reason=reason)
    report, _ = begin(report_id, "page", by=by, at=at, version=version)
    made = paging.page(report.team, **_about(report), reason=reason, by=by, at=at, source=source)
    finish(report, ReportPaged(), by=by, at=at, source=source, text=made.reason or "")
    return report


def call_for_help(report_id: int, *, at: datetime, source: str) -> Page | None:
    """Page for a P0 or P1 that nobody is paged for: a P1 when the support hours of its team begin."""
    report = ROWS.get(pk=report_id)
    if source in TELLS_OF_THE_PAST or report.priority not in PAGES or running(report=report_id):
        return None
    starts_at, counts = at, ANY_HOUR
    if report.priority == Priority.P1:
        _, plan = plan_of(report.team_id)
        if plan.p1 == P1Hours.NEVER:
            return None
        if plan.p1 == P1Hours.SUPPORT_HOURS:
            starts_at, counts = _in_hours(report.team, at)
    told = {**_about(report), "by": automatic(CLOCK), "at": at, "source": source}
    return paging.page(report.team, starts_at=starts_at, counts=counts, **told)


def follow_priority(report_id: int, was: str, *, by: Person, at: datetime, source: str) -> None:
    """What a new priority does to a page: lowered it ends, raised it begins, and *as stated* is over."""
    priority = ROWS.get(pk=report_id).priority
    found = running(report=report_id)
    if found is None:
        answered = Page.objects.filter(report=report_id, state=PageState.ACKNOWLEDGED).exists()
        if priority < was and not answered:
            call_for_help(report_id, at=at, source=source)
    elif priority not in PAGES:
        call_off(report_id, f"{by} prioritised it as {priority}.", at=at, source=source)
    elif found.as_stated or found.priority != priority:
        paging.prioritise(found.pk, priority=priority, by=automatic(CLOCK), at=at, source=source)


def call_off(report_id: int, why: str, *, at: datetime, source: str) -> None:
    """Nobody has to come any more; without a page nothing happens."""
    if found := running(report=report_id):
        paging.stop(found.pk, reason=why, by=automatic(CLOCK), at=at, source=source)


def somebody_is_on_it(report_id: int, *, by: Person, at: datetime, source: str) -> None:
    """Who takes, starts or confirms it has answered the page, late too."""
    if found := unanswered(report=report_id):
        paging.acknowledge(found.pk, by=by, at=at, source=source)


def _about(report: ProblemReport) -> dict[str, Any]:
    return {
        "report": report.pk,
        "area": report.product_area,
        "priority": report.priority,
        "as_stated": report.prioritised_at is None,
    }


def _in_hours(team: Team, at: datetime) -> tuple[datetime, escalation.Add]:
    """When the team's hours begin (now, within them), and how minutes count in them."""
    hours = policies.calendar(team.calendar_id, team.calendar.version)
    try:
        return rules.add(hours, at, TICK) - TICK, partial(rules.add, hours)
    except rules.CalendarUnusable:
        return at, ANY_HOUR
