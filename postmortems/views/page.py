"""What the page of one post-mortem shows."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from bugs.policy import sees_inside
from channels.web import Verb, fresh_key
from channels.web.acting import Opened
from foundation.lifecycle import words
from foundation.references import address
from journal.querysets import timeline
from journal.rows import as_html, timeline_rows
from journal.timeline import items as told
from oncall.rules import Standing
from postmortems import policy, rows
from postmortems.lifecycle import UNFINISHED, State
from postmortems.models import PostMortem
from postmortems.querysets import Whole, may_hear_of, subscribed
from postmortems.querysets.actions import came_back
from postmortems.querysets.memory import similar_before
from postmortems.querysets.paper_cuts import cluster_of
from postmortems.rows import actions as action_rows
from postmortems.rows.agreements import url_of as agreement_url
from postmortems.rows.paper_cuts import days, took
from postmortems.rules.linter import CANNOT_SEE, Level
from postmortems.views.doors import (
    BESIDE,
    button,
    keeping,
    part_verbs,
    removing,
    uninviting,
)

STATES = {
    "post_mortem.proposed": State.PROPOSED,
    "post_mortem.waived": State.WAIVED,
    "post_mortem.opened": State.OPEN,
    "post_mortem.submitted": State.IN_REVIEW,
    "post_mortem.changes_requested": State.OPEN,
    "post_mortem.published": State.PUBLISHED,
    "post_mortem.revised": State.OPEN,
}


#: Drawn where they belong, not among what is also possible.
PLACED = ("add", "agree", "answer", "link", "write", "invite", "name")


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
        "bug": {"reference": thing.bug.reference, "url": _bug_url(thing, who)} if thing.bug else None,
        "state_words": words(thing.state),
        "facts": _facts(thing, who, at),
        "part": [
            (person, uninviting(whole, person.username) if "uninvite" in allowed else None) for person in whole.part
        ],
        "people": whole.people if "invite" in allowed else [],
        "people_verbs": [buttons[v] for v in ("name_facilitator", "invite") if v in buttons],
        "versions": whole.versions,
        "team": thing.team,
        "may_hear": may_hear_of(who, thing.team),
        "url": address("PM", thing.pk),
        "subscribed": subscribed(thing.team.pk, who),
        "why": as_html(thing.proposed_because.body),
        # What proposed it says so already; what joined later, and what met somebody's own asking, does not.
        "hits": [hit for hit in whole.hits if hit.words not in thing.proposed_because.body],
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
        "forms": [b for v, b in buttons.items() if b.asks is not None and not v.startswith(PLACED)],
        "write": buttons.get("write"),
        "add_moment": buttons.get("add_moment"),
        "factor_verbs": [buttons[v] for v in ("add_factor", "link_factors") if v in buttons],
        "add_barrier": buttons.get("add_barrier"),
        "actions": action_rows.rows(whole.actions, at, came_back(whole.actions, at)),
        "agree_action": buttons.get("agree_action") if whole.factors or whole.barriers else None,
        "done": thing.get_done_display().partition(":")[0] if thing.done else "",
        "done_clause": (thing.done_clause.text, agreement_url(thing.done_clause)) if thing.done_clause else None,
        "done_because": as_html(thing.done_because),
        "answer_done": buttons.get("answer_done"),
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


def _bug_url(thing: PostMortem, who: Standing) -> str:
    """Empty for who takes part and does not read the bug."""
    return address("BUG", thing.bug_id) if thing.bug and sees_inside(who, thing.bug) else ""


def _facts(thing: PostMortem, who: Standing, at: datetime) -> list[dict[str, str]]:
    due = ""
    if thing.due_at and thing.state in UNFINISHED:
        late = ", overdue" if at > thing.due_at else ""
        due = f"{thing.due_at.astimezone(timezone.get_current_timezone()):%-d %b %Y}{late}"
    known: tuple[tuple[str, str, str], ...] = (
        ("Bug", thing.bug.reference if thing.bug else "", _bug_url(thing, who)),
        *_paper_cuts(thing),
        ("Team", thing.team.name, ""),
        ("Size", thing.get_size_display() if thing.author_id else "", ""),
        ("To be published by", due, ""),
        ("Asked for by", str(thing.proposed_by), ""),
        ("Author", str(thing.author or ""), ""),
        ("Facilitator", str(thing.facilitator or ""), ""),
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
