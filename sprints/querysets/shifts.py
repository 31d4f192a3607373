"""What a shift takes of the sprints that it lies in: what a swap moves (ONC-3, SPR-2)."""

from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from oncall.models import Duty
from oncall.rules import ON_CALL
from sprints.lifecycle import AHEAD
from sprints.models import Availability, Sprint
from sprints.querysets.sprints import planning_of, working_days
from sprints.rules.capacity import WHOLE
from sprints.rules.reserve import CENT, ZERO
from teams.querysets import today_of


class Taken(NamedTuple):
    """The hours of planned work that a shift takes from whoever has it, within one sprint."""

    sprint: Sprint
    hours: Decimal


def taken_by(pieces: Iterable[Duty], person_id: int | None) -> list[Taken]:
    """Sprint by sprint, those that run or are planned: days at whose noon the shift is held, as capacity counts them.

    A day is worth its open hours × the person's share and focus in that sprint (the team's focus when it was
    not reckoned) × what the duty takes of it.
    """
    pieces = list(pieces)
    if not pieces:
        return []
    team = pieces[0].team
    planning = planning_of(team)
    on_call = pieces[0].duty == ON_CALL
    percent = planning.on_call_percent if on_call else planning.release_manager_percent
    zone, found = ZoneInfo(team.calendar.zone), []
    first, last = today_of(team, pieces[0].during.lower), today_of(team, pieces[-1].during.upper)
    near = Sprint.objects.filter(
        team=team, state__in=AHEAD, starts_on__lte=last, ends_on__gte=first
    )
    for sprint in near.select_related("team__calendar").order_by("starts_on", "pk"):
        there = Availability.objects.filter(sprint=sprint, person=person_id).first()
        worth = (
            Decimal(there.share_percent * there.focus_percent) / WHOLE / WHOLE
            if there
            else Decimal(planning.focus_percent) / WHOLE
        )
        days = working_days(sprint)
        open_hours = sum((h for day, h in days.items() if _held(pieces, day, zone)), ZERO)
        hours = (open_hours * worth * percent / WHOLE).quantize(CENT)
        if hours:
            found.append(Taken(sprint, hours))
    return found


def _held(pieces: Iterable[Duty], day: date, zone: ZoneInfo) -> bool:
    noon = datetime.combine(day, time(12), zone)
    return any(noon in piece.during for piece in pieces)
