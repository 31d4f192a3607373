"""A page at night takes hours of the day after out of the sprint that runs, once a night (ONC-3).

Capacity, duties, commit limit and reserve agree after it (SPR-2): the limit is what the other three leave.

The clock looks for pages that were told lately: a page itself never waits for the lock of a sprint.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from foundation.locking import locked
from journal import services as journal
from journal.models import Source
from oncall.models import DutyKind, PageStep
from sprints.events import ReserveSet, SprintRestKept
from sprints.models import NightRest, Sprint
from sprints.querysets import duty_days, planning_of, running, working_days
from sprints.rules.reserve import ZERO, in_unit
from sprints.rules.rest import Amounts, morning_after, rested
from sprints.services.reserve import open_reserve
from teams.models import Person, Team
from teams.querysets import CLOCK, automatic, developers_of, open_days

#: Pages that nobody looked at for longer are nobody's tiredness any more.
LATELY = timedelta(days=2)
CHANGED = ("capacity", "size", "release_manager_duty", "on_call_duty")


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
        amount, kept = _rested(sprint, person, in_unit(hours, sprint.hours_per_unit))
    NightRest.objects.bulk_create(
        [NightRest(**rests, hours=hours, told=told, sprint=sprint, amount=amount)],
        ignore_conflicts=True,
    )
    if sprint and amount:
        act: dict[str, Any] = {"by": automatic(CLOCK), "at": at, "source": Source.SYSTEM}
        fact = SprintRestKept(points=amount, day=day, person=str(person))
        journal.record(fact, subject=sprint.pk, **act)
        if kept.reserve < sprint.size:
            open_reserve(sprint, kept.reserve, at=at)
            lowered = ReserveSet(reserve=kept.reserve, was=sprint.size)
            journal.record(lowered, subject=sprint.pk, **act)
        sprint.capacity, sprint.size = kept.capacity, kept.reserve
        sprint.release_manager_duty = kept.release_manager_duty
        sprint.on_call_duty = kept.on_call_duty
        sprint.version += 1
        sprint.save(update_fields=[*CHANGED, "version"])
    return True


def _rested(sprint: Sprint, person: Person, asked: Decimal) -> tuple[Decimal, Amounts]:
    """What the sprint gives to the rest, and holds then. Duties shrink as capacity counts them (SPR-1).

    Where capacity was reckoned of people, who is not there has nothing to lose.
    """
    days, planning = working_days(sprint), planning_of(sprint.team)
    reckoned_of = {row.person_id: row.days - row.days_off for row in sprint.availability.all()}
    whole = ZERO if reckoned_of else Decimal(len(days))
    present = reckoned_of.get(person.pk, whole)
    on_duty = duty_days(sprint, days)

    def share(duty: str, percent: int) -> Decimal:
        if present <= 0:
            return ZERO
        return min(Decimal(on_duty[duty, person.pk]), present) / present * Decimal(percent) / 100

    now = Amounts(
        sprint.capacity,
        sprint.release_manager_duty,
        sprint.on_call_duty,
        sprint.size,
        used=max(sprint.size - sprint.available, ZERO),
        aside=sprint.stock_stream + sprint.carried,
    )
    return rested(
        now,
        asked if present > 0 else ZERO,
        release_manager_share=share(DutyKind.RELEASE_MANAGER, planning.release_manager_percent),
        on_call_share=share(DutyKind.ON_CALL, planning.on_call_percent),
    )


def _sprint_on(team: Team, day: date) -> Sprint | None:
    """The sprint that runs and has this day, locked: of two clocks the second sees what the first has kept."""
    found = running(team.pk)
    if found is None or not found.starts_on <= day <= found.ends_on:
        return None
    return locked(Sprint.objects.select_related("team"), found.pk)
