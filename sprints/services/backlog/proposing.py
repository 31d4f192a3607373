"""What comes into the backlog: somebody of the team proposes it, or a tracker is mirrored (SPR-9)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from foundation.errors import Conflict, Invalid, NotAllowed, need
from journal import services as journal
from oncall.querysets import standing
from sprints.events import ItemAdded, ItemEdited
from sprints.lifecycle import DebtKind, ItemKind
from sprints.models import BacklogItem
from sprints.policy import backlog as policy
from sprints.rules.ordering import between
from sprints.services.backlog._act import ROWS, begin, lock_order, save
from teams.models import Person, ProductArea, Team

EDITABLE = ("title", "kind", "debt", "rationale", "url", "product_area", "stock")
#: Debt and prevention compete with features: they say why.
SAYS_WHY = (ItemKind.DEBT, ItemKind.PREVENTION)


@transaction.atomic
def add(
    team: Team,
    *,
    title: str,
    kind: str,
    debt: str = "",
    rationale: str = "",
    product_area: ProductArea | None = None,
    url: str = "",
    key: str = "",
    stock: bool = False,
    by: Person,
    at: datetime,
    source: str = "web",
) -> BacklogItem:
    """Propose a piece of planned work, last in the order. A repeated `key` of a tracker gives the first one."""
    if refusal := policy.may_add(standing(by, at), team.pk):
        raise NotAllowed(refusal)
    item = BacklogItem(
        team=team, title=title.strip(), kind=kind, debt=debt, rationale=rationale.strip(), url=url,
        key=key.strip(), product_area=product_area, stock=stock, added_by=by, added_at=at,
    )  # fmt: skip
    _check(item)
    lock_order(team.pk)
    if item.key and (first := ROWS.filter(team=team, key=item.key).first()):
        return first
    last = BacklogItem.objects.filter(team=team).order_by("-position").first()
    item.position = between(last.position if last else None, None) or item.position
    try:
        with transaction.atomic():
            item.save()
    except IntegrityError as error:
        raise Conflict("Somebody added to this backlog in this very moment.") from error
    fact = ItemAdded(kind_of_item=item.kind, key=item.key)
    journal.record(fact, subject=item.pk, by=by, at=at, source=source)
    return item


@transaction.atomic
def edit(
    item_id: int,
    *,
    changes: Mapping[str, Any],
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> BacklogItem:
    """Change what describes it; the key of a tracker stays."""
    item = begin(item_id, "edit", by=by, at=at, version=version)
    if unknown := [name for name in changes if name not in EDITABLE]:
        raise Invalid({name: ["This cannot be edited."] for name in unknown})
    changed = [name for name, value in changes.items() if getattr(item, name) != value]
    for name in changed:
        setattr(item, name, changes[name])
    if item.kind != ItemKind.DEBT and "debt" not in changes and item.debt:
        item.debt = ""
        changed.append("debt")
    _check(item)
    return save(item, ItemEdited(fields=tuple(changed)), changed, by=by, at=at, source=source)


def _check(item: BacklogItem) -> None:
    """What the constraints of the table hold too, said beside the field that it is about."""
    need(title=item.title)
    wrong = {}
    if item.kind not in ItemKind.values:
        wrong["kind"] = ["Choose one of the kinds."]
    if item.kind == ItemKind.DEBT and item.debt not in DebtKind.values:
        wrong["debt"] = ["Say what kind of debt it is."]
    if item.kind != ItemKind.DEBT and item.debt:
        wrong["debt"] = ["Only debt has a kind of debt."]
    if item.kind in SAYS_WHY and not item.rationale.strip():
        wrong["rationale"] = ["Say why the business wants it: what it costs to leave it."]
    area = item.product_area
    if area is not None and area.team_id != item.team_id:
        wrong["product_area"] = [f"{area.name} is not an area of {item.team.name}."]
    if wrong:
        raise Invalid(wrong)
