"""A sprint closes, or is cancelled: what is unfinished goes back with a reason (SPR-7, SPR-11)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F

from foundation.errors import Invalid, RuleBroken, need
from foundation.locking import locked_all
from journal import services as journal
from journal.facts import Fact
from journal.models import Text
from sprints.events import ItemCarried, SprintCancelled, SprintClosed
from sprints.lifecycle import BACKLOG_SPRINT_ACTS, Track
from sprints.models import BacklogItem, Carried, Sprint
from sprints.querysets import next_planned, unfinished
from sprints.rules.leaving import Piece
from sprints.services._act import ROWS, begin, finish
from sprints.services.reserve import carry_in
from teams.models import Person


@transaction.atomic
def close(
    sprint_id: int,
    *,
    reasons: Mapping[str, str],
    goal_met: bool | None = None,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> Sprint:
    """Close the sprint; `reasons` says, by reference, why each unfinished piece is carried.

    Bugs go back to the queue (a reaction of bugs), items to the backlog. `goal_met` is asked of a sprint
    with a goal.
    """
    following = _lock(sprint_id)
    sprint = begin(sprint_id, "close", by=by, at=at, version=version)
    pieces = unfinished(sprint_id)
    _check_reasons(sprint, pieces, reasons)
    _check_goal(sprint, goal_met)
    texts = {p.reference: Text.objects.create(body=reasons[p.reference].strip()) for p in pieces}
    sprint.goal_met = goal_met
    fact = SprintClosed(goal_met=goal_met, carried=tuple(texts))
    return _end(sprint, fact, pieces, texts, following, by=by, at=at, source=source)


@transaction.atomic
def cancel(
    sprint_id: int,
    *,
    reason: str,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> Sprint:
    """End the sprint early; everything unfinished goes back, for the one reason (SPR-7)."""
    need(reason=reason)
    following = _lock(sprint_id)
    sprint = begin(sprint_id, "cancel", by=by, at=at, version=version)
    pieces = unfinished(sprint_id)
    why = Text.objects.create(body=reason.strip())
    texts = {p.reference: why for p in pieces}
    fact = SprintCancelled(carried=tuple(texts))
    return _end(sprint, fact, pieces, texts, following, by=by, at=at, source=source, text=why)


def _lock(sprint_id: int) -> list[int]:
    """Lock the sprint and the one that takes over its holds, by key, before anything is decided."""
    following = next_planned(sprint_id)
    locked_all(ROWS, [sprint_id, *following])
    return following


def _check_reasons(sprint: Sprint, pieces: Sequence[Piece], reasons: Mapping[str, str]) -> None:
    there = {p.reference for p in pieces}
    if others := sorted(set(reasons) - there):
        raise RuleBroken(f"{', '.join(others)} is not unfinished in {sprint.name}.")
    silent = [name for name in sorted(there) if not reasons.get(name, "").strip()]
    if silent:
        raise Invalid({"reasons": [f"Say why {name} is carried." for name in silent]})


def _check_goal(sprint: Sprint, goal_met: bool | None) -> None:
    if sprint.goal and goal_met is None:
        raise Invalid({"goal_met": ["Say whether the goal was met."]})
    if not sprint.goal and goal_met is not None:
        raise Invalid({"goal_met": [f"{sprint.name} has no goal."]})


def _end(
    sprint: Sprint,
    fact: Fact,
    pieces: Sequence[Piece],
    reasons: Mapping[str, Text],
    following: Sequence[int],
    *,
    by: Person,
    at: datetime,
    source: str,
    text: str | Text = "",
) -> Sprint:
    """Write down what is carried, then say that it is over: the floor above takes its bugs back by that."""
    Carried.objects.bulk_create(
        Carried(
            sprint=sprint,
            bug=piece.bug,
            item_id=piece.item,
            track=Track.UNPLANNED if piece.injected else Track.PLANNED,
            points=piece.points,
            serves_goal=piece.serves_goal,
            reason=reasons[piece.reference],
        )
        for piece in pieces
    )
    _take_back(
        sprint,
        {piece.item: reasons[piece.reference] for piece in pieces if piece.item},
        by=by,
        at=at,
        source=source,
    )
    sprint.ended_at = at
    fields = ["state", "ended_at", "goal_met"]
    finish(sprint, fact, fields, by=by, at=at, source=source, text=text)
    for key in following:
        carry_in(ROWS.get(pk=key), at=at)
    sprint.refresh_from_db()
    return sprint


def _take_back(
    sprint: Sprint, items: Mapping[int, Text], *, by: Person, at: datetime, source: str
) -> None:
    """Items are the product owner's to order again; their history says why."""
    for item in BacklogItem.objects.select_for_update().filter(pk__in=items).order_by("pk"):
        BACKLOG_SPRINT_ACTS.advance(item, "carry_back")
        item.sprint = item.worked_on_by = None
        item.swappable = item.serves_goal = False
        item.version = F("version") + 1
        item.save(
            update_fields=["state", "sprint", "worked_on_by", "swappable", "serves_goal", "version"]
        )
        fact = ItemCarried(sprint=sprint.reference)
        journal.record(fact, subject=item.pk, by=by, at=at, source=source, text=items[item.pk])
