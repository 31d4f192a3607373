"""Prepared rows of the backlog's pages, built from loaded objects: no query happens here."""

from collections.abc import Sequence
from dataclasses import dataclass

from foundation.amounts import plain, with_unit
from foundation.lifecycle import words
from foundation.references import address
from oncall.rules import Standing
from sprints.lifecycle import DebtKind, ItemKind, ItemState
from sprints.models import BacklogItem
from sprints.policy import backlog as policy
from sprints.rules.ordering import Move, moves


@dataclass(frozen=True)
class ItemRow:
    reference: str
    url: str
    title: str
    kind: str
    why: str
    state: str
    state_words: str
    points: str
    sprint: str
    sprint_url: str
    version: int
    moves: tuple[Move, ...] = ()
    may_accept: bool = False


@dataclass(frozen=True)
class Fact:
    name: str
    value: str
    url: str = ""


def rows(items: Sequence[BacklogItem], who: Standing, *, ordered: bool = False) -> list[ItemRow]:
    """`ordered` rows may be moved by who orders the backlog; `items` are in order, the first on top."""
    order = [(item.reference, item.title) for item in items]
    return [
        ItemRow(
            reference=item.reference,
            url=address("BI", item.pk),
            title=item.title,
            kind=kind_words(item),
            why=item.rationale,
            state=item.state,
            state_words=words(item.state),
            points=plain(item.estimate),
            sprint=item.sprint.name if item.sprint else "",
            sprint_url=address("SP", item.sprint_id) if item.sprint else "",
            version=item.version,
            moves=moves(order, n) if ordered and policy.may_order(who, item) is policy.YES else (),
            may_accept=item.state == ItemState.PROPOSED and policy.may_accept(who, item) is None,
        )
        for n, item in enumerate(items)
    ]


def kind_words(item: BacklogItem) -> str:
    return str(DebtKind(item.debt).label if item.debt else ItemKind(item.kind).label)


def facts(item: BacklogItem) -> list[Fact]:
    unit = item.team.unit
    known = [
        Fact("Team", item.team.name),
        Fact("Kind", str(ItemKind(item.kind).label)),
        Fact("Kind of debt", str(DebtKind(item.debt).label) if item.debt else ""),
        Fact("Product area", item.product_area.name if item.product_area else ""),
        Fact("Estimate", with_unit(item.estimate, unit) if item.estimate else "not estimated yet"),
        Fact(
            "Sprint",
            item.sprint.name if item.sprint else "",
            address("SP", item.sprint_id) if item.sprint else "",
        ),
        Fact("May leave unasked", "yes" if item.swappable else ""),
        Fact("Serves the goal", "yes" if item.serves_goal else ""),
        Fact("Stock stream", "yes" if item.stock else ""),
        Fact("Worked on by", str(item.worked_on_by) if item.worked_on_by else ""),
        Fact("Tracker", item.key or ("its page" if item.url else ""), item.url),
    ]
    return [fact for fact in known if fact.value]
