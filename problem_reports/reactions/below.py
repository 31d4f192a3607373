"""What reports do in the same transaction when something happens on a floor below.

A team's hours change: open promises are reckoned anew (SLA-2). A bug is refuted: what it explained is to be
investigated again (BUG-6). Somebody is away: what they hold is free again, or asked about (ONC-3).
"""

from datetime import datetime

from django.db.models import Q

from bugs.events import BugRefuted
from foundation.locking import locked_all
from foundation.references import reference
from journal.models import Event
from journal.registry import on
from oncall.events import AbsenceRecorded
from problem_reports.clocks.timers import Act
from problem_reports.events import ReportReopened
from problem_reports.models import ProblemReport
from problem_reports.services._act import ROWS, begin
from problem_reports.services.absences import see_absences
from problem_reports.services.classification import open_again
from problem_reports.services.policies import move_open
from teams.events import CalendarChosen, CalendarEdited
from teams.models import Person


@on(CalendarEdited)
def count_by_the_new_version(
    fact: CalendarEdited, *, subject: int, by: Person, at: datetime, source: str
) -> None:
    """Every open report of the teams that work by it. One that only got another name moves nothing."""
    move_open(Q(team__calendar=subject), Act("calendar", at, source))


@on(CalendarChosen)
def count_by_the_chosen_calendar(
    fact: CalendarChosen, *, subject: int, by: Person, at: datetime, source: str
) -> None:
    """Every open report of the team; its clocks around the clock stay."""
    move_open(Q(team=subject), Act("calendar", at, source))


@on(AbsenceRecorded)
def somebody_is_away(
    fact: AbsenceRecorded, *, subject: int, by: Person, at: datetime, source: str
) -> None:
    """One that begins now; of a later one the clock looks when it has begun."""
    see_absences(at=at, source=source, pk=subject)


@on(BugRefuted)
def investigate_again(
    fact: BugRefuted, *, subject: int, by: Person, at: datetime, source: str
) -> None:
    """Every report that the bug explains, for the bug's own reason. None can join it: that takes the bug's lock."""
    told = Event.objects.filter(kind="bug", subject=subject, name=fact.name)
    why = told.select_related("text").latest("pk").text
    again = ReportReopened(refuted=reference("BUG", subject))
    keys = ProblemReport.objects.filter(living__bug=subject).values_list("pk", flat=True)
    for row in locked_all(ROWS, keys).values():
        if row.living is not None and row.living.bug_id == subject:
            report, _ = begin(row.pk, "reopen", by=by, at=at, row=row)
            open_again(report, again, why or "", by=by, at=at, source=source)
