"""Planning a sprint: its days, its capacity and its reserve."""

from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction

from foundation.amounts import are, plain, with_unit
from foundation.errors import Conflict, NotAllowed, RuleBroken
from journal import services as journal
from oncall.querysets import standing
from sprints import policy
from sprints.events import ReserveSet, SprintCommitted, SprintPlanned
from sprints.lifecycle import State
from sprints.models import Sprint
from sprints.querysets import hours_per_unit, planned_work
from sprints.rules.reserve import ZERO
from sprints.services._act import begin, check_amounts, finish
from sprints.services.reserve import carry_in, open_reserve
from teams.models import Person, Team


@transaction.atomic
def plan(
    team: Team,
    *,
    name: str,
    goal: str,
    starts_on: date,
    ends_on: date,
    capacity: Decimal,
    reserve: Decimal,
    by: Person,
    at: datetime,
    source: str = "web",
) -> Sprint:
    """Plan a sprint with its capacity and reserve, in the team's unit."""
    if refusal := policy.may_plan(standing(by, at), team.pk):
        raise NotAllowed(refusal)
    check_amounts(capacity=capacity, reserve=reserve)
    if ends_on < starts_on:
        raise RuleBroken("A sprint ends on or after the day it starts.")
    if reserve > capacity:
        raise RuleBroken("The reserve is a part of the capacity; it cannot be larger.")
    try:
        with transaction.atomic():
            sprint = Sprint.objects.create(
                team=team,
                name=name,
                goal=goal,
                starts_on=starts_on,
                ends_on=ends_on,
                capacity=capacity,
                size=reserve,
                hours_per_unit=hours_per_unit(team),
            )
    except IntegrityError as error:
        if "sprint_name_once_per_team" not in str(error):
            raise
        raise Conflict(f"{team.name} already has a sprint called {name}.") from error
    open_reserve(sprint, reserve, at=at)
    if not Sprint.objects.filter(team=team, state=State.PLANNED).exclude(pk=sprint.pk).exists():
        carry_in(sprint, at=at)
    fact = SprintPlanned(capacity=capacity, reserve=reserve)
    journal.record(fact, subject=sprint.pk, by=by, at=at, source=source)
    return sprint


@transaction.atomic
def set_reserve(
    sprint_id: int,
    reserve: Decimal,
    *,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> Sprint:
    """Set the reserve anew; never below what is already promised or used."""
    check_amounts(reserve=reserve)
    sprint = begin(sprint_id, "set_reserve", by=by, at=at, version=version)
    if reserve > sprint.capacity:
        raise RuleBroken("The reserve is a part of the capacity; it cannot be larger.")
    if sprint.held + sprint.spent > reserve + sprint.carried + sprint.overdraft:
        raise RuleBroken(
            f"{sprint.held + sprint.spent} is already held or spent; the reserve cannot go below it."
        )
    fact = ReserveSet(reserve=reserve, was=sprint.size)
    sprint.size = reserve
    open_reserve(sprint, reserve, at=at)
    return finish(sprint, fact, ["size"], by=by, at=at, source=source)


@transaction.atomic
def commit(
    sprint_id: int,
    *,
    reason: str = "",
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> Sprint:
    """Commit to what is planned now; beyond the commit limit only with a reason, on the record (SPR-2)."""
    sprint = begin(sprint_id, "commit", by=by, at=at, version=version)
    points = sum((piece.points for piece in planned_work(sprint.pk)), ZERO)
    beyond = points - sprint.commit_limit
    if beyond > 0 and not reason.strip():
        raise RuleBroken(
            f"{with_unit(points, sprint.team.unit)} {are(points)} planned and the commit limit is "
            f"{plain(sprint.commit_limit)}. Take out {plain(beyond)}, or say why it is committed all the same."
        )
    sprint.committed, sprint.committed_at = points, at
    fact = SprintCommitted(points=points, limit=sprint.commit_limit)
    fields = ["committed", "committed_at"]
    return finish(sprint, fact, fields, by=by, at=at, source=source, text=reason.strip())
