"""The product owner orders, accepts and declines; developers estimate (SPR-9, BUG-3)."""

from datetime import datetime
from decimal import Decimal

from django.db import connection, transaction

from foundation.errors import Invalid, RuleBroken, need
from foundation.references import reference
from sprints.events import ItemAccepted, ItemDeclined, ItemEstimated, ItemOrdered
from sprints.models import BacklogItem
from sprints.rules.ordering import between
from sprints.rules.reserve import CENT, out_of_range
from sprints.services import scope
from sprints.services.backlog._act import begin, lock_order, save
from teams.models import Person


@transaction.atomic
def order(
    item_id: int,
    *,
    after: int | None,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> BacklogItem:
    """Put it right behind the item with the key `after`; None puts it first."""
    team_id = BacklogItem.objects.filter(pk=item_id).values_list("team_id", flat=True).first()
    if team_id is not None:
        lock_order(team_id)
    item = begin(item_id, "order", by=by, at=at, version=version)
    if after == item.pk:
        raise RuleBroken("An item cannot stand behind itself.")
    place = _place(item, after)
    if place is None:  # two neighbours are as close as the column can tell apart
        _renumber(item.team_id)
        item.refresh_from_db(fields=["position"])
        place = _place(item, after)
    item.position = place if place is not None else item.position
    fact = ItemOrdered(after=reference("BI", after) if after else "")
    return save(item, fact, ["position"], by=by, at=at, source=source)


def _place(item: BacklogItem, after: int | None) -> Decimal | None:
    others = BacklogItem.objects.filter(team_id=item.team_id).exclude(pk=item.pk)
    others = others.order_by("position")
    if after is None:
        first = others.values_list("position", flat=True).first()
        return between(None, first)
    before = others.filter(pk=after).values_list("position", flat=True).first()
    if before is None:
        raise RuleBroken(f"{reference('BI', after)} is not in the backlog of {item.team.name}.")
    following = others.filter(position__gt=before).values_list("position", flat=True).first()
    return between(before, following)


def _renumber(team_id: int) -> None:
    """1, 2, 3 … in the order that is there; the database compares positions at the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE sprints_backlogitem AS item SET position = o.place FROM (SELECT id, row_number()"
            " OVER (ORDER BY position, id) AS place FROM sprints_backlogitem WHERE team_id = %s) AS o"
            " WHERE item.id = o.id",
            [team_id],
        )


@transaction.atomic
def estimate(
    item_id: int,
    *,
    points: Decimal,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> BacklogItem:
    """Say what it takes, in the team's unit. Developers alone estimate (BUG-3)."""
    if refused := out_of_range(points, least=CENT):
        raise Invalid({"points": [refused]})
    item = begin(item_id, "estimate", by=by, at=at, version=version)
    fact = ItemEstimated(points=points, was=item.estimate)
    item.estimate = points
    if item.sprint is not None:
        scope.resized(item.sprint, amount=points, at=at, item=item.pk)
    return save(item, fact, ["estimate"], by=by, at=at, source=source)


@transaction.atomic
def accept(
    item_id: int,
    *,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> BacklogItem:
    item = begin(item_id, "accept", by=by, at=at, version=version)
    return save(item, ItemAccepted(), ["state"], by=by, at=at, source=source)


@transaction.atomic
def decline(
    item_id: int,
    *,
    reason: str,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> BacklogItem:
    """Not now and not later; who asked for it reads the reason. It can be accepted after all."""
    need(reason=reason)
    item = begin(item_id, "decline", by=by, at=at, version=version)
    return save(item, ItemDeclined(), ["state"], by=by, at=at, source=source, text=reason)
