"""Actions: agreed, decided by the product owner, done, verified by somebody else, never forgotten (PM-6)."""

import tomllib
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bugs import services as bugs
from channels import services as channels
from channels.models import Notice
from foundation import clock
from foundation.errors import Conflict, Invalid, NotAllowed, RuleBroken, Stale
from journal.models import Event
from postmortems import services
from postmortems.lifecycle.actions import ACTIONS, ActionState, Means
from postmortems.models import Action, PostMortem
from postmortems.querysets import Whole
from postmortems.querysets.actions import came_back, rests_on
from postmortems.rows.actions import share_of_weak
from postmortems.rules.actions import DUE_WITHIN, STRENGTH, Figures, asks_for_care
from postmortems.services import actions
from postmortems.services.chasing import chase as tend
from problem_reports import services as reports
from sprints.models import BacklogItem, ScopeEntry
from sprints.services import backlog
from tests.cast import Cast
from tests.factories import a_bug, a_report, an_item
from tests.postmortems.acts import (
    action_in,
    an_action,
    complete,
    in_review,
    now,
    opened,
    published,
    with_factor,
)

CORPUS: dict[str, list[str]] = tomllib.loads(
    (Path(__file__).parent / "corpus" / "actions.toml").read_text("utf-8")
)


def today(cast: Cast) -> date:
    return clock.now().astimezone(ZoneInfo(cast.billing.calendar.zone)).date()


def again(action: Action) -> Action:
    return Action.objects.get(pk=action.pk)


# Words


@pytest.mark.parametrize("text", CORPUS["refused"])
def test_asking_people_to_be_better_is_no_action(text: str) -> None:
    assert asks_for_care(text)


@pytest.mark.parametrize("text", CORPUS["fine"])
def test_an_action_that_can_be_seen_to_be_there_is_left_alone(text: str) -> None:
    assert not asks_for_care(text)


def test_be_more_careful_is_refused_and_leaves_nothing_in_the_backlog(cast: Cast) -> None:
    thing = opened(cast)
    with_factor(cast, thing, "No test compares totals.")
    with pytest.raises(Invalid, match="asks people to be better"):
        an_action(cast, thing, what="Be more careful with totals.")
    assert not BacklogItem.objects.exists()


def test_said_later_in_the_backlog_it_stops_the_review(cast: Cast) -> None:
    thing = complete(cast)
    item = thing.actions.get().pk
    backlog.edit(item, changes={"title": "Be more careful"}, **now(by=cast.ines))
    with pytest.raises(RuleBroken, match="“Be more careful” asks people to be better"):
        services.submit(thing.pk, **now(by=cast.ines))


def test_every_means_has_its_strength() -> None:
    assert set(STRENGTH) == set(Means.values)
    order = ["strong", "intermediate", "weak"]
    assert list(STRENGTH.values()) == sorted(STRENGTH.values(), key=order.index)


@given(
    some.builds(
        Figures,
        bugs=some.integers(0, 99),
        reports=some.integers(0, 999),
        customers=some.integers(0, 99),
        hours=some.decimals(0, 9999, places=2),
    )
)
def test_figures_are_kept_as_they_were(figures: Figures) -> None:
    assert Figures.from_data(figures.as_data()) == figures


def test_figures_are_said_with_their_number() -> None:
    assert (
        Figures(1, 1, 1, Decimal(1)).in_words()
        == "1 report from 1 customer, 1 hour of work on 1 bug"
    )
    assert (
        Figures(2, 3, 0, Decimal("12.50")).in_words() == "3 reports, 12.5 hours of work on 2 bugs"
    )


# Agreeing


def test_it_becomes_a_backlog_item_with_what_it_rests_on(cast: Cast) -> None:
    an_item(cast)
    thing = complete(cast)
    action = thing.actions.get()
    item = action.item
    assert (item.kind, item.state, item.team) == ("prevention", "proposed", cast.billing)
    assert item.title == "The build compares totals of many lines."
    assert item.rationale.startswith("Every export is checked by hand.")
    assert f"{thing.reference}: 1 report, 1 hour of work on 1 bug, in 90 days." in item.rationale  # fmt: skip
    assert item.position == max(BacklogItem.objects.values_list("position", flat=True))
    assert action.due_on == today(cast) + timedelta(days=DUE_WITHIN["P1"])
    assert Event.objects.get(name="post_mortem.action_agreed").data == {"item": action.reference}


def test_what_is_to_be_learnt_is_shared_knowledge(cast: Cast) -> None:
    thing = opened(cast)
    with_factor(cast, thing, "Nobody knew how rounding works.")
    action = an_action(cast, thing, what="Teach how rounding works", kind="learn", means="train")
    assert action.item.kind == "knowledge"


def test_it_is_due_by_what_the_bug_asks_or_sooner_never_later(cast: Cast) -> None:
    thing = opened(cast, a_bug(cast, priority="P2"))
    with_factor(cast, thing, "No test.")
    soon = today(cast) + timedelta(days=3)
    assert an_action(cast, thing, due_on=soon).due_on == soon
    for wrong in (today(cast) + timedelta(days=61), today(cast) - timedelta(days=1)):
        with pytest.raises(Invalid, match="what a P2 allows"):
            an_action(cast, thing, due_on=wrong)


def test_it_comes_from_one_factor_or_one_barrier_of_its_own_post_mortem(cast: Cast) -> None:
    other, thing = complete(cast), complete(cast)
    barrier, factor = thing.barriers.get().pk, thing.factors.order_by("pk")[0].pk
    assert an_action(cast, thing, factor=None, barrier=barrier).barrier_id == barrier
    for wrong in (
        {"factor": None},
        {"factor": factor, "barrier": barrier},
        {"factor": other.factors.order_by("pk")[0].pk},
        {"factor": None, "barrier": other.barriers.get().pk},
    ):
        with pytest.raises(Invalid):
            an_action(cast, thing, **wrong)


def test_its_owner_is_of_the_team(cast: Cast) -> None:
    thing = complete(cast)
    for owner in ("sami", "robot", "nobody"):
        with pytest.raises(Invalid, match="Nobody of Billing has this user name"):
            an_action(cast, thing, owner=owner)


def test_what_an_action_comes_from_stays(cast: Cast) -> None:
    thing = complete(cast)
    factor = thing.actions.get().factor_id
    with pytest.raises(RuleBroken, match="An action comes from this factor"):
        services.remove(thing.pk, part="factor", key=factor, **now(by=cast.ines))


def test_a_review_needs_one_action_or_none_because(cast: Cast) -> None:
    thing = opened(cast)
    words = "Agree at least one action, or say why there is none."
    assert words in Whole(thing).missing
    changes = {"no_action_because": "The supplier has changed it already."}
    services.write(thing.pk, changes=changes, **now(by=cast.ines))
    assert words not in Whole(PostMortem.objects.get(pk=thing.pk)).missing


def test_blame_in_an_action_is_found_like_everywhere(cast: Cast) -> None:
    thing = complete(cast)
    an_action(cast, thing, because="The developer forgot the flag.")
    assert "blames somebody" in " ".join(Whole(thing).missing)


def test_a_published_version_keeps_what_was_agreed(cast: Cast) -> None:
    thing = published(cast)
    (kept,) = thing.versions.get().body["actions"]
    assert kept["what"] == "The build compares totals of many lines."
    assert kept["comes_from"] == "No test compares totals of many lines."


# What it rests on


def test_figures_are_frozen_when_it_is_accepted_and_go_on_beside_it(cast: Cast) -> None:
    thing = complete(cast)
    action = action_in(cast, "accepted", thing)
    frozen = {"bugs": 1, "reports": 1, "customers": 0, "hours": "1"}
    assert action.figures == frozen
    a_report_of(cast, thing, hours=2)
    bugs.log_work(thing.bug_id, hours=Decimal("3.5"), **now(by=cast.ines))
    assert again(action).figures == frozen
    assert rests_on([action], clock.now())[action.pk].as_data() == {
        "bugs": 1, "reports": 2, "customers": 1, "hours": "6.5",
    }  # fmt: skip


def a_report_of(cast: Cast, thing: PostMortem, hours: int = 1) -> None:
    """One more report of the same bug."""
    report = a_report(cast, "investigating")
    reports.join(report.pk, customer="Acme", **now(by=cast.lena))
    reports.classify(
        report.pk, outcome="bug", message="Known", cause="code", hours=Decimal(hours),
        existing_bug=thing.bug_id, **now(by=cast.ines),
    )  # fmt: skip


def test_bugs_of_the_area_with_the_same_kind_of_factor_count_too(cast: Cast) -> None:
    thing, other = complete(cast), opened(cast)
    with_factor(cast, other, "Nothing tests credit notes.", category="testing")
    elsewhere = opened(cast, a_bug(cast, product_area="payments"))
    with_factor(cast, elsewhere, "Nothing tests payments.", category="testing")
    unlike = opened(cast)
    with_factor(cast, unlike, "The disk was full.", category="capacity")
    action = thing.actions.get()
    assert rests_on([action], clock.now())[action.pk].bugs == 2


# Deciding


def test_the_product_owner_asks_for_more_and_is_answered(cast: Cast) -> None:
    action = complete(cast).actions.get()
    with pytest.raises(NotAllowed, match="product owner of Billing"):
        actions.ask_for_more(action.pk, question="How long?", **now(by=cast.otto))
    asked = actions.ask_for_more(action.pk, question="How long?", **now(by=cast.pia))
    assert asked.state == ActionState.ASKED
    assert actions.answer(action.pk, text="A day.", **now(by=cast.otto)).state == "proposed"


def test_declined_with_a_reason_and_accepted_after_all(cast: Cast) -> None:
    action = action_in(cast, "declined")
    assert (action.state, action.remind_at) == ("declined", None)
    backlog.accept(action.pk, **now(by=cast.pia))
    assert again(action).state == ActionState.ACCEPTED
    assert again(action).remind_at is not None


def test_an_item_that_is_no_action_is_left_alone(cast: Cast) -> None:
    an_item(cast, "finished")
    assert not Event.objects.filter(kind="action").exists()


def test_only_the_product_owner_moves_its_date_and_says_why(cast: Cast) -> None:
    action = action_in(cast, "accepted")
    later = action.due_on + timedelta(days=7)
    with pytest.raises(NotAllowed):
        actions.extend(action.pk, due_on=later, reason="x", **now(by=cast.otto))
    with pytest.raises(Invalid, match="Choose a day after"):
        actions.extend(action.pk, due_on=action.due_on, reason="x", **now(by=cast.pia))
    moved = actions.extend(action.pk, due_on=later, reason="Supplier", **now(by=cast.pia))
    assert moved.due_on == later
    assert Event.objects.get(name="action.extended").data["was"] == action.due_on.isoformat()


@pytest.mark.parametrize("verb", ACTIONS.steps)
@pytest.mark.parametrize("state", ActionState.values)
def test_a_verb_is_refused_where_the_table_has_none(cast: Cast, verb: str, state: str) -> None:
    if ACTIONS.permits(state, verb):
        return
    action = action_in(cast, state)
    given_: dict[str, Any] = {
        "ask_for_more": {"question": "x"},
        "answer": {"text": "x"},
        "extend": {"due_on": today(cast) + timedelta(days=200), "reason": "x"},
        "verify": {"proof": "x"},
        "send_back": {"reason": "x"},
    }[verb]
    who = cast.rhea if verb in ("verify", "send_back") else cast.pia
    with pytest.raises(Conflict, match="is not possible from there"):
        getattr(actions, verb)(action.pk, **given_, **now(by=who))


# Done, and verified by somebody else


def test_it_is_done_when_its_item_is_finished_and_who_did_it_does_not_verify_it(cast: Cast) -> None:
    action = action_in(cast, "done")
    assert (action.state, action.done_by) == ("done", cast.ines)
    with pytest.raises(NotAllowed, match="other than who did it"):
        actions.verify(action.pk, proof="I looked", **now(by=cast.ines))
    with pytest.raises(Invalid):
        actions.verify(action.pk, proof=" ", **now(by=cast.otto))
    with pytest.raises(Stale):
        actions.verify(action.pk, proof="x", version=1, **now(by=cast.otto))
    verified = actions.verify(action.pk, proof="The build stopped.", **now(by=cast.rhea))
    assert verified.state == ActionState.VERIFIED
    assert verified.proof is not None
    assert (verified.verified_by, verified.proof.body) == (cast.rhea, "The build stopped.")
    assert verified.remind_at is None


@pytest.mark.parametrize("state", ["done", "verified"])
def test_what_does_not_hold_goes_back_to_be_done_with_what_was_seen(cast: Cast, state: str) -> None:
    action = action_in(cast, state)
    sprint = action.item.sprint
    assert sprint is not None
    with pytest.raises(NotAllowed, match="other than who did it"):
        actions.send_back(action.pk, reason="It passed", **now(by=cast.ines))
    with pytest.raises(Invalid):
        actions.send_back(action.pk, reason=" ", **now(by=cast.otto))
    back = actions.send_back(action.pk, reason="A long file passed.", **now(by=cast.rhea))
    assert (back.state, back.done_by, back.verified_by, back.proof) == (
        "accepted",
        None,
        None,
        None,
    )
    assert back.remind_at is not None
    item = again(action).item
    assert (item.state, item.sprint, item.finished_at) == ("accepted", None, None)
    lines = ScopeEntry.objects.filter(sprint=sprint, item=item).order_by("pk")
    assert list(lines.values_list("kind", flat=True))[-3:] == ["done", "undone", "left"]
    channels.fan_out()
    told = Notice.objects.filter(event__name="action.sent_back").order_by("person")
    assert {notice.person for notice in told} == {cast.otto, cast.pia}
    assert all(notice.quotes for notice in told)
    text = told[0].event.text
    assert text is not None
    assert text.body == "A long file passed."
    # It is planned, done and verified once more, like anything else.
    backlog.schedule(item.pk, sprint_id=sprint.pk, **now(by=cast.pia))
    backlog.finish(item.pk, **now(by=cast.ines))
    verified = actions.verify(action.pk, proof="It stopped.", **now(by=cast.rhea))
    assert verified.state == "verified"


def test_what_is_reported_again_after_it_was_verified_is_shown(cast: Cast) -> None:
    thing = complete(cast)
    action = action_in(cast, "verified", thing)
    assert came_back([action], clock.now()) == {}
    a_report_of(cast, thing, hours=3)
    assert came_back([action], clock.now())[action.pk].as_data() == {
        "bugs": 1, "reports": 1, "customers": 1, "hours": "3",
    }  # fmt: skip


# The clock


def backdated(cast: Cast, action: Action, days: int) -> None:
    """As if it had been due on a day that has passed: the clock of a test cannot run ahead."""
    day = today(cast) - timedelta(days=days)
    Action.objects.filter(pk=action.pk).update(due_on=day, remind_at=clock.now())


def test_it_is_reminded_of_soon_and_overdue_long_after_the_post_mortem_is_out(cast: Cast) -> None:
    thing = published(cast)
    action = thing.actions.get()
    assert tend(at=clock.now()) == 0
    Action.objects.filter(pk=action.pk).update(remind_at=clock.now())
    assert tend(at=clock.now()) == 1
    assert again(action).reminded == "soon"
    backdated(cast, action, 1)
    assert tend(at=clock.now()) == 1
    assert tend(at=clock.now()) == 0
    stands = again(action)
    assert stands.reminded == "overdue"
    assert stands.remind_at is not None
    assert stands.remind_at - clock.now() > timedelta(days=6)
    channels.fan_out()
    heard = Notice.objects.filter(subject__startswith="Overdue: The build compares")
    assert {n.person.username for n in heard} == {"otto", "pia"}


def test_what_was_done_is_asked_about_until_somebody_has_verified_it(cast: Cast) -> None:
    action = action_in(cast, "done")
    Action.objects.filter(pk=action.pk).update(remind_at=clock.now())
    assert tend(at=clock.now()) == 1
    channels.fan_out()
    heard = Notice.objects.filter(subject__startswith="Still to be verified")
    assert {n.person.username for n in heard} == {"otto"}


def test_the_product_owner_and_the_owner_hear_of_a_new_action(cast: Cast) -> None:
    complete(cast)
    channels.fan_out()
    told = {(n.person.username, n.subject.partition(":")[0]) for n in Notice.objects.all()}
    assert {("pia", "An action to decide"), ("otto", "An action is yours")} <= told


# In the middle of a review


def test_actions_are_agreed_while_it_is_written(cast: Cast) -> None:
    with pytest.raises(Conflict):
        an_action(cast, in_review(cast))


def test_the_list_says_how_many_open_actions_stop_nothing() -> None:
    strong, weak = Action(means=Means.GUARD), Action(means=Means.TRAIN)
    assert share_of_weak([]) == share_of_weak([strong]) == ""
    assert share_of_weak([weak]).startswith("The one open action is weak")
    assert share_of_weak([weak, strong]).startswith("1 of 2 open actions is weak")
    assert share_of_weak([weak, weak, strong]).startswith("2 of 3 open actions are weak")
