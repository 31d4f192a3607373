"""What reports do when a team's hours change, in the same transaction: open promises are reckoned anew (SLA-2)."""

from datetime import datetime

from django.db.models import Q

from journal.registry import on
from problem_reports.clocks.timers import Act
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
