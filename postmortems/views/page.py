"""What the page of one post-mortem shows."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from channels.web import Verb, fresh_key
from foundation.lifecycle import words
from foundation.references import address
from journal.querysets import timeline
from journal.rows import as_html, timeline_rows
from journal.timeline import items as told
from oncall.rules import Standing
from postmortems import policy, rows
from postmortems.lifecycle import State
from postmortems.models import PostMortem
from postmortems.querysets import Whole
from postmortems.querysets.memory import similar_before
from postmortems.querysets.paper_cuts import cluster_of
from postmortems.rows.paper_cuts import days, took
from postmortems.rules.linter import CANNOT_SEE, Level
from postmortems.views.doors import BESIDE, Opened, button, keeping, part_verbs, removing

STATES = {
    "post_mortem.proposed": State.PROPOSED,
    "post_mortem.waived": State.WAIVED,
    "post_mortem.opened": State.OPEN,
    "post_mortem.submitted": State.IN_REVIEW,
    "post_mortem.changes_requested": State.OPEN,
    "post_mortem.published": State.PUBLISHED,
}


def page(
    thing: PostMortem, who: Standing, at: datetime, opened: Opened | None = None
) -> dict[str, Any]:
    whole = Whole(thing)
    allowed = policy.allowed(who, thing)
    writes = "edit" in allowed
    buttons = {v: button(v, whole, opened) for v in allowed if v not in BESIDE}
    beside = part_verbs(whole, opened) if writes else {}
    answered = thing.state not in (State.PROPOSED, State.WAIVED)
    return {
        "thing": thing,
        "bug": {"reference": thing.bug.reference, "url": address("BUG", thing.bug_id)} if thing.bug else None,
        "state_words": words(thing.state),
        "facts": _facts(thing),
        "why": as_html(thing.proposed_because.body),
        "why_not": as_html(thing.waived_because.body) if thing.waived_because else "",
        "answered": answered,
        "missing": whole.missing if thing.state in (State.OPEN, State.IN_REVIEW) else [],
        "story": rows.story(thing),
        "phases": rows.phases(thing),
        "moments": rows.moments(whole, beside),
        "outline": rows.outline(whole, beside),
        "picture": rows.picture(whole),
        "links": [
            (f"{_named(whole, link.cause_id)} → {_named(whole, link.effect_id)}", removing(whole, "link", link.pk))
            for link in whole.link_rows
        ]
        if writes
        else [],
        "barriers": [(barrier, beside.get(("barrier", barrier.pk), [])) for barrier in whole.barriers],
        "phrases": [
            rows.phrase(p, keeping(whole, p, n, opened) if _asks(p, writes) else None)
            for n, p in enumerate(whole.phrases)
        ]
        if answered
        else [],
        "cannot_see": CANNOT_SEE,
        "before": [rows.before(one) for one in similar_before(thing, who)] if answered else [],
        "items": timeline_rows(told(timeline([("post_mortem", thing.pk)]), inside=True), now=at, states=STATES),
        "next": None,
        "verbs": [b for b in buttons.values() if b.asks is None],
        "forms": [b for v, b in buttons.items() if b.asks is not None and not v.startswith(("add", "link", "write"))],
        "write": buttons.get("write"),
        "add_moment": buttons.get("add_moment"),
        "factor_verbs": [buttons[v] for v in ("add_factor", "link_factors") if v in buttons],
        "add_barrier": buttons.get("add_barrier"),
        "refusal": _on_top(opened, buttons, beside),
        "version": thing.version,
        "back": reverse("post_mortems"),
        "idempotency_key": fresh_key(),
    }  # fmt: skip


def _on_top(opened: Opened | None, buttons: Mapping[str, Verb], beside: Collection[Any]) -> Any:
    """A refusal that has no form to stand beside is said on top of the page."""
    if opened is None or (opened.form and opened.verb == "edit" and opened.form.part in beside):
        return None
    drawn = opened.verb == "keep_phrase" or (opened.verb in buttons and buttons[opened.verb].asks)
    return None if drawn else opened.refusal


def _asks(phrase: Any, writes: bool) -> bool:
    return writes and not phrase.kept and phrase.finding.level == Level.BLAME


def _named(whole: Whole, key: int) -> str:
    return next(f.statement for f in whole.factors if f.pk == key)


def _facts(thing: PostMortem) -> list[dict[str, str]]:
    known: tuple[tuple[str, str, str], ...] = (
        ("Bug", thing.bug.reference if thing.bug else "", address("BUG", thing.bug_id)),
        *_paper_cuts(thing),
        ("Team", thing.team.name, ""),
        ("Size", thing.get_size_display() if thing.author_id else "", ""),
        ("Asked for by", str(thing.proposed_by), ""),
        ("Author", str(thing.author or ""), ""),
        ("Reviewed by", str(thing.reviewer or ""), ""),
    )
    return [{"name": n, "value": v, "url": u} for n, v, u in known if v]


def _paper_cuts(thing: PostMortem) -> list[tuple[str, str, str]]:
    """Of an aggregate review: what it looks at, with a link to the reports."""
    if thing.bug:
        return []
    found, area = cluster_of(thing), thing.product_area
    query = urlencode({"since": thing.since, "until": thing.until})
    url = f"{reverse('paper_cut_cluster', args=(area.slug, thing.cause))}?{query}"
    figures = [("Small reports", f"{found.n}", url), ("Hours", took(found), "")] if found else []
    return [("Area", area.name, ""), ("Days", days(thing.since, thing.until), ""), *figures]
