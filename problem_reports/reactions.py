"""What reports do when a team's hours change, in the same transaction: open promises are reckoned anew (SLA-2)."""

from datetime import datetime

from django.db.models import Q

from journal.registry import on
from problem_reports.clocks.models import Timer, TimerState
from problem_reports.clocks.timers import Act
from problem_reports.services.policies import move_open
from teams.events import CalendarChosen, CalendarEdited
from teams.models import Person


@on(CalendarEdited)
def count_by_the_new_version(
    fact: CalendarEdited, *, subject: int, by: Person, at: datetime, source: str
) -> None:
    """What counts by an earlier version. One that only got another name has none, and moves nothing."""
    by_it = Timer.objects.filter(calendar=subject, state=TimerState.ARMED)
    before = by_it.exclude(calendar_number=fact.version)
    move_open(Q(pk__in=before.values("report")), Act("calendar", at, source))


@on(CalendarChosen)
def count_by_the_chosen_calendar(
    fact: CalendarChosen, *, subject: int, by: Person, at: datetime, source: str
) -> None:
    """Every open report of the team; its clocks around the clock stay."""
    move_open(Q(team_id=subject), Act("calendar", at, source))
