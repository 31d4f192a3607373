"""Reading bugs."""

from django.db.models import Q, QuerySet

from bugs.lifecycle import State
from bugs.models import Bug
from oncall.rules import Standing


def visible_to(who: Standing) -> QuerySet[Bug]:
    """Own teams' bugs, those of teams that the company reads, and for L1 those of its own reports."""
    supports = Q(classifications__living_for__filing_team_id__in=who.teams)
    reads = Q(team_id__in=who.teams)
    if _works_in_delivery(who):
        reads |= Q(team__readers="company")
    return (
        Bug.objects.filter(Q(pk__in=Bug.objects.filter(supports).values("pk")) | reads)
        .select_related("team", "product_area", "sprint", "fixed_by")
        .order_by("-pk")
    )


def _works_in_delivery(who: Standing) -> bool:
    return any(role != "reporter" for _, role in who.roles)


def awaiting_schedule(team_id: int) -> QuerySet[Bug]:
    """*To be scheduled*, oldest first: the release manager's second queue."""
    return (
        Bug.objects.filter(team_id=team_id, state=State.TO_BE_SCHEDULED)
        .select_related("team", "product_area")
        .order_by("opened_at", "pk")
    )


def in_sprint(sprint_id: int) -> QuerySet[Bug]:
    return (
        Bug.objects.filter(sprint_id=sprint_id)
        .select_related("team", "product_area", "fixed_by")
        .order_by("pk")
    )
