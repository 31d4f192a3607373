"""The goal is at risk, and the product owner has seen it (SPR-7)."""

from datetime import datetime

from django.db import transaction

from foundation.errors import RuleBroken, need
from sprints.events import SprintGoalRiskFlagged, SprintGoalRiskSeen
from sprints.models import Sprint
from sprints.services._act import begin, finish
from teams.models import Person


@transaction.atomic
def flag_goal_risk(
    sprint_id: int,
    *,
    reason: str,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> Sprint:
    """Anybody of the team says so; what was seen before is to be seen again."""
    need(reason=reason)
    sprint = begin(sprint_id, "flag_goal_risk", by=by, at=at, version=version)
    if not sprint.goal:
        raise RuleBroken(f"{sprint.name} has no goal that could be at risk.")
    sprint.risk_flagged_at, sprint.risk_seen_at = at, None
    fields = ["risk_flagged_at", "risk_seen_at"]
    fact = SprintGoalRiskFlagged()
    return finish(sprint, fact, fields, by=by, at=at, source=source, text=reason.strip())


@transaction.atomic
def see_goal_risk(
    sprint_id: int,
    *,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> Sprint:
    sprint = begin(sprint_id, "see_goal_risk", by=by, at=at, version=version)
    if sprint.risk_flagged_at is None:
        raise RuleBroken(f"Nobody said that the goal of {sprint.name} is at risk.")
    if sprint.risk_seen_at is not None:
        raise RuleBroken("The risk is seen already.")
    sprint.risk_seen_at = at
    return finish(sprint, SprintGoalRiskSeen(), ["risk_seen_at"], by=by, at=at, source=source)
