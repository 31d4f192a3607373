"""The record: what is asked, written, linked, reviewed and frozen (PRODUCT §8)."""

from datetime import timedelta
from typing import Any

import pytest

from foundation import clock
from foundation.errors import Conflict, Invalid, NotAllowed, NotFound, Refused, RuleBroken, Stale
from journal.models import Event
from oncall.querysets import standing
from postmortems import services
from postmortems.lifecycle import LIFECYCLE, State
from postmortems.models import FactorLink, PostMortem, Published
from postmortems.querysets import Whole, visible_to
from tests.cast import Cast
from tests.factories import a_bug, a_report
from tests.postmortems.acts import (
    FACTOR,
    complete,
    in_review,
    now,
    opened,
    proposed,
    published,
    with_factor,
)

# Asking and answering


def test_whoever_reads_the_bug_asks_for_one(cast: Cast) -> None:
    thing = proposed(cast)
    assert thing.reference == f"PM-{thing.pk}"
    assert thing.proposed_because.body == "Three customers were hit"
    event = Event.objects.get(name="post_mortem.proposed", subject=thing.pk)
    assert event.text_id == thing.proposed_because_id


def test_a_bug_has_one_at_a_time_and_the_refusal_names_it(cast: Cast) -> None:
    thing = proposed(cast)
    with pytest.raises(Conflict, match=f"has {thing.reference} already"):
        proposed(cast, thing.bug)


def test_who_does_not_read_the_bug_does_not_ask(cast: Cast) -> None:
    for who in (cast.stranger, cast.lena, cast.sami, cast.robot):
        with pytest.raises(NotAllowed, match="read the bugs of Billing"):
            services.propose(a_bug(cast).pk, reason="Why?", **now(by=who))


def test_it_is_waived_with_a_reason_that_stays_and_may_be_asked_for_again(cast: Cast) -> None:
    thing = proposed(cast)
    with pytest.raises(Invalid):
        services.waive(thing.pk, reason=" ", **now(by=cast.pia))
    with pytest.raises(NotAllowed, match="waives a post-mortem"):
        services.waive(thing.pk, reason="Known", **now(by=cast.otto))
    waived = services.waive(thing.pk, reason="PM-1 covers it", **now(by=cast.pia))
    assert waived.state == State.WAIVED
    assert waived.waived_because is not None
    assert waived.waived_because.body == "PM-1 covers it"
    assert proposed(cast, thing.bug).pk != thing.pk


# The timeline


def test_its_timeline_is_filled_from_the_history_without_anybodys_name(cast: Cast) -> None:
    bug = a_bug(cast, "verified")
    thing = opened(cast, bug)
    told = [moment.what for moment in Whole(thing).moments]
    report = bug.classifications.get().report
    assert told[0] == f"{report.reference} was filed."
    assert f"{bug.reference} was opened as P1." in told
    assert any(line.startswith(f"{bug.reference} was injected into SP-") for line in told)
    assert told[-1] == f"The fix of {bug.reference} was verified."
    names = {str(person) for person in cast.everybody.values()} | set(cast.everybody)
    assert not [line for line in told if names & set(line.split())]
    assert [m.at for m in Whole(thing).moments] == sorted(m.at for m in Whole(thing).moments)


def test_what_other_bugs_did_is_not_in_it(cast: Cast) -> None:
    other = a_bug(cast, "verified")
    a_report(cast, "closed")
    told = " ".join(m.what for m in Whole(opened(cast)).moments)
    assert other.reference not in told


def test_people_add_moments_with_evidence_and_what_is_known_only_now(cast: Cast) -> None:
    thing = opened(cast)
    when = clock.now() - timedelta(hours=30)
    services.add_moment(
        thing.pk, when=when, what="The disk was full.", evidence="https://graphs.example.org/7",
        known="now", **now(by=cast.otto),
    )  # fmt: skip
    first = Whole(thing).moments[0]
    assert (first.what, first.known, first.evidence) == (
        "The disk was full.", "now", "https://graphs.example.org/7",
    )  # fmt: skip


def test_a_moment_ahead_of_now_is_refused(cast: Cast) -> None:
    when = clock.now() + timedelta(hours=1)
    with pytest.raises(Invalid, match="has not come yet"):
        services.add_moment(opened(cast).pk, when=when, what="It broke.", **now(by=cast.ines))


# Factors and barriers


def test_factors_are_linked_and_nothing_contributes_to_itself(cast: Cast) -> None:
    thing = opened(cast)
    one = with_factor(cast, thing, "Totals differed.")
    two = with_factor(cast, thing, "Rounding happens per line.", contributes_to=one)
    three = with_factor(cast, thing, "The formula was copied.", contributes_to=two)
    assert Whole(thing).links == [(two, one), (three, two)]
    with pytest.raises(RuleBroken, match="go round in a circle"):
        services.link_factors(thing.pk, cause=one, effect=three, **now(by=cast.ines))
    with pytest.raises(Conflict, match="said already"):
        services.link_factors(thing.pk, cause=two, effect=one, **now(by=cast.ines))
    services.link_factors(thing.pk, cause=three, effect=one, **now(by=cast.ines))
    assert (three, one) in Whole(thing).links


def test_factors_of_another_post_mortem_are_not_linked(cast: Cast) -> None:
    thing, other = opened(cast), opened(cast)
    mine, theirs = with_factor(cast, thing, "Mine."), with_factor(cast, other, "Theirs.")
    with pytest.raises(Invalid, match="no such factor"):
        services.link_factors(thing.pk, cause=theirs, effect=mine, **now(by=cast.ines))
    with pytest.raises(Invalid, match="no such factor"):
        with_factor(cast, thing, "Another.", contributes_to=theirs)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": "root_cause"}, "kind"),
        ({"category": "karim"}, "category"),
        ({"control": "fate"}, "control"),
        ({"statement": "x" * 301}, "statement"),
        ({"statement": " "}, "statement"),
    ],
)
def test_a_factor_is_of_the_kept_scheme(cast: Cast, wrong: dict[str, str], field: str) -> None:
    given = {**FACTOR, "statement": "Totals differed.", **wrong}
    with pytest.raises(Invalid) as refused:
        services.add_factor(opened(cast).pk, **given, **now(by=cast.ines))
    assert list(refused.value.fields) == [field]


def test_a_part_is_said_another_way_or_taken_out(cast: Cast) -> None:
    thing = complete(cast)
    whole = Whole(thing)
    first, second = whole.factors
    services.link_factors(thing.pk, cause=second.pk, effect=first.pk, **now(by=cast.ines))
    services.edit(
        thing.pk, part="factor", key=second.pk, changes={"statement": "Each line was rounded."},
        **now(by=cast.otto),
    )  # fmt: skip
    with pytest.raises(RuleBroken, match="An action comes from this factor"):
        services.remove(thing.pk, part="factor", key=second.pk, **now(by=cast.ines))
    services.remove(thing.pk, part="factor", key=first.pk, **now(by=cast.ines))
    services.remove(thing.pk, part="barrier", key=whole.barriers[0].pk, **now(by=cast.ines))
    after = Whole(thing)
    assert [f.statement for f in after.factors] == ["Each line was rounded."]
    assert (after.links, after.barriers) == ([], [])


def test_a_link_is_taken_out_alone(cast: Cast) -> None:
    thing = complete(cast)
    first, second = Whole(thing).factors
    services.link_factors(thing.pk, cause=second.pk, effect=first.pk, **now(by=cast.ines))
    link = FactorLink.objects.get(cause=second)
    services.remove(thing.pk, part="link", key=link.pk, **now(by=cast.ines))
    assert Whole(thing).links == []
    assert len(Whole(thing).factors) == 2


def test_parts_of_another_post_mortem_are_not_there(cast: Cast) -> None:
    thing, other = opened(cast), complete(cast)
    factor = Whole(other).factors[0]
    with pytest.raises(NotFound, match="no such factor"):
        services.remove(thing.pk, part="factor", key=factor.pk, **now(by=cast.ines))
    with pytest.raises(NotFound, match="no such factor"):
        services.edit(
            thing.pk, part="factor", key=factor.pk, changes={"evidence": "x"}, **now(by=cast.ines)
        )
    with pytest.raises(Invalid, match="no such field"):
        services.edit(
            other.pk, part="factor", key=factor.pk, changes={"culprit": "x"}, **now(by=cast.ines)
        )
    with pytest.raises(Invalid, match="A moment, a factor"):
        services.remove(thing.pk, part="person", key=1, **now(by=cast.ines))


# Review


def test_a_review_begins_when_nothing_is_missing(cast: Cast) -> None:
    thing = opened(cast)
    with pytest.raises(RuleBroken, match="Not answered yet: What went wrong") as refused:
        services.submit(thing.pk, **now(by=cast.ines))
    assert "Name at least two contributing factors." in refused.value.extra["missing"]
    assert in_review(cast).state == State.IN_REVIEW


def test_the_author_does_not_review(cast: Cast) -> None:
    thing = in_review(cast)
    for verb in (services.publish, services.request_changes):
        more: dict[str, Any] = {"reason": "x"} if verb is services.request_changes else {}
        with pytest.raises(NotAllowed, match="other than the author"):
            verb(thing.pk, **more, **now(by=cast.ines))


def test_changes_are_asked_for_with_a_reason_and_it_is_open_again(cast: Cast) -> None:
    thing = services.request_changes(
        in_review(cast).pk, reason="What did the alert say?", **now(by=cast.otto)
    )
    assert thing.state == State.OPEN
    event = Event.objects.get(name="post_mortem.changes_requested", subject=thing.pk)
    assert event.text is not None
    assert event.text.body == "What did the alert say?"


def test_publishing_freezes_what_is_there(cast: Cast) -> None:
    thing = published(cast)
    assert (thing.state, thing.reviewer) == (State.PUBLISHED, cast.otto)
    version = Published.objects.get(post_mortem=thing)
    assert version.number == 1
    assert version.body["summary"] == "The export rounded every line, and totals differed."
    assert [f["statement"] for f in version.body["factors"]] == [
        "Rounding happens per line.",
        "No test compares totals of many lines.",
    ]
    assert version.body["barriers"][0]["was_there"] is False
    with pytest.raises(Conflict, match="It is published"):
        services.write(thing.pk, changes={"summary": "Nothing happened."}, **now(by=cast.ines))


# Words


def test_blame_is_mended_or_kept_with_a_reason_before_a_review(cast: Cast) -> None:
    thing = complete(cast)
    blaming = "The developer forgot the flag. The root cause was a full disk."
    services.write(thing.pk, changes={"went_well": blaming}, **now(by=cast.ines))
    with pytest.raises(RuleBroken, match="“The developer forgot” blames somebody"):
        services.submit(thing.pk, **now(by=cast.ines))
    with pytest.raises(Invalid):
        services.keep_phrase(
            thing.pk, rule="B2", said="The developer forgot", reason=" ", **now(by=cast.ines)
        )
    kept = {"rule": "B2", "said": "The developer forgot"}
    services.keep_phrase(thing.pk, **kept, reason="Their own words", **now(by=cast.ines))
    with pytest.raises(Conflict, match="kept already"):
        services.keep_phrase(thing.pk, **kept, reason="Again", **now(by=cast.ines))
    assert services.submit(thing.pk, **now(by=cast.ines)).state == State.IN_REVIEW  # advice stays


def test_words_beside_a_moment_and_a_factor_are_read_too(cast: Cast) -> None:
    thing = complete(cast)
    with_factor(cast, thing, "The flag was off.", evidence="The developer forgot the flag.")
    assert [p.piece.label for p in Whole(thing).phrases] == ["Evidence"]
    with pytest.raises(RuleBroken, match="“The developer forgot” blames somebody"):
        services.submit(thing.pk, **now(by=cast.ines))


def test_a_light_one_needs_neither_factors_nor_the_other_questions(cast: Cast) -> None:
    thing = opened(cast, a_bug(cast, "verified"), size="light")
    services.write(thing.pk, changes={"summary": "Totals differed."}, **now(by=cast.ines))
    said = {"answer": "not_applicable", "because": "The supplier changed it."}
    services.answer_done(thing.pk, **said, **now(by=cast.ines))
    assert services.submit(thing.pk, **now(by=cast.ines)).state == State.IN_REVIEW


def test_only_words_that_are_there_are_kept(cast: Cast) -> None:
    with pytest.raises(RuleBroken, match="not in the text any more"):
        services.keep_phrase(
            complete(cast).pk, rule="B2", said="Ines forgot", reason="x", **now(by=cast.ines)
        )


def test_mended_words_need_no_reason(cast: Cast) -> None:
    thing = complete(cast)
    for words in ("Ines forgot the flag.", "No check asked for the flag."):
        services.write(thing.pk, changes={"was_hard": words}, **now(by=cast.ines))
    assert services.submit(thing.pk, **now(by=cast.ines)).state == State.IN_REVIEW


def test_people_are_named_in_the_timeline_and_are_no_leaf_of_the_factors(cast: Cast) -> None:
    thing = complete(cast)
    cast.ines.first_name, cast.ines.last_name = "Ines", "Dubois"
    cast.ines.save()
    when = clock.now() - timedelta(minutes=3)
    services.add_moment(thing.pk, when=when, what="Ines restarted it.", **now(by=cast.ines))
    assert Whole(thing).phrases == []
    with_factor(cast, thing, "Ines was alone that night.")
    with pytest.raises(RuleBroken, match="what made that reasonable"):
        services.submit(thing.pk, **now(by=cast.ines))


def test_what_happened_cannot_be_told_of_later_than_now(cast: Cast) -> None:
    ahead = clock.now() + timedelta(hours=1)
    with pytest.raises(Invalid, match="has not come yet"):
        services.write(opened(cast).pk, changes={"fixed_at": ahead}, **now(by=cast.ines))
    with pytest.raises(Invalid, match="no such field"):
        services.write(opened(cast).pk, changes={"root_cause": "x"}, **now(by=cast.ines))


# Every verb


def test_an_older_version_is_refused(cast: Cast) -> None:
    thing = opened(cast)
    with pytest.raises(Stale, match="Somebody wrote on this"):
        services.write(thing.pk, changes={"summary": "x"}, version=1, **now(by=cast.ines))


GIVEN: dict[str, dict[str, Any]] = {
    "waive": {"reason": "x"},
    "write": {"changes": {"summary": "x"}},
    "add_moment": {"when": None, "what": "x"},
    "add_factor": {**FACTOR, "statement": "x"},
    "link_factors": {"cause": 1, "effect": 2},
    "add_barrier": {"what": "x", "was_there": True, "why_not": "x"},
    "edit": {"part": "moment", "key": 1, "changes": {"what": "x"}},
    "remove": {"part": "moment", "key": 1},
    "keep_phrase": {"rule": "B2", "said": "x", "reason": "x"},
    "answer_done": {"answer": "not_applicable", "because": "x"},
    "agree_action": {
        "what": "x",
        "kind": "prevent",
        "means": "guard",
        "owner": "otto",
        "factor": 1,
    },
    "categorise": {"categories": {1: "code"}},
    "request_changes": {"reason": "x"},
    "name_facilitator": {"person": "leo"},
    "invite": {"person": "leo"},
    "uninvite": {"person": "leo"},
    "revise": {"reason": "x"},
}


@pytest.mark.parametrize("verb", LIFECYCLE.steps)
@pytest.mark.parametrize("state", ["proposed", "open", "in_review", "published"])
def test_a_verb_is_refused_where_the_table_has_none(cast: Cast, verb: str, state: str) -> None:
    if LIFECYCLE.permits(state, verb):
        return
    thing = {"proposed": proposed, "open": opened, "in_review": in_review, "published": published}[
        state
    ](cast)
    given = dict(GIVEN.get(verb, {}))
    if "when" in given:
        given["when"] = clock.now()
    with pytest.raises(Conflict, match="is not possible from there"):
        getattr(services, verb)(thing.pk, **given, **now(by=cast.rhea))


@pytest.mark.parametrize("verb", list(LIFECYCLE.steps))
def test_a_stranger_and_a_tool_do_none_of_it(cast: Cast, verb: str) -> None:
    thing = opened(cast)
    given = dict(GIVEN.get(verb, {}))
    if "when" in given:
        given["when"] = clock.now()
    for who in (cast.stranger, cast.robot, cast.lena):
        with pytest.raises(Refused) as refused:
            getattr(services, verb)(thing.pk, **given, **now(by=who))
        assert refused.value.status == 403


def test_it_is_read_by_who_reads_the_whole_bug(cast: Cast) -> None:
    thing = proposed(cast)
    readers = {
        name
        for name, who in cast.everybody.items()
        if visible_to(standing(who, clock.now())).filter(pk=thing.pk).exists()
    }
    assert readers == {"rhea", "otto", "ines", "pia", "adam", "robot"}
    assert PostMortem.objects.count() == 1
