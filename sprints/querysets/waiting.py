"""What waits for somebody's answer, over the sprints and backlogs of some teams."""

from collections.abc import Iterable

from django.db.models import QuerySet

from sprints.lifecycle import ItemState, OverdraftState, State
from sprints.models import BacklogItem, Overdraft, Sprint


def overdrafts_waiting(team_ids: Iterable[int]) -> QuerySet[Overdraft]:
    """What went beyond the reserve of a sprint that runs and has no answer yet, the first due first."""
    rows = Overdraft.objects.filter(
        sprint__team_id__in=list(team_ids), sprint__state=State.RUNNING, state=OverdraftState.OPEN
    )
    rows = rows.select_related("sprint__team").prefetch_related("leaving__asked")
    return rows.order_by("due_at", "pk")


def goals_at_risk(team_ids: Iterable[int]) -> QuerySet[Sprint]:
    """Running sprints whose goal somebody called at risk, not seen by the product owner yet (SPR-7)."""
    rows = Sprint.objects.filter(team_id__in=list(team_ids), state=State.RUNNING)
    return rows.filter(risk_flagged_at__isnull=False, risk_seen_at=None).order_by("pk")


def proposed_items(team_ids: Iterable[int]) -> QuerySet[BacklogItem]:
    """What nobody has accepted or declined yet, oldest first."""
    rows = BacklogItem.objects.filter(team_id__in=list(team_ids), state=ItemState.PROPOSED)
    return rows.order_by("pk")
