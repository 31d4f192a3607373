"""What was finished and does not hold is to be done once more (PM-6)."""

from datetime import datetime

from foundation.locking import locked, locked_all
from sprints.events import ItemOpenedAgain
from sprints.lifecycle import BACKLOG_SPRINT_ACTS
from sprints.models import BacklogItem
from sprints.services import scope
from sprints.services._act import ROWS as SPRINTS
from sprints.services.backlog._act import ROWS, save
from teams.models import Person


def lock_finished(item_id: int) -> BacklogItem:
    """The item behind its sprint, for a verb of a floor above, which says who may."""
    there = BacklogItem.objects.filter(pk=item_id).values_list("sprint_id", flat=True).first()
    locked_all(SPRINTS, [there] if there else [])
    return locked(ROWS, item_id)


def open_again(
    item: BacklogItem, *, reason: str, by: Person, at: datetime, source: str
) -> BacklogItem:
    """Back to the backlog, in its place of the order; what was spent on it stays spent.

    While its sprint runs it counts there no more; what a sprint that is over says of itself stays.
    """
    BACKLOG_SPRINT_ACTS.advance(item, "open_again")
    if item.sprint is not None:
        scope.undone(item.sprint, at=at, item=item.pk)
        scope.left(item.sprint, at=at, item=item.pk)
    item.sprint = item.worked_on_by = item.finished_at = None
    item.swappable = item.serves_goal = False
    fields = ["state", "sprint", "worked_on_by", "finished_at", "swappable", "serves_goal"]
    return save(item, ItemOpenedAgain(), fields, by=by, at=at, source=source, text=reason)
