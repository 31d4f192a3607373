"""Prepared rows of the pages of post-mortems, built of what `Whole` has read: no query happens here."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.safestring import SafeString

from channels.web import Verb
from foundation.lifecycle import words
from foundation.references import address
from journal.rows import as_html, linked
from postmortems.lifecycle import Category
from postmortems.models import Factor, PostMortem
from postmortems.querysets import STORY, Phrase, Whole
from postmortems.querysets.memory import Before
from postmortems.rows.actions import what_became_of
from postmortems.rules import factors as graph

WIDE, TALL, BESIDE, BELOW, EDGE = 240, 92, 24, 44, 8
LINE, LINES = 30, 3


@dataclass(frozen=True)
class Row:
    """One post-mortem in a list."""

    reference: str
    url: str
    title: str
    state: str
    state_words: str
    why: SafeString
    at: datetime


@dataclass(frozen=True)
class BeforeRow:
    """An earlier post-mortem that is like the one on the page; `why` says in what."""

    reference: str
    url: str
    title: str
    state_words: str
    why: str
    #: What became of its actions.
    actions: str
    at: datetime


@dataclass(frozen=True)
class MomentRow:
    key: int
    at: datetime
    what: SafeString
    evidence: SafeString
    known: str
    later: bool
    verbs: list[Verb] = field(default_factory=list)


@dataclass(frozen=True)
class OutlineRow:
    key: int
    depth: int
    again: bool
    statement: str
    facts: str
    evidence: SafeString
    verbs: list[Verb] = field(default_factory=list)


@dataclass(frozen=True)
class Box:
    x: int
    y: int
    lines: list[tuple[int, str]]
    category: str


@dataclass(frozen=True)
class Picture:
    """The graph of factors: what happened on top, what contributed below it. Sizes in units of the picture."""

    width: int
    height: int
    boxes: list[Box]
    lines: list[str]


@dataclass(frozen=True)
class PhraseRow:
    label: str
    said: str
    title: str
    why: str
    instead: str
    level: str
    kept: str
    keep: Verb | None = None


def rows(things: Sequence[PostMortem]) -> list[Row]:
    return [
        Row(
            reference=thing.reference,
            url=address("PM", thing.pk),
            title=f"{thing.bug.reference} {thing.title}" if thing.bug else thing.title,
            state=thing.state,
            state_words=words(thing.state),
            why=as_html((thing.waived_because or thing.proposed_because).body),
            at=thing.waived_at or thing.proposed_at,
        )
        for thing in things
    ]


def before(one: Before) -> BeforeRow:
    shared = [Category(name).label for name in one.like.shared]
    area = [f"area {one.thing.product_area.name}"] if one.like.same_area else []
    return BeforeRow(
        reference=one.thing.reference,
        url=address("PM", one.thing.pk),
        title=one.thing.title,
        state_words=words(one.thing.state),
        why=f"Also: {', '.join([*area, *shared])}",
        actions=what_became_of(one.actions),
        at=one.thing.proposed_at,
    )


def story(thing: PostMortem) -> list[tuple[str, SafeString]]:
    return [
        (label, as_html(getattr(thing, name)))
        for name, label in STORY.items()
        if getattr(thing, name)
    ]


def phases(thing: PostMortem) -> list[tuple[str, datetime]]:
    named = (
        ("Fix: the pain stopped", thing.fixed_at),
        ("Repair: whole again", thing.repaired_at),
        ("Investigate: understood", thing.investigated_at),
        ("Resolve: decided", thing.resolved_at),
    )
    return [(label, at) for label, at in named if at]


def moments(whole: Whole, verbs: dict[tuple[str, int], list[Verb]]) -> list[MomentRow]:
    return [
        MomentRow(
            key=moment.pk,
            at=moment.at,
            what=linked(moment.what),
            evidence=as_html(moment.evidence),
            known=moment.get_known_display(),
            later=moment.known == "now",
            verbs=verbs.get(("moment", moment.pk), []),
        )
        for moment in whole.moments
    ]


def outline(whole: Whole, verbs: dict[tuple[str, int], list[Verb]]) -> list[OutlineRow]:
    by_key = {factor.pk: factor for factor in whole.factors}
    return [
        OutlineRow(
            key=line.key,
            depth=min(line.depth, 8),
            again=line.again,
            statement=by_key[line.key].statement,
            facts=_facts(by_key[line.key]),
            evidence=as_html(by_key[line.key].evidence),
            verbs=[] if line.again else verbs.get(("factor", line.key), []),
        )
        for line in graph.outline(list(by_key), whole.links)
    ]


def _facts(factor: Factor) -> str:
    return " · ".join(
        (
            factor.get_kind_display(),
            factor.get_category_display(),
            f"can be changed by: {factor.get_control_display().lower()}",
        )
    )


def picture(whole: Whole) -> Picture | None:
    """None while there are no links: a row of boxes says nothing that the outline does not."""
    if not whole.links:
        return None
    by_key = {factor.pk: factor for factor in whole.factors}
    spots = {spot.key: spot for spot in graph.layers(list(by_key), whole.links)}
    places = {
        key: (EDGE + spot.place * (WIDE + BESIDE), EDGE + spot.layer * (TALL + BELOW))
        for key, spot in spots.items()
    }
    boxes = [
        Box(x, y, _wrapped(by_key[key].statement, x, y), by_key[key].get_category_display())
        for key, (x, y) in places.items()
    ]
    lines = []
    for cause, effect in whole.links:
        (from_x, from_y), (to_x, to_y) = places[cause], places[effect]
        lines.append(
            f"M{from_x + WIDE // 2} {from_y} C{from_x + WIDE // 2} {from_y - BELOW // 2} "
            f"{to_x + WIDE // 2} {to_y + TALL + BELOW // 2} {to_x + WIDE // 2} {to_y + TALL + 6}"
        )
    return Picture(
        width=max(x for x, _ in places.values()) + WIDE + EDGE,
        height=max(y for _, y in places.values()) + TALL + EDGE,
        boxes=boxes,
        lines=lines,
    )


def _wrapped(statement: str, x: int, y: int) -> list[tuple[int, str]]:
    lines = textwrap.wrap(statement, LINE, max_lines=LINES, placeholder=" …")
    return [(y + 24 + 18 * n, line) for n, line in enumerate(lines)]


def phrase(one: Phrase, keep: Verb | None) -> PhraseRow:
    finding = one.finding
    return PhraseRow(
        label=one.piece.label,
        said=finding.said,
        title=finding.title,
        why=finding.why,
        instead=finding.instead,
        level=finding.level,
        kept=one.kept,
        keep=keep,
    )
