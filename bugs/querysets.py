"""Reading bugs."""

from collections.abc import Iterable
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum

from bugs.lifecycle import State
from bugs.models import Bug
from oncall.rules import Standing
from teams.lifecycle import Readers


def visible_to(who: Standing) -> QuerySet[Bug]:
    """Own teams' bugs, those of teams that the company reads, and for L1 those of its own reports."""
    report = "classifications__living_for__"
    supports = Q(**{f"{report}filed_by": who.person_id}) | (
        Q(**{f"{report}filing_team_id__in": who.teams}) & ~Q(team__readers=Readers.RESTRICTED)
    )
    reads = Q(team_id__in=who.teams)
    if who.works_in_delivery:
        reads |= Q(team__readers=Readers.COMPANY)
    return (
        Bug.objects.filter(Q(pk__in=Bug.objects.filter(supports).values("pk")) | reads)
        .select_related("team", "product_area", "sprint", "fixed_by")
        .order_by("-pk")
    )


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


def planned_points(sprint_ids: Iterable[int]) -> dict[int, Decimal]:
    """sprint -> what its planned bugs (not the injected ones) take, as far as they are estimated."""
    planned = Bug.objects.filter(sprint_id__in=list(sprint_ids), injected_at_price__isnull=True)
    sums = planned.order_by().values("sprint_id").annotate(taken=Sum("estimate"))
    return {row["sprint_id"]: row["taken"] or Decimal(0) for row in sums}
