"""What enters and leaves a running sprint, written down as it happens (SPR-5)."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sprints.lifecycle import PLANNED_ITEM, ScopeKind, State, Track
from sprints.models import ScopeEntry, Sprint


def entered(
    sprint: Sprint,
    *,
    track: Track,
    amount: Decimal | None,
    at: datetime,
    bug: int | None = None,
    item: int | None = None,
    serves_goal: bool = False,
) -> None:
    """A piece of work is in the sprint from now on, at `amount` in its unit (0 when nobody estimated it)."""
    _write(
        sprint, ScopeKind.ENTERED, track, amount, at, bug=bug, item_id=item, serves_goal=serves_goal
    )


def enter_items(sprint: Sprint, *, at: datetime) -> None:
    """A sprint starts: what was planned in it is its scope from now on. Its bugs enter by their own floor."""
    for item in sprint.items.filter(state__in=PLANNED_ITEM).order_by("position", "pk"):
        entered(
            sprint,
            track=Track.PLANNED,
            amount=item.estimate,
            at=at,
            item=item.pk,
            serves_goal=item.serves_goal,
        )


def left(sprint: Sprint, *, at: datetime, bug: int | None = None, item: int | None = None) -> None:
    """It left before the sprint was over: swapped out, declined, found to be no defect."""
    _follow(sprint, ScopeKind.LEFT, at, bug=bug, item=item)


def done(sprint: Sprint, *, at: datetime, bug: int | None = None, item: int | None = None) -> None:
    _follow(sprint, ScopeKind.DONE, at, bug=bug, item=item)


def undone(
    sprint: Sprint, *, at: datetime, bug: int | None = None, item: int | None = None
) -> None:
    """It was done and is open again while the sprint runs."""
    _follow(sprint, ScopeKind.UNDONE, at, bug=bug, item=item)


def resized(
    sprint: Sprint,
    *,
    amount: Decimal,
    at: datetime,
    bug: int | None = None,
    item: int | None = None,
) -> None:
    """It was estimated anew while the sprint runs."""
    _follow(sprint, ScopeKind.RESIZED, at, bug=bug, item=item, amount=amount)


def _follow(
    sprint: Sprint,
    kind: ScopeKind,
    at: datetime,
    *,
    bug: int | None,
    item: int | None,
    amount: Decimal | None = None,
) -> None:
    """A later line of a thing whose first line says track and size; nothing for one that never entered."""
    lines = ScopeEntry.objects.filter(sprint=sprint, bug=bug, item_id=item)
    last = lines.order_by("-pk").first()
    if last is None or sprint.state != State.RUNNING:
        return
    size = last.amount if amount is None else amount
    _write(
        sprint, kind, Track(last.track), size, at, bug=bug, item_id=item,
        serves_goal=last.serves_goal,
    )  # fmt: skip


def _write(
    sprint: Sprint,
    kind: ScopeKind,
    track: Track,
    amount: Decimal | None,
    at: datetime,
    **thing: Any,
) -> None:
    ScopeEntry.objects.create(
        sprint=sprint, kind=kind, track=track, amount=amount or Decimal(0), at=at, **thing
    )
