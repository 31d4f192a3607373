"""Post-mortems as data: what every representation of the API shows."""

from typing import Any

from foundation.references import reference
from oncall.rules import Standing
from postmortems import policy
from postmortems.lifecycle.actions import WAS_DONE, ActionState
from postmortems.models import Action, PostMortem, Published
from postmortems.policy import actions as action_policy
from postmortems.querysets import STORY, Whole
from postmortems.querysets.memory import similar_before
from postmortems.rules.actions import STRENGTH, Figures
from teams import policy as team_policy
from teams.lifecycle import AGREEMENTS
from teams.models import Agreement


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


def action(one: Action, who: Standing, figures: Figures) -> dict[str, Any]:
    """`figures` are what it rests on now."""
    return {
        "reference": one.reference,
        "state": one.state,
        "version": one.version,
        "what": one.item.title,
        "post_mortem": one.post_mortem.reference,
        "team": one.item.team.slug,
        "comes_from": one.comes_from,
        "kind": one.kind,
        "means": one.means,
        "strength": STRENGTH[one.means],
        "owner": one.owner.username,
        "due_on": one.due_on,
        "sprint": one.item.sprint.reference if one.item.sprint else None,
        "rests_on": figures.as_data(),
        "rested_on": one.figures,
        "accepted_at": one.accepted_at,
        "done_at": one.done_at,
        "done_by": one.done_by.username if one.done_by else None,
        "verified_at": one.verified_at,
        "verified_by": one.verified_by.username if one.verified_by else None,
        "proof": one.proof.body if one.proof else None,
        "promises": [],
        "allowed": [verb.replace("_", "-") for verb in action_policy.allowed(who, one)],
    }


def agreement_verbs(one: Agreement, who: Standing) -> list[str]:
    """What this person may do to an agreement now, in table order."""
    return [
        verb
        for verb in AGREEMENTS.verbs_from(one.state)
        if verb != "replace"
        and getattr(team_policy, f"may_{verb}_agreement")(who.roles, one.team) is None
    ]


def agreement(one: Any, who: Standing, caught: int) -> dict[str, Any]:
    """`one` carries how often it was followed and left open."""
    return {
        "key": one.pk,
        "version": one.version,
        "team": one.team.slug,
        "kind": one.kind,
        "text": one.text,
        "because": one.because.body,
        "decides": one.decides,
        "priorities": one.priorities,
        "binds": one.binds,
        "state": one.state,
        "revises": one.revises_id,
        "proposed_by": one.proposed_by.username,
        "comments_until": one.comments_until,
        "starts_on": one.starts_on,
        "adopted_by": one.adopted_by.username if one.adopted_by else None,
        "adopted_at": one.adopted_at,
        "adopted_words": one.adopted_words.body if one.adopted_words else None,
        "ended_on": one.ended_on,
        "followed": one.followed,
        "left_open": one.left_open,
        "would_have_caught": caught,
        "promises": [],
        "allowed": agreement_verbs(one, who),
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
        "done": thing.done or None,
        "done_clause": thing.done_clause_id,
        "done_because": thing.done_because,
        "actions": [action.reference for action in read.actions],
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
                "actions": one.actions.total(),
                "actions_done": sum(one.actions[state] for state in WAS_DONE),
                "actions_verified": one.actions[ActionState.VERIFIED],
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
