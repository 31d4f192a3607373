"""Post-mortems as data: what every representation of the API shows."""

from typing import Any

from foundation.references import reference
from oncall.rules import Standing
from postmortems import policy
from postmortems.models import PostMortem, Published
from postmortems.querysets import STORY, Whole
from postmortems.querysets.memory import similar_before


def card(thing: PostMortem, who: Standing) -> dict[str, Any]:
    return {
        "reference": thing.reference,
        "state": thing.state,
        "version": thing.version,
        "bug": thing.bug.reference if thing.bug else None,
        "paper_cuts": None
        if thing.bug
        else {
            "area": thing.product_area.slug,
            "cause": thing.cause,
            "since": thing.since,
            "until": thing.until,
        },
        "team": thing.team.slug,
        "size": thing.size,
        "proposed_at": thing.proposed_at,
        "reason": thing.proposed_because.body,
        "waived_because": thing.waived_because.body if thing.waived_because else None,
        "author": thing.author.username if thing.author else None,
        "facilitator": thing.facilitator.username if thing.facilitator else None,
        "reviewer": thing.reviewer.username if thing.reviewer else None,
        "due_at": thing.due_at,
        "published_at": thing.published_at,
        "promises": [],
        "allowed": [verb.replace("_", "-") for verb in policy.allowed(who, thing)],
    }


def whole(thing: PostMortem, who: Standing) -> dict[str, Any]:
    """With everything in it, what the linter finds, and what is missing before a review."""
    read = Whole(thing)
    return {
        **card(thing, who),
        **{name: getattr(thing, name) for name in STORY},
        "fixed_at": thing.fixed_at,
        "repaired_at": thing.repaired_at,
        "investigated_at": thing.investigated_at,
        "resolved_at": thing.resolved_at,
        "participants": [person.username for person in read.part],
        "hits": [{"rule": hit.rule, "words": hit.words, "at": hit.at} for hit in read.hits],
        "moments": [
            {"key": m.pk, "at": m.at, "what": m.what, "evidence": m.evidence, "known": m.known}
            for m in read.moments
        ],
        "factors": [
            {
                "key": f.pk,
                "statement": f.statement,
                "kind": f.kind,
                "category": f.category,
                "control": f.control,
                "evidence": f.evidence,
                "contributes_to": [effect for cause, effect in read.links if cause == f.pk],
            }
            for f in read.factors
        ],
        "barriers": [
            {"key": b.pk, "what": b.what, "was_there": b.was_there, "why_not": b.why_not}
            for b in read.barriers
        ],
        "findings": [
            {
                "rule": p.finding.rule,
                "level": p.finding.level,
                "where": p.piece.label,
                "said": p.finding.said,
                "start": p.finding.start,
                "end": p.finding.end,
                "why": p.finding.why,
                "instead": p.finding.instead,
                "kept": p.kept or None,
            }
            for p in read.phrases
        ],
        "missing": read.missing,
        "similar_before": [
            {
                "reference": one.thing.reference,
                "title": one.thing.title,
                "state": one.thing.state,
                "same_area": one.like.same_area,
                "categories": list(one.like.shared),
            }
            for one in similar_before(thing, who)
        ],
    }


def company(one: Published) -> dict[str, Any]:
    """A version without names: nothing that says who wrote or reviewed it."""
    named = reference("PM", one.post_mortem_id)
    return {"reference": named, "number": one.number, "at": one.at, "body": one.company}


def version(one: Published) -> dict[str, Any]:
    return {**company(one), "reviewer": one.reviewer.username, "body": one.body}
