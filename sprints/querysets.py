"""Reading sprints."""

from django.db.models import Q, QuerySet

from oncall.rules import Standing
from sprints.lifecycle import State
from sprints.models import Sprint


def visible_to(who: Standing) -> QuerySet[Sprint]:
    """The sprints of teams whose work is open to the company, and of the person's own teams."""
    return (
        Sprint.objects.filter(Q(team__readers="company") | Q(team_id__in=who.teams))
        .select_related("team")
        .order_by("-starts_on", "-pk")
    )


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
