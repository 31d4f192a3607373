"""How every verb on a backlog item begins and ends: lock its sprint, then it; allow, compare, advance; save, record."""

from collections.abc import Sequence
from datetime import datetime

from foundation.errors import Conflict, NotAllowed, Stale
from foundation.locking import locked, locked_all
from journal import services as journal
from journal.facts import Fact
from oncall.querysets import standing
from sprints.lifecycle import BACKLOG
from sprints.models import BacklogItem
from sprints.policy import backlog as policy
from sprints.services._act import ROWS as SPRINTS
from teams.models import Person, Team

ROWS = BacklogItem.objects.select_related(
    "team", "product_area", "sprint", "sprint__team", "worked_on_by", "added_by"
)


def begin(
    item_id: int,
    verb: str,
    *,
    by: Person,
    at: datetime,
    version: int | None = None,
    sprint_id: int | None = None,
) -> BacklogItem:
    """Lock the item behind its sprint (and `sprint_id`, where it goes), ask, compare, move it by the table."""
    there = BacklogItem.objects.filter(pk=item_id).values_list("sprint_id", flat=True).first()
    sprints = {key for key in (there, sprint_id) if key}
    locked_all(SPRINTS, sprints)
    item = locked(ROWS, item_id)
    if refusal := policy.may(verb, standing(by, at), item):
        raise NotAllowed(refusal)
    if version is not None and version != item.version:
        raise Stale("Somebody changed this item since you opened it.")
    if item.sprint_id and item.sprint_id not in sprints:
        raise Conflict("Somebody planned this item in another sprint in this very moment.")
    BACKLOG.advance(item, verb)
    return item


def save(
    item: BacklogItem,
    fact: Fact,
    fields: Sequence[str],
    *,
    by: Person,
    at: datetime,
    source: str,
    text: str = "",
) -> BacklogItem:
    """Save what changed and record the fact."""
    item.version += 1
    item.save(update_fields=[*fields, "version"])
    journal.record(fact, subject=item.pk, by=by, at=at, source=source, text=text)
    return item


def lock_order(team_id: int) -> Team:
    """Two who move things in one order take turns: neighbours are read behind the lock of the team."""
    return locked(Team.objects.all(), team_id)
