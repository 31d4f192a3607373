"""Moments, factors, links and barriers: added, edited, taken out."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.db.models import Q

from foundation.errors import Conflict, Invalid, NotFound, RuleBroken, need
from postmortems.events import (
    BarrierAdded,
    FactorAdded,
    FactorsLinked,
    MomentAdded,
    PartEdited,
    PartRemoved,
)
from postmortems.lifecycle import Category, Control, FactorKind, Known
from postmortems.models import Barrier, Factor, FactorLink, Moment, PostMortem
from postmortems.querysets import Whole
from postmortems.rules.factors import would_circle
from postmortems.services._act import NOTHING, begin, finish, taken
from teams.models import Person

PARTS: Mapping[str, type[models.Model]] = {"moment": Moment, "factor": Factor, "barrier": Barrier}
EDITABLE = {
    "moment": ("at", "what", "evidence", "known"),
    "factor": ("statement", "kind", "category", "control", "evidence"),
    "barrier": ("what", "was_there", "why_not"),
}
NEEDED = ("what", "statement", "why_not")
#: More than these nobody reads in one review.
MOST = 300
CHOICES = {"kind": FactorKind, "category": Category, "control": Control, "known": Known}


@transaction.atomic
def add_moment(
    post_mortem_id: int,
    *,
    when: datetime,
    what: str,
    evidence: str = "",
    known: str = Known.THEN,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> PostMortem:
    _check({"what": what, "known": known, "at": when}, at)
    thing = begin(post_mortem_id, "add_moment", by=by, at=at, version=version)
    _room(Moment.objects.filter(post_mortem=thing))
    made = Moment.objects.create(
        post_mortem=thing, at=when, what=what.strip(), evidence=evidence.strip(), known=known
    )
    return finish(thing, MomentAdded(moment=made.pk), by=by, at=at, source=source)


@transaction.atomic
def add_factor(
    post_mortem_id: int,
    *,
    statement: str,
    kind: str,
    category: str,
    control: str,
    evidence: str = "",
    contributes_to: int | None = None,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> PostMortem:
    """With `contributes_to` it is linked at once: why was that, and what else had to be true?"""
    _check({"statement": statement, "kind": kind, "category": category, "control": control}, at)
    thing = begin(post_mortem_id, "add_factor", by=by, at=at, version=version)
    _room(Factor.objects.filter(post_mortem=thing))
    effect = _factor(thing, contributes_to, "contributes_to") if contributes_to else None
    made = Factor.objects.create(
        post_mortem=thing, statement=statement.strip(), kind=kind, category=category, control=control,
        evidence=evidence.strip(),
    )  # fmt: skip
    if effect is not None:
        FactorLink.objects.create(cause=made, effect=effect)
    fact = FactorAdded(factor=made.pk, category=category)
    return finish(thing, fact, by=by, at=at, source=source)


@transaction.atomic
def link_factors(
    post_mortem_id: int,
    *,
    cause: int,
    effect: int,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> PostMortem:
    """`cause` contributed to `effect`; nothing contributes to itself, by whatever way round."""
    thing = begin(post_mortem_id, "link_factors", by=by, at=at, version=version)
    one, other = _factor(thing, cause, "cause"), _factor(thing, effect, "effect")
    links = Whole(thing).links
    if (one.pk, other.pk) in links:
        raise Conflict("That is said already.")
    if would_circle(links, one.pk, other.pk):
        raise RuleBroken(
            "Then something would contribute to itself: the factors would go round in a circle."
        )
    FactorLink.objects.create(cause=one, effect=other)
    fact = FactorsLinked(cause=one.pk, effect=other.pk)
    return finish(thing, fact, by=by, at=at, source=source)


@transaction.atomic
def add_barrier(
    post_mortem_id: int,
    *,
    what: str,
    was_there: bool,
    why_not: str,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> PostMortem:
    """What could have caught it, whether it was there, and why it did not hold or was not there."""
    _check({"what": what, "why_not": why_not}, at, short="what")
    thing = begin(post_mortem_id, "add_barrier", by=by, at=at, version=version)
    _room(Barrier.objects.filter(post_mortem=thing))
    made = Barrier.objects.create(
        post_mortem=thing, what=what.strip(), was_there=was_there, why_not=why_not.strip()
    )
    return finish(thing, BarrierAdded(barrier=made.pk), by=by, at=at, source=source)


@transaction.atomic
def edit(
    post_mortem_id: int,
    *,
    part: str,
    key: int,
    changes: Mapping[str, Any],
    seen: Mapping[str, str] = NOTHING,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> PostMortem:
    """Say a moment, a factor or a barrier another way."""
    if part not in PARTS:
        raise Invalid({"part": ["A moment, a factor or a barrier."]})
    if unknown := set(changes) - {*EDITABLE[part]}:
        raise Invalid({name: [f"A {part} has no such field."] for name in sorted(unknown)})
    _check(changes, at, short="what" if part == "barrier" else "")
    thing = begin(post_mortem_id, "edit", by=by, at=at, version=version)
    row = PARTS[part].objects.filter(post_mortem=thing, pk=key).first()  # type: ignore[attr-defined]
    if row is None:
        raise NotFound(f"{thing.reference} has no such {part}.")
    changed = taken(row, changes, seen)
    row.save(update_fields=changed)
    fact = PartEdited(part=part, key=key, fields=tuple(changed))
    return finish(thing, fact, by=by, at=at, source=source)


@transaction.atomic
def remove(
    post_mortem_id: int,
    *,
    part: str,
    key: int,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> PostMortem:
    """Take a moment, a factor with its links, a link or a barrier out; the history says that it was there."""
    if part not in (*PARTS, "link"):
        raise Invalid({"part": ["A moment, a factor, a link or a barrier."]})
    thing = begin(post_mortem_id, "remove", by=by, at=at, version=version)
    if part == "link":
        gone = FactorLink.objects.filter(effect__post_mortem=thing, pk=key).delete()
    else:
        if part in ("factor", "barrier") and thing.actions.filter(**{part: key}).exists():
            raise RuleBroken(f"An action comes from this {part}: it stays for as long as that.")
        if part == "factor":
            links = FactorLink.objects.filter(Q(cause=key) | Q(effect=key))
            links.filter(effect__post_mortem=thing).delete()
        gone = PARTS[part].objects.filter(post_mortem=thing, pk=key).delete()  # type: ignore[attr-defined]
    if not gone[0]:
        raise NotFound(f"{thing.reference} has no such {part}.")
    return finish(thing, PartRemoved(part=part, key=key), by=by, at=at, source=source)


def _factor(thing: PostMortem, key: int, field: str) -> Factor:
    found = Factor.objects.filter(post_mortem=thing, pk=key).first()
    if found is None:
        raise Invalid({field: [f"{thing.reference} has no such factor."]})
    return found


def _check(given: Mapping[str, Any], at: datetime, *, short: str = "statement") -> None:
    """What is needed is there, choices are choices, and no moment is ahead of now."""
    need(**{name: str(given[name]) for name in NEEDED if name in given})
    wrong: dict[str, list[str]] = {
        name: ["Choose one of the list."]
        for name, choices in CHOICES.items()
        if name in given and given[name] not in choices.values
    }
    if short and len(str(given.get(short, ""))) > 300:
        wrong[short] = ["At most 300 characters; more belongs into its evidence."]
    if given.get("at") and given["at"] > at:
        wrong["when"] = ["That moment has not come yet."]
    if wrong:
        raise Invalid(wrong)


def _room(rows: models.QuerySet[Any]) -> None:
    if rows.count() >= MOST:
        raise RuleBroken(f"There are {MOST} of these already; take out what does not matter.")
