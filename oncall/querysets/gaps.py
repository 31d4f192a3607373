"""Gaps ahead of a duty, with how much each matters (ONC-4)."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from oncall.querysets.fairness import days_off
from oncall.querysets.rotas import published
from oncall.rules.gaps import AHEAD, Gap, gaps_ahead
from oncall.rules.rota import Segment
from oncall.rules.turns import Span, open_spans
from teams.models import CalendarShift, Team
from teams.rules import Hours


def support_of(team: Team, since: datetime, until: datetime) -> list[Span]:
    """The support hours of a team, by its calendar as it is now. `team` comes with its calendar."""
    shifts = CalendarShift.objects.filter(
        version__calendar=team.calendar_id, version__number=team.calendar.version
    )
    week = frozenset(Hours(*row) for row in shifts.values_list("weekday", "starts", "ends"))
    zone, free = ZoneInfo(team.calendar.zone), days_off(team, since, until)
    return open_spans(week, zone, since, until, free) if week else []


def gaps_of(
    team: Team, duty: str, at: datetime, schedule: Sequence[Segment] | None = None
) -> list[Gap]:
    """The gaps of the four weeks ahead; `schedule` when it was read before."""
    until = at + AHEAD
    if schedule is None:
        schedule = published(team.pk, duty, at, until)
    if not gaps_ahead(schedule, (), at, until):
        return []  # the support hours are read only when they are asked for
    return gaps_ahead(schedule, support_of(team, at, until), at, until)
