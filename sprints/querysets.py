"""Reading sprints."""

from decimal import Decimal
from typing import NamedTuple

from django.db.models import Q, QuerySet

from foundation.references import reference
from foundation.statements import Statement
from oncall.rules import Standing
from sprints.lifecycle import State
from sprints.models import Sprint
from teams.lifecycle import Readers


def visible_to(who: Standing) -> QuerySet[Sprint]:
    """The sprints of the person's own teams, and of those whose work is open to the company.

    Who is of no team is not of the company yet.
    """
    seen = Q(team_id__in=who.teams)
    if who.teams:
        seen |= Q(team__readers=Readers.COMPANY)
    return Sprint.objects.filter(seen).select_related("team").order_by("-starts_on", "-pk")


def running(team_id: int) -> Sprint | None:
    return (
        Sprint.objects.select_related("team").filter(team_id=team_id, state=State.RUNNING).first()
    )


class Reserve(NamedTuple):
    """What is left of the reserve of the sprint that runs, in the team's unit."""

    reference: str
    sprint: str
    available: Decimal
    size: Decimal


_RESERVE = Statement(
    "reserve",
    """
    SELECT id, name, size + overdraft - held - spent, size FROM sprints_sprint
    WHERE team_id = %(team)s AND state = 'running'
    """,
    team="bigint",
)


def reserve_now(team_id: int) -> Reserve | None:
    """The foot of the desk asks it each time that the desk is drawn."""
    for key, *rest in _RESERVE.rows(team=team_id):
        return Reserve(reference("SP", key), *rest)
    return None


def coming(team_id: int) -> QuerySet[Sprint]:
    """Planned sprints of a team, the next one first: where a bug may be scheduled."""
    return (
        Sprint.objects.filter(team_id=team_id, state=State.PLANNED)
        .select_related("team")
        .order_by("starts_on", "pk")
    )
