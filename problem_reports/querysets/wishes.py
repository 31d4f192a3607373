"""What became of a wish: the decision of the backlog item that an evolution opened or joined (PR-2)."""

from datetime import date
from typing import NamedTuple

from journal.models import Event
from sprints.lifecycle import ItemState
from sprints.models import BacklogItem

DECISIONS = {
    ItemState.PROPOSED: "to_be_decided",
    ItemState.ACCEPTED: "accepted",
    ItemState.SCHEDULED: "scheduled",
    ItemState.IN_PROGRESS: "scheduled",
    ItemState.FINISHED: "finished",
    ItemState.DECLINED: "declined",
}


class Wish(NamedTuple):
    """What a reporter reads of it: the decision, and nothing else of the backlog."""

    key: int
    reference: str
    decision: str
    sprint: str = ""
    ends_on: date | None = None
    reason: str = ""


def wish(key: int) -> Wish:
    item = BacklogItem.objects.select_related("sprint").get(pk=key)
    state = ItemState(item.state)
    reason = ""
    if state == ItemState.DECLINED:
        told = Event.objects.filter(
            kind="backlog_item", subject=key, name="backlog_item.declined", text__isnull=False
        )
        reason = told.order_by("-pk").values_list("text__body", flat=True).first() or ""
    sprint = item.sprint
    return Wish(
        key=item.pk,
        reference=item.reference,
        decision=DECISIONS[state],
        sprint=sprint.name if sprint else "",
        ends_on=sprint.ends_on if sprint else None,
        reason=reason,
    )
