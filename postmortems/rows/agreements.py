"""Prepared rows of agreements: no query happens here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from foundation.lifecycle import words
from teams.lifecycle import AgreementKind, AgreementState, Binds
from teams.models import Agreement
from teams.rules import USES_BEFORE_REVIEW, nobody_follows


@dataclass(frozen=True)
class AgreementRow:
    key: int
    url: str
    text: str
    scope: str
    state: str
    state_words: str
    when: str
    uses: str
    caught: str
    asks: str


def url_of(agreement: Agreement) -> str:
    return f"/agreements/{agreement.pk}/"


def rows(agreements: Sequence[Any], today: date, caught: Mapping[int, int]) -> list[AgreementRow]:
    """`agreements` carry how often they were `followed` and `left_open`; `caught` how many post-mortems say that
    a clause would have caught it."""
    return [
        AgreementRow(
            key=a.pk,
            url=url_of(a),
            text=a.text,
            scope=scope(a),
            state=a.state,
            state_words=state_words(a, today),
            when=when(a, today),
            uses=uses(a),
            caught=_caught(caught.get(a.pk, 0)),
            asks=asks(a, today),
        )
        for a in agreements
    ]


def state_words(a: Agreement, today: date) -> str:
    trial = a.kind == AgreementKind.WORKING and a.revises_id is None
    if a.state == AgreementState.PROPOSED and trial and a.starts_on <= today:
        return "on trial"
    return words(a.state)


def scope(a: Agreement) -> str:
    parts = [
        f"{a.decides} decides" if a.decides else "",
        ", ".join(a.priorities),
        Binds(a.binds).label if a.binds else "",
    ]
    return " · ".join(part for part in parts if part)


def when(a: Agreement, today: date) -> str:
    if a.ended_on:
        return f"until {a.ended_on:%-d %b %Y}"
    if a.state == AgreementState.PROPOSED and a.comments_until and today <= a.comments_until:
        return f"comments until {a.comments_until:%-d %b %Y}"
    return f"{'since' if a.starts_on <= today else 'from'} {a.starts_on:%-d %b %Y}"


def uses(a: Any) -> str:
    if not a.followed and not a.left_open:
        return ""
    did, not_ = ("ticked", "left open") if a.kind == AgreementKind.DONE else ("followed", "not followed")  # fmt: skip
    return f"{did} {a.followed} ×, {not_} {a.left_open} ×"


def _caught(count: int) -> str:
    if not count:
        return ""
    return f"would have caught {count} {'incident' if count == 1 else 'incidents'}"


def asks(a: Any, today: date) -> str:
    """What the team is asked to do about it; empty when nothing."""
    if a.state not in (AgreementState.PROPOSED, AgreementState.ADOPTED):
        return ""
    if nobody_follows(a.followed, a.left_open):
        return "Nobody follows it: change it, or retire it."
    if a.state == AgreementState.PROPOSED:
        trial = a.kind == AgreementKind.WORKING and a.revises_id is None
        if trial and a.followed + a.left_open >= USES_BEFORE_REVIEW:
            return "It was tried: adopt it, change it, or drop it."
        if not trial and a.comments_until is not None and a.comments_until < today:
            return "Its comments are over: adopt it in writing, change it, or drop it."
    return ""


def facts(a: Any, today: date) -> list[dict[str, Any]]:
    known = (
        ("Team", a.team.name, ""),
        ("What", a.get_kind_display(), ""),
        ("Who decides", a.decides, ""),
        ("For", ", ".join(a.priorities), ""),
        ("Shown on", a.get_binds_display() if a.binds else "", ""),
        ("Proposed by", str(a.proposed_by), ""),
        ("Comments until", f"{a.comments_until:%-d %B %Y}" if a.comments_until else "", ""),
        ("Starts on", f"{a.starts_on:%-d %B %Y}", ""),
        ("Adopted by", str(a.adopted_by or ""), ""),
        ("Until", f"{a.ended_on:%-d %B %Y}" if a.ended_on else "", ""),
        ("Revises", a.revises.text if a.revises else "", url_of(a.revises) if a.revises else ""),
        ("Uses", uses(a), ""),
    )
    return [{"name": n, "value": v, "url": u} for n, v, u in known if v]
