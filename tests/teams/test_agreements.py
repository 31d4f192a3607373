"""What a team agrees: open for comments, adopted in writing, counted, revised, retired (PM-7, PM-10)."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bugs import services as bugs
from foundation import clock
from foundation.errors import Conflict, Invalid, NotAllowed, RuleBroken, Stale
from journal.models import Event
from postmortems import services as post_mortems
from postmortems.querysets.agreements import would_have_caught
from sprints.services import backlog
from teams.lifecycle import AGREEMENTS, AgreementState
from teams.models import Agreement
from teams.querysets import cited, in_force, today_of
from teams.rules import THE_FOUR, nobody_follows
from teams.services import agreements
from tests.cast import Cast
from tests.factories import a_bug, an_item
from tests.postmortems.acts import opened

LINKS = ["https://git.example.org/billing/pull/9"]


def now(**more: Any) -> dict[str, Any]:
    return {"at": clock.now(), **more}


def today(cast: Any) -> date:
    return today_of(cast.billing, clock.now())


def a_clause(cast: Any, text: str = "Totals are compared by a test.", **more: Any) -> Agreement:
    given_ = {"kind": "done", "text": text, "because": "PM-3", "by": cast.ines, **more}
    return agreements.propose(cast.billing, **given_, **now())


def adopted(cast: Any, text: str = "Totals are compared by a test.") -> Agreement:
    """As if its week of comments were over: the clock of a test cannot run ahead."""
    made = over(a_clause(cast, text))
    return agreements.adopt(made.pk, words="Agreed by all.", **now(by=cast.rhea))


def over(made: Agreement) -> Agreement:
    day = made.starts_on - timedelta(days=19)
    Agreement.objects.filter(pk=made.pk).update(comments_until=day, starts_on=day + timedelta(days=1))  # fmt: skip
    return Agreement.objects.get(pk=made.pk)


def a_working(cast: Any, **more: Any) -> Agreement:
    given_ = {
        "kind": "working", "text": "Who is on call decides on a rollback.", "because": "It was slow",
        "decides": "Who is on call", "priorities": ["P0", "P1"], "binds": "p1_policy", "by": cast.ines, **more,
    }  # fmt: skip
    return agreements.propose(cast.billing, **given_, **now())


def a_trial(cast: Any, uses: int = 2, **more: Any) -> Agreement:
    """A working agreement that was used so often."""
    made = a_working(cast, **more)
    by = more.get("by", cast.ines)
    for key in range(uses):
        used = {"kind": "bug", "subject": 10**6 + key, "what": f"BUG-{10**6 + key}"}
        agreements.use(made.pk, **used, followed=True, **now(by=by))
    return Agreement.objects.get(pk=made.pk)


# Clauses


def test_a_clause_is_open_for_comments_and_binds_nobody_before_it_is_adopted(cast: Cast) -> None:
    made = a_clause(cast)
    assert made.comments_until == today(cast) + timedelta(days=7)
    assert made.starts_on == today(cast) + timedelta(days=8)
    agreements.comment(made.pk, text="For hot fixes too?", **now(by=cast.otto))
    with pytest.raises(RuleBroken, match="open for comments until"):
        agreements.adopt(made.pk, words="Agreed", **now(by=cast.rhea))
    over(made)
    assert not in_force(cast.billing.pk, "done", today(cast)).exists()
    with pytest.raises(Invalid):
        agreements.adopt(made.pk, words=" ", **now(by=cast.rhea))
    agreements.adopt(made.pk, words="Agreed by all.", **now(by=cast.rhea))
    assert [c.pk for c in in_force(cast.billing.pk, "done", today(cast))] == [made.pk]


def test_only_lead_and_product_owner_adopt_and_no_tool_agrees_anything(cast: Cast) -> None:
    made = over(a_clause(cast))
    with pytest.raises(NotAllowed, match="writes down what is adopted"):
        agreements.adopt(made.pk, words="x", **now(by=cast.otto))
    with pytest.raises(NotAllowed, match="no tools"):
        agreements.comment(made.pk, text="x", **now(by=cast.robot))
    with pytest.raises(NotAllowed, match="People of Billing"):
        a_clause(cast, by=cast.sami)
    with pytest.raises(Stale):
        agreements.adopt(made.pk, words="x", version=9, **now(by=cast.pia))


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"comments_until": -1}, "comments_until"),
        ({"comments_until": 0}, "comments_until"),
        ({"comments_until": 5, "starts_on": 5}, "starts_on"),
        ({"text": "x" * 301}, "text"),
        ({"text": " "}, "text"),
        ({"because": ""}, "because"),
        ({"priorities": ["P0"]}, "kind"),
        ({"kind": "habit"}, "kind"),
        ({"binds": "moon"}, "binds"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(
    cast: Cast, wrong: dict[str, Any], field: str
) -> None:
    given_ = {
        name: today(cast) + timedelta(days=value) if isinstance(value, int) else value
        for name, value in wrong.items()
    }
    with pytest.raises(Invalid) as refused:
        a_clause(cast, **given_)
    assert field in refused.value.fields
    assert not Agreement.objects.exists()


def test_a_revision_takes_the_place_of_the_old_words_and_the_past_keeps_them(cast: Cast) -> None:
    old = adopted(cast)
    new = agreements.revise(
        old.pk, text="Totals are compared, also in the export.", because="PM-4", **now(by=cast.otto)
    )
    assert [c.pk for c in in_force(cast.billing.pk, "done", today(cast))] == [old.pk]
    with pytest.raises(Conflict, match="A revision of it is there already"):
        agreements.revise(old.pk, text="x", because="x", **now(by=cast.otto))
    new = agreements.adopt(over(new).pk, words="Agreed.", **now(by=cast.rhea))
    old.refresh_from_db()
    assert (old.state, old.ended_on) == (AgreementState.REPLACED, new.starts_on)
    assert [c.pk for c in in_force(cast.billing.pk, "done", today(cast))] == [new.pk]
    before = old.ended_on - timedelta(days=1)
    assert [c.pk for c in in_force(cast.billing.pk, "done", before)] == [old.pk]


def test_a_revision_that_was_dropped_makes_room_for_another(cast: Cast) -> None:
    old, told = adopted(cast), {"text": "Totals are compared.", "because": "PM-4"}
    dropped = agreements.revise(old.pk, **told, **now(by=cast.otto))
    agreements.retire(dropped.pk, reason="Too vague", **now(by=cast.pia))
    again = agreements.revise(old.pk, **told, **now(by=cast.otto))
    new = agreements.adopt(over(again).pk, words="Agreed.", **now(by=cast.rhea))
    assert [c.pk for c in in_force(cast.billing.pk, "done", today(cast))] == [new.pk]


def test_a_revision_of_what_was_retired_meanwhile_stands_by_itself(cast: Cast) -> None:
    old = adopted(cast)
    new = agreements.revise(old.pk, text="Totals agree.", because="PM-4", **now(by=cast.otto))
    agreements.retire(old.pk, reason="Nobody follows it", **now(by=cast.pia))
    agreements.adopt(over(new).pk, words="Agreed.", **now(by=cast.rhea))
    assert [c.pk for c in in_force(cast.billing.pk, "done", today(cast))] == [new.pk]
    old.refresh_from_db()
    assert old.state == AgreementState.RETIRED


def test_a_retired_clause_binds_no_more_and_says_why(cast: Cast) -> None:
    clause = adopted(cast)
    agreements.retire(clause.pk, reason="Nobody follows it", **now(by=cast.pia))
    assert not in_force(cast.billing.pk, "done", today(cast)).exists()
    assert Event.objects.get(name="agreement.retired").text.body == "Nobody follows it"


def test_a_new_team_starts_with_the_four(cast: Cast) -> None:
    agreements.start_with_the_four(cast.billing, by=cast.adam, at=clock.now())
    found = in_force(cast.billing.pk, "done", today(cast))
    assert tuple(clause.text for clause in found) == THE_FOUR


@given(some.integers(0, 50), some.integers(0, 50))
def test_who_ticks_a_clause_more_often_never_makes_it_unfollowed(done: int, left: int) -> None:
    if not nobody_follows(done, left):
        assert not nobody_follows(done + 1, left)
    assert not nobody_follows(0, 4)
    assert nobody_follows(1, 4)


# Ticked where the work is done


def test_a_fix_ticks_the_clauses_and_what_is_open_needs_a_reason(cast: Cast) -> None:
    kept, open_ = adopted(cast), adopted(cast, "It ran in an environment like production.")
    bug = a_bug(cast, "in_progress")
    with pytest.raises(Invalid, match="1 clause is not ticked"):
        bugs.fix(bug.pk, links=LINKS, ticked=[kept.pk], **now(by=cast.ines))
    bugs.fix(
        bug.pk, links=LINKS, ticked=[kept.pk], open_because="There is none yet", **now(by=cast.ines)
    )
    assert [(u.followed, u.reason) for u in kept.uses.all()] == [(True, None)]
    (left,) = open_.uses.all()
    assert (left.followed, left.subject) == (False, bug.pk)
    assert left.reason is not None
    assert left.reason.body == "There is none yet"


def test_an_item_that_is_finished_ticks_them_too(cast: Cast) -> None:
    kept, open_ = adopted(cast), adopted(cast, "It ran in an environment like production.")
    item = an_item(cast, "in_progress")
    with pytest.raises(Invalid, match="2 clauses are not ticked"):
        backlog.finish(item.pk, **now(by=cast.ines))
    said = {"ticked": [kept.pk], "open_because": "There is none yet"}
    assert backlog.finish(item.pk, **said, **now(by=cast.ines)).finished_at
    assert [(u.kind, u.followed) for u in kept.uses.all()] == [("backlog_item", True)]
    assert [(u.subject, u.followed) for u in open_.uses.all()] == [(item.pk, False)]


def test_what_another_team_adopted_cannot_be_ticked(cast: Cast) -> None:
    bug = a_bug(cast, "in_progress")
    with pytest.raises(Invalid, match="Tick clauses that Billing has adopted"):
        bugs.fix(bug.pk, links=LINKS, ticked=[10**9], **now(by=cast.ines))


def test_a_team_without_clauses_is_asked_nothing(cast: Cast) -> None:
    assert bugs.fix(a_bug(cast, "in_progress").pk, links=LINKS, **now(by=cast.ines)).fixed_by


# The answer of a post-mortem


def test_amended_proposes_a_clause_and_counts_what_it_would_have_caught(cast: Cast) -> None:
    thing = opened(cast)
    said = {
        "answer": "amended",
        "because": "Nothing compared totals",
        "text": "Totals are compared.",
    }
    thing = post_mortems.answer_done(thing.pk, **said, **now(by=cast.ines))
    clause = thing.done_clause
    assert clause is not None
    assert (clause.text, clause.state) == ("Totals are compared.", "proposed")
    assert clause.because.body == f"{thing.reference}: Nothing compared totals"
    assert would_have_caught(cast.billing.pk) == {clause.pk: 1}


def test_sufficient_names_the_clause_and_not_applicable_says_why(cast: Cast) -> None:
    thing, clause = opened(cast), adopted(cast)
    with pytest.raises(Invalid, match="Which clause"):
        post_mortems.answer_done(thing.pk, answer="sufficient", because="x", **now(by=cast.ines))
    with pytest.raises(Invalid, match="in force"):
        post_mortems.answer_done(
            thing.pk, answer="sufficient", because="x", clause=10**9, **now(by=cast.ines)
        )
    said = {"answer": "sufficient", "because": "It was left open", "clause": clause.pk}
    thing = post_mortems.answer_done(thing.pk, **said, **now(by=cast.ines))
    assert thing.done_clause == clause
    with pytest.raises(Invalid):
        post_mortems.answer_done(
            thing.pk, answer="not_applicable", because=" ", **now(by=cast.ines)
        )
    said = {"answer": "not_applicable", "because": "The supplier changed it"}
    thing = post_mortems.answer_done(thing.pk, **said, **now(by=cast.ines))
    assert (thing.done, thing.done_clause) == ("not_applicable", None)


def test_amended_with_a_clause_proposes_other_words_for_it(cast: Cast) -> None:
    thing, clause = opened(cast), adopted(cast)
    said: dict[str, Any] = {"answer": "amended", "because": "x", "text": "Totals, also in exports."}
    said["clause"] = clause.pk
    thing = post_mortems.answer_done(thing.pk, **said, **now(by=cast.ines))
    assert thing.done_clause is not None
    assert thing.done_clause.revises == clause


# Working agreements


def test_it_takes_effect_at_once_is_cited_where_it_binds_and_reviewed_after_two_uses(
    cast: Cast,
) -> None:
    made = a_working(cast)
    assert (made.comments_until, made.starts_on) == (None, today(cast))
    there = {"team_id": cast.billing.pk, "day": today(cast)}
    assert [a.pk for a in cited(place="p1_policy", priority="P1", **there)] == [made.pk]
    assert not cited(place="p1_policy", priority="P3", **there).exists()
    assert not cited(place="planning", **there).exists()
    with pytest.raises(RuleBroken, match="used 0 of 2 times"):
        agreements.adopt(made.pk, words="Agreed", **now(by=cast.rhea))
    used = {"kind": "bug", "subject": 7, "what": "BUG-7"}
    agreements.use(made.pk, **used, followed=True, **now(by=cast.ines))
    with pytest.raises(Conflict, match="said of BUG-7 already"):
        agreements.use(made.pk, **used, followed=True, **now(by=cast.otto))
    other = {"kind": "bug", "subject": 8, "what": "BUG-8"}
    with pytest.raises(Invalid):
        agreements.use(made.pk, **other, followed=False, **now(by=cast.ines))
    agreements.use(
        made.pk, **other, followed=False, reason="Nobody was on call", **now(by=cast.ines)
    )
    done = agreements.adopt(made.pk, words="It helped", **now(by=cast.rhea))
    assert done.state == AgreementState.ADOPTED


def test_open_for_comments_it_binds_from_the_day_after(cast: Cast) -> None:
    made = a_working(cast, comments_until=today(cast) + timedelta(days=3))
    there = {"team_id": cast.billing.pk, "place": "p1_policy"}
    assert not cited(day=today(cast), **there).exists()
    assert [a.pk for a in cited(day=today(cast) + timedelta(days=4), **there)] == [made.pk]


def test_a_clause_is_not_used_by_hand(cast: Cast) -> None:
    used = {"kind": "bug", "subject": 7, "what": "BUG-7", "followed": True}
    with pytest.raises(RuleBroken, match="ticked where the work is done"):
        agreements.use(adopted(cast).pk, **used, **now(by=cast.ines))


GIVEN: dict[str, dict[str, Any]] = {
    "comment": {"text": "x"},
    "use": {"kind": "bug", "subject": 7, "what": "BUG-7", "followed": True},
    "adopt": {"words": "x"},
    "revise": {"text": "x", "because": "x"},
    "retire": {"reason": "x"},
}


@pytest.mark.parametrize("verb", GIVEN)
@pytest.mark.parametrize("state", ["adopted", "retired"])
def test_a_verb_is_refused_where_the_table_has_none(cast: Cast, verb: str, state: str) -> None:
    if AGREEMENTS.permits(state, verb):
        return
    made = a_trial(cast)
    if state == "adopted":
        agreements.adopt(made.pk, words="x", **now(by=cast.rhea))
    else:
        agreements.retire(made.pk, reason="x", **now(by=cast.rhea))
    with pytest.raises(Conflict, match="is not possible from there"):
        getattr(agreements, verb)(made.pk, **GIVEN[verb], **now(by=cast.rhea))
