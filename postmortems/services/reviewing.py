"""Review by somebody other than the author; publishing freezes a version (PM-8)."""

from datetime import datetime
from typing import Any

from django.db import transaction

from foundation.errors import RuleBroken, need
from postmortems.events import (
    ChangesRequested,
    PostMortemPublished,
    PostMortemRevised,
    PostMortemSubmitted,
)
from postmortems.models import PostMortem, Published
from postmortems.querysets import STORY, Whole
from postmortems.querysets.naming import hider_for
from postmortems.querysets.paper_cuts import cluster_of
from postmortems.services._act import begin, finish
from postmortems.services.writing import PHASES
from teams.models import Person


@transaction.atomic
def submit(
    post_mortem_id: int,
    *,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> PostMortem:
    """Ask for a review; what is missing is said at once."""
    thing = begin(post_mortem_id, "submit", by=by, at=at, version=version)
    _check_ready(thing)
    return finish(thing, PostMortemSubmitted(), ["state"], by=by, at=at, source=source)


@transaction.atomic
def request_changes(
    post_mortem_id: int,
    *,
    reason: str,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> PostMortem:
    need(reason=reason)
    thing = begin(post_mortem_id, "request_changes", by=by, at=at, version=version)
    return finish(thing, ChangesRequested(), ["state"], by=by, at=at, source=source, text=reason)


@transaction.atomic
def publish(
    post_mortem_id: int,
    *,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> PostMortem:
    """The reviewer's yes: what is there now is kept as a version that never changes."""
    thing = begin(post_mortem_id, "publish", by=by, at=at, version=version)
    whole = _check_ready(thing)
    thing.reviewer, thing.published_at, thing.remind_at = by, at, None
    number = Published.objects.filter(post_mortem=thing).count() + 1
    body = frozen(whole)
    Published.objects.create(
        post_mortem=thing, number=number, body=body, company=hider_for(thing).body(body), reviewer=by, at=at
    )  # fmt: skip
    fact = PostMortemPublished(number=number)
    fields = ["state", "reviewer", "published_at", "remind_at"]
    return finish(thing, fact, fields, by=by, at=at, source=source)


@transaction.atomic
def revise(
    post_mortem_id: int,
    *,
    reason: str,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> PostMortem:
    """Open a published one for its next version: who revises writes it, and what was published stays."""
    need(reason=reason)
    thing = begin(post_mortem_id, "revise", by=by, at=at, version=version)
    thing.author, thing.reviewer, thing.published_at = by, None, None
    number = Published.objects.filter(post_mortem=thing).count() + 1
    fields = ["state", "author", "reviewer", "published_at"]
    fact = PostMortemRevised(number=number)
    return finish(thing, fact, fields, by=by, at=at, source=source, text=reason)


def frozen(whole: Whole) -> dict[str, Any]:
    """Everything that is read, by value: a later edit of anything changes nothing here."""
    thing = whole.thing
    body = {
        "title": thing.title,
        "bug": thing.bug.reference if thing.bug else None,
        "paper_cuts": _paper_cuts(thing),
        "size": thing.size,
        **{name: getattr(thing, name) for name in STORY},
        **{name: _moment(getattr(thing, name)) for name in PHASES},
        "moments": [
            {"at": _moment(m.at), "what": m.what, "evidence": m.evidence, "known": m.known}
            for m in whole.moments
        ],
        "factors": [
            {
                "key": f.pk,
                "statement": f.statement,
                "kind": f.kind,
                "category": f.category,
                "control": f.control,
                "evidence": f.evidence,
            }
            for f in whole.factors
        ],
        "links": [{"cause": cause, "effect": effect} for cause, effect in whole.links],
        "barriers": [
            {"what": b.what, "was_there": b.was_there, "why_not": b.why_not} for b in whole.barriers
        ],
        "done": thing.done,
        "done_clause": thing.done_clause.text if thing.done_clause else "",
        "done_because": thing.done_because,
        "actions": [
            {
                "item": a.reference,
                "what": a.item.title,
                "why": a.item.rationale,
                "kind": a.kind,
                "means": a.means,
                "due_on": a.due_on.isoformat(),
                "comes_from": a.comes_from,
            }
            for a in whole.actions
        ],
    }
    kept: dict[str, Any] = _one_kind_of_line(body)
    return kept


def _one_kind_of_line(value: Any) -> Any:
    """Browsers send lines that end in two characters: what is kept ends each in one."""
    if isinstance(value, dict):
        return {name: _one_kind_of_line(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_one_kind_of_line(part) for part in value]
    return value.replace("\r\n", "\n").replace("\r", "\n") if isinstance(value, str) else value


def _paper_cuts(thing: PostMortem) -> dict[str, Any] | None:
    """Of an aggregate review, what it looked at, with the figures of the day."""
    if thing.bug:
        return None
    found = cluster_of(thing)
    return {
        "area": thing.product_area.slug,
        "cause": thing.cause,
        "since": f"{thing.since}",
        "until": f"{thing.until}",
        "reports": found.n if found else 0,
        "hours": round(found.hours, 1) if found else 0,
        "customers": found.customers if found else 0,
    }


def _moment(value: datetime | None) -> str | None:
    return value.isoformat() if value else None


def _check_ready(thing: PostMortem) -> Whole:
    whole = Whole(thing)
    if missing := whole.missing:
        raise RuleBroken(" ".join(missing), missing=missing)
    return whole
