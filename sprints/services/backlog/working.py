"""From the backlog into a sprint, and done (SPR-4, SPR-5, SPR-9)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from foundation.errors import NotFound, RuleBroken
from sprints.events import ItemFinished, ItemMarked, ItemScheduled, ItemStarted, ItemTakenOut
from sprints.lifecycle import AHEAD, State, Track
from sprints.models import BacklogItem, Sprint
from sprints.services import scope
from sprints.services._act import ROWS as SPRINTS
from sprints.services.backlog._act import begin, save
from teams.models import Person
from teams.services import agreements


@transaction.atomic
def schedule(
    item_id: int,
    *,
    sprint_id: int,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> BacklogItem:
    """Plan it in a planned or running sprint of its team; from another one it moves."""
    item = begin(item_id, "schedule", by=by, at=at, version=version, sprint_id=sprint_id)
    sprint = SPRINTS.filter(pk=sprint_id).first()
    if sprint is None or sprint.team_id != item.team_id:
        raise NotFound(f"{item.team.name} has no such sprint.")
    if sprint.state not in AHEAD:
        raise RuleBroken(f"{sprint.name} is {sprint.state}; choose one that runs or is planned.")
    if item.estimate is None:
        raise RuleBroken(f"{item.reference} has no estimate yet: the developers say what it takes.")
    if item.sprint_id == sprint.pk:
        raise RuleBroken(f"{item.reference} is planned in {sprint.name} already.")
    if item.sprint is not None:
        scope.left(item.sprint, at=at, item=item.pk)
    _put(item, sprint)
    if sprint.state == State.RUNNING:
        scope.entered(sprint, track=Track.PLANNED, amount=item.estimate, at=at, item=item.pk)
    fact = ItemScheduled(sprint=sprint.reference)
    fields = ["state", "sprint", "swappable", "serves_goal"]
    return save(item, fact, fields, by=by, at=at, source=source)


@transaction.atomic
def take_out(
    item_id: int,
    *,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> BacklogItem:
    """Back to the backlog, where it stood in the order."""
    item = begin(item_id, "take_out", by=by, at=at, version=version)
    sprint = item.sprint
    assert sprint is not None  # a scheduled item has one: a constraint says so
    scope.left(sprint, at=at, item=item.pk)
    _put(item, None)
    fact = ItemTakenOut(sprint=sprint.reference)
    fields = ["state", "sprint", "swappable", "serves_goal"]
    return save(item, fact, fields, by=by, at=at, source=source)


@transaction.atomic
def mark(
    item_id: int,
    *,
    swappable: bool,
    serves_goal: bool,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> BacklogItem:
    """Say at planning whether it may leave for an injection without a question, and whether it serves the goal."""
    item = begin(item_id, "mark", by=by, at=at, version=version)
    item.swappable, item.serves_goal = swappable, serves_goal
    fact = ItemMarked(swappable=swappable, serves_goal=serves_goal)
    return save(item, fact, ["swappable", "serves_goal"], by=by, at=at, source=source)


@transaction.atomic
def start(
    item_id: int,
    *,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> BacklogItem:
    """A developer starts it; from now on it leaves only when they let it go (SPR-4)."""
    item = begin(item_id, "start", by=by, at=at, version=version)
    _must_run(item)
    item.worked_on_by = by
    return save(item, ItemStarted(), ["state", "worked_on_by"], by=by, at=at, source=source)


@transaction.atomic
def finish(
    item_id: int,
    *,
    ticked: Sequence[int] = (),
    open_because: str = "",
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> BacklogItem:
    """It is done: the clauses of the definition of done are ticked, or left open with a reason (PM-7)."""
    item = begin(item_id, "finish", by=by, at=at, version=version)
    sprint = _must_run(item)
    agreements.tick(
        item.team, kind="backlog_item", subject=item.pk, ticked=ticked, open_because=open_because, by=by, at=at
    )  # fmt: skip
    item.finished_at = at
    scope.done(sprint, at=at, item=item.pk)
    return save(item, ItemFinished(), ["state", "finished_at"], by=by, at=at, source=source)


def _must_run(item: BacklogItem) -> Sprint:
    sprint = item.sprint
    assert sprint is not None  # a scheduled item has one: a constraint says so
    if sprint.state != State.RUNNING:
        raise RuleBroken(f"{sprint.name} is {sprint.state}; work starts when it runs.")
    return sprint


def _put(item: BacklogItem, sprint: Sprint | None) -> None:
    """Marks are of the plan that it was in."""
    item.sprint, item.swappable, item.serves_goal = sprint, False, False
