"""The plan of a fix is a record with the people who agreed; changing it asks them (BUG-3, source 002)."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bugs import services
from bugs.models import Agreement, Bug, Plan
from channels.registry import letters_for
from foundation import clock
from foundation.errors import Conflict, Invalid, NotAllowed, RuleBroken
from journal.models import Event
from teams.models import Person
from tests.bugs.acts import perform
from tests.cast import Cast
from tests.factories import a_bug

FIX = {
    "approach": "Send from one queue only",
    "estimate": Decimal(5),
    "outcome": "Each customer gets one email",
    "customer_date": date(2027, 1, 15),
}
BESIDE = {
    "workaround": "Send through the old gateway",
    "workaround_effort": Decimal(2),
    "workaround_date": date(2027, 1, 8),
    "behaviour": "No attachments for a week",
    "consequences": "The flow between the systems changes twice",
}
SWAP = FIX | BESIDE | {"by_workaround": True, "reason": "Customers cannot wait"}


def propose(cast: Cast, bug: Bug, by: Person | None = None, **changes: Any) -> Bug:
    told = {**FIX, **changes}
    return services.propose_plan(bug.pk, **told, by=by or cast.ines, at=clock.now())


def agreed(cast: Cast, bug: Bug) -> Bug:
    """Revision 1, agreed by Ines, Otto and Pia."""
    propose(cast, bug)
    for person in (cast.otto, cast.pia):
        bug = services.agree_plan(bug.pk, revision=1, by=person, at=clock.now())
    return bug


def told(name: str) -> dict[str, str]:
    """Who hears of the last event of that name, in which subject."""
    event = Event.objects.filter(name=name).latest("pk")
    return {
        Person.objects.get(pk=one.person_id).username: one.subject for one in letters_for(event)
    }


def test_a_plan_waits_until_both_sides_have_agreed(cast: Cast) -> None:
    bug = propose(cast, a_bug(cast))
    assert (bug.plan_state, bug.estimate) == ("waiting", None)
    bug = services.agree_plan(bug.pk, revision=1, by=cast.pia, at=clock.now())
    assert (bug.plan_state, bug.estimate) == ("agreed", Decimal(5)), "an agreed estimate counts"


def test_a_new_revision_tells_all_who_agreed_and_waits_for_each_of_them(cast: Cast) -> None:
    bug = agreed(cast, a_bug(cast))
    bug = propose(cast, bug, cast.otto, **BESIDE, reason="Support asks for less")
    assert bug.plan_state == "waiting"
    assert Event.objects.get(name="bug.plan_proposed", data__revision=2).data["asked"] == [
        cast.ines.username, cast.pia.username,
    ]  # fmt: skip
    heard = told("bug.plan_proposed")
    assert set(heard) == {cast.ines.username, cast.pia.username}
    assert all(subject.startswith("The plan changes") for subject in heard.values())
    for person, stands in ((cast.pia, "waiting"), (cast.ines, "agreed")):
        bug = services.agree_plan(bug.pk, revision=2, by=person, at=clock.now())
        assert bug.plan_state == stands


def test_a_swap_for_a_workaround_waits_and_an_objection_stays_on_the_record(cast: Cast) -> None:
    bug = agreed(cast, a_bug(cast))
    propose(cast, bug, cast.ines, **BESIDE, reason="Pia asked what else there is")
    for person in (cast.otto, cast.pia):
        services.agree_plan(bug.pk, revision=2, by=person, at=clock.now())
    bug = propose(cast, bug, cast.pia, **SWAP)
    assert bug.plan_state == "waiting"
    why = "Customers read this as fixed, and it changes again"
    bug = services.object_to_plan(bug.pk, revision=3, reason=why, by=cast.otto, at=clock.now())
    assert bug.plan_state == "waiting"
    kept = Agreement.objects.get(said="objected")
    assert kept.reason is not None
    assert kept.reason.body == why
    assert set(told("bug.plan_objected_to")) == {cast.ines.username, cast.pia.username}


def test_the_product_owner_does_not_change_how_it_is_fixed(cast: Cast) -> None:
    bug = agreed(cast, a_bug(cast))
    for change in ({"approach": "Use the old gateway"}, {"estimate": Decimal(1)}, BESIDE):
        with pytest.raises(NotAllowed, match="Developers own the approach and estimate"):
            propose(cast, bug, cast.pia, **change, reason="Faster")
    bug = propose(cast, bug, cast.pia, customer_date=date(2027, 1, 10), reason="A fair")
    assert Plan.objects.filter(bug=bug).count() == 2


def test_developers_do_not_change_the_outcome_or_the_date(cast: Cast) -> None:
    bug = agreed(cast, a_bug(cast))
    for change in ({"outcome": "Two emails at most"}, {"customer_date": date(2027, 3, 1)}):
        with pytest.raises(NotAllowed, match="product owner owns the outcome and the date"):
            propose(cast, bug, **change, reason="More time")


def test_the_first_plan_is_a_developers(cast: Cast) -> None:
    with pytest.raises(NotAllowed, match="A developer proposes the first plan"):
        propose(cast, a_bug(cast), cast.pia)


def test_a_plan_that_changes_says_why(cast: Cast) -> None:
    bug = agreed(cast, a_bug(cast))
    with pytest.raises(Invalid) as refused:
        propose(cast, bug, estimate=Decimal(8))
    assert set(refused.value.fields) == {"reason"}


@pytest.mark.parametrize("left_out", BESIDE)
def test_a_workaround_is_proposed_whole(cast: Cast, left_out: str) -> None:
    half = {k: v for k, v in BESIDE.items() if k != left_out}
    with pytest.raises(Invalid) as refused:
        propose(cast, a_bug(cast), **half)
    assert set(refused.value.fields) == {left_out}


def test_nobody_goes_by_a_workaround_that_nobody_proposed(cast: Cast) -> None:
    with pytest.raises(Invalid, match="proposed whole"):
        propose(cast, a_bug(cast), by_workaround=True)


def test_nobody_agrees_to_a_revision_that_they_have_not_read(cast: Cast) -> None:
    bug = agreed(cast, a_bug(cast))
    propose(cast, bug, estimate=Decimal(8), reason="Two systems more")
    for verb in (services.agree_plan, services.object_to_plan, services.override_plan):
        more = {} if verb is services.agree_plan else {"reason": "Late"}
        with pytest.raises(Conflict, match="read revision 2 first"):
            verb(bug.pk, revision=1, **more, by=cast.pia, at=clock.now())


def test_agreeing_twice_is_a_conflict_and_who_objected_may_agree_after_all(cast: Cast) -> None:
    bug = propose(cast, a_bug(cast))
    with pytest.raises(Conflict, match="agreed to revision 1 already"):
        services.agree_plan(bug.pk, revision=1, by=cast.ines, at=clock.now())
    services.object_to_plan(bug.pk, revision=1, reason="Late", by=cast.pia, at=clock.now())
    bug = services.agree_plan(bug.pk, revision=1, by=cast.pia, at=clock.now())
    assert bug.plan_state == "agreed"


def test_a_bug_without_a_plan_has_nothing_to_agree_to(cast: Cast) -> None:
    with pytest.raises(Conflict, match="has no plan yet"):
        services.agree_plan(a_bug(cast).pk, revision=1, by=cast.pia, at=clock.now())


def test_the_product_owner_overrides_only_objections_that_are_on_the_record(cast: Cast) -> None:
    bug = agreed(cast, a_bug(cast))
    propose(cast, bug, cast.pia, customer_date=date(2027, 1, 8), reason="A fair")

    def override(by: Person, **more: Any) -> Bug:
        more = {"reason": "Customers leave", "at": clock.now()} | more
        return services.override_plan(bug.pk, revision=2, by=by, **more)

    with pytest.raises(RuleBroken, match="No objection is on the record"):
        override(cast.pia)
    services.object_to_plan(bug.pk, revision=2, reason="Not safe", by=cast.otto, at=clock.now())
    with pytest.raises(RuleBroken, match=r"Ines.* has not answered yet; without an answer"):
        override(cast.pia)
    with pytest.raises(NotAllowed, match="Only the product owner"):
        override(cast.ines)
    with pytest.raises(Invalid):
        override(cast.pia, reason=" ")
    services.agree_plan(bug.pk, revision=2, by=cast.ines, at=clock.now())
    done = override(cast.pia)
    assert done.plan_state == "overridden"
    assert set(told("bug.plan_overridden")) == {cast.ines.username, cast.otto.username}
    with pytest.raises(Conflict, match="overridden"):
        services.object_to_plan(bug.pk, revision=2, reason="No", by=cast.ines, at=clock.now())


def test_silence_holds_the_product_owner_up_for_one_working_day_only(cast: Cast) -> None:
    past = clock.now() - timedelta(days=6)
    bug = a_bug(cast, at=past, source="demo")
    then = {"at": past, "source": "demo"}
    services.propose_plan(bug.pk, **FIX, by=cast.ines, **then)
    for person in (cast.otto, cast.pia):
        services.agree_plan(bug.pk, revision=1, by=person, **then)
    sooner = FIX | {"customer_date": date(2027, 1, 8), "reason": "A fair"}
    services.propose_plan(bug.pk, **sooner, by=cast.pia, **then)
    services.object_to_plan(bug.pk, revision=2, reason="No", by=cast.otto, **then)
    done = services.override_plan(
        bug.pk, revision=2, reason="Ines is away", by=cast.pia, at=clock.now()
    )
    assert done.plan_state == "overridden"


def test_the_same_day_for_fix_and_workaround_is_pointed_out(cast: Cast, client: Any) -> None:
    bug = a_bug(cast)
    propose(cast, bug, **BESIDE | {"workaround_date": FIX["customer_date"]})
    client.force_login(cast.pia)
    page = client.get(f"/bugs/{bug.reference}/").content.decode()
    assert "on the same day as the proper fix, 15 January" in page


@pytest.mark.parametrize("verb", ["inject", "start", "fix"])
def test_no_plan_holds_up_a_p0(cast: Cast, verb: str) -> None:
    bug = a_bug(
        cast,
        {"inject": "to_be_scheduled", "start": "in_sprint", "fix": "in_progress"}[verb],
        priority="P0",
    )
    propose(cast, bug)
    services.object_to_plan(bug.pk, revision=1, reason="Late", by=cast.pia, at=clock.now())
    assert perform(verb, cast, bug).plan_state == "waiting"
