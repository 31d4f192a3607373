"""Reading sprints."""

from django.db.models import Q, QuerySet

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


def coming(team_id: int) -> QuerySet[Sprint]:
    """Planned sprints of a team, the next one first: where a bug may be scheduled."""
    return (
        Sprint.objects.filter(team_id=team_id, state=State.PLANNED)
        .select_related("team")
        .order_by("starts_on", "pk")
    )
