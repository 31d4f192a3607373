"""The demonstration's P0s called somebody: mostly who was on call answered, once only after an escalation (ONC-6)."""

from datetime import datetime, timedelta

from foundation.locking import locked
from journal.models import Source
from oncall.models import Page
from oncall.services import paging
from problem_reports.models import ProblemReport
from teams.models import Person
from teams.querysets import CLOCK, automatic
from triage.demonstration.play import Play

LAST = 4
PROMPT, SLOW = timedelta(minutes=2), timedelta(minutes=7)


def call_for_the_p0s(play: Play) -> None:
    """The last of them, oldest first; the newest is the one whose first step slept through."""
    burning = ProblemReport.objects.filter(stated_priority="P0", filed_at__lt=play.now - SLOW * 2)
    rows = burning.select_related("team", "product_area").order_by("-filed_at", "-pk")[:LAST]
    for nth, report in enumerate(reversed(rows)):
        made = paging.page(
            report.team,
            priority="P0",
            report=report.pk,
            area=report.product_area,
            as_stated=True,
            by=automatic(CLOCK),
            at=report.filed_at,
            source=Source.DEMO,
        )
        slept = nth == len(rows) - 1
        if slept:
            second = report.filed_at + timedelta(minutes=5)
            paging.tell(locked(paging.ROWS, made.pk), at=second, source=Source.DEMO)
        _answered(made, report.filed_at + (SLOW if slept else PROMPT))


def _answered(made: Page, at: datetime) -> None:
    """By whom the last step that was told named first."""
    row = made.told.order_by("-step", "pk").first()
    if row is not None:
        by = Person.objects.get(pk=row.person_id)
        paging.acknowledge(made.pk, by=by, at=at, source=Source.DEMO)
