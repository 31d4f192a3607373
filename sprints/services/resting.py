"""A page at night takes hours of the day after out of the sprint that runs, once a night (ONC-3).

The clock looks for pages that were told lately: a page itself never waits for the lock of a sprint.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db import transaction

from foundation.locking import locked
from journal import services as journal
from journal.models import Source
from oncall.models import PageStep
from sprints.events import SprintRestKept
from sprints.models import NightRest, Sprint
from sprints.querysets import planning_of, running
from sprints.rules.reserve import ZERO, in_unit
from sprints.rules.rest import morning_after
from teams.models import Team
from teams.querysets import CLOCK, automatic, developers_of, open_days

#: Pages that nobody looked at for longer are nobody's tiredness any more.
LATELY = timedelta(days=2)


def keep_rest(*, at: datetime) -> int:
    """Set aside what the nights of late took; returns how many were new."""
    return sum(_keep(told, day, at=at) for told, day in _nights(at))


def _nights(at: datetime) -> Iterator[tuple[PageStep, date]]:
    """The first step that told somebody in a night that nothing was set aside for yet, before a working day."""
    steps = PageStep.objects.filter(at__gt=at - LATELY, at__lte=at).order_by("pk")
    seen = set(
        NightRest.objects.filter(day__gte=(at - LATELY).date()).values_list(
            "team_id", "person_id", "day"
        )
    )
    for told in steps.select_related("page__team__calendar", "person"):
        calendar = told.page.team.calendar
        day = morning_after(told.at.astimezone(ZoneInfo(calendar.zone)))
        if day is None or not open_days(calendar, day, day):
            continue
        key = (told.page.team_id, told.person_id, day)
        if key in seen:
            continue
        seen.add(key)
        yield told, day


@transaction.atomic
def _keep(told: PageStep, day: date, *, at: datetime) -> bool:
    team, person = told.page.team, told.person
    sprint = _sprint_on(team, day)
    rests = {"team": team, "person": person, "day": day}
    if NightRest.objects.filter(
        **rests
    ).exists():  # another clock was first, and let go of the sprint
        return False
    hours = Decimal(planning_of(team).night_hours)
    amount = ZERO
    if sprint and hours and developers_of(team.pk).filter(pk=person.pk).exists():
        # Never into what is set aside or promised to duties: that is more than the capacity holds.
        free = sprint.capacity - max(sprint.size, sprint.release_manager_duty + sprint.on_call_duty)
        amount = max(min(in_unit(hours, sprint.hours_per_unit), free), ZERO)
    NightRest.objects.bulk_create(
        [NightRest(**rests, hours=hours, told=told, sprint=sprint, amount=amount)],
        ignore_conflicts=True,
    )
    if sprint and amount:
        sprint.capacity -= amount
        sprint.version += 1
        sprint.save(update_fields=["capacity", "version"])
        fact = SprintRestKept(points=amount, day=day, person=str(person))
        journal.record(fact, subject=sprint.pk, by=automatic(CLOCK), at=at, source=Source.SYSTEM)
    return True


def _sprint_on(team: Team, day: date) -> Sprint | None:
    """The sprint that runs and has this day, locked: of two clocks the second sees what the first has kept."""
    found = running(team.pk)
    if found is None or not found.starts_on <= day <= found.ends_on:
        return None
    return locked(Sprint.objects.select_related("team"), found.pk)
