"""Two people on an injected bug: proposed, recorded, counted as knowledge (BUG-8); how a P1 really went (BUG-7)."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as some

from bugs import services
from bugs.models import Bug
from bugs.querysets import who_would_pair
from bugs.rules import done_as, who_pairs
from foundation import clock
from foundation.errors import Invalid, NotAllowed
from journal.models import Event
from teams.querysets import developers_of
from tests.bugs.test_inject import inject
from tests.bugs.test_p1_policy import publish
from tests.cast import Cast
from tests.factories import a_bug, a_running_sprint

LINKS = {"links": ["https://git.example.org/billing/pull/9"]}


def act(verb: str, bug: Bug, by: Any, **told: Any) -> Bug:
    done: Bug = getattr(services, verb)(bug.pk, by=by, at=clock.now(), **told)
    return done


def test_an_injection_names_the_pair_and_the_history_says_so(cast: Cast) -> None:
    bug = a_bug(cast)
    inject(cast, bug, a_running_sprint(cast), 2, pair="otto")
    bug.refresh_from_db()
    assert bug.paired_with == cast.otto
    told = Event.objects.get(name="bug.paired", subject=bug.pk)
    assert (told.data, told.by) == ({"person": "otto"}, cast.rhea)


def test_who_starts_it_says_with_whom_or_names_them_later(cast: Cast) -> None:
    bug = a_bug(cast, "in_sprint")
    assert act("start", bug, cast.ines, pair="otto").paired_with == cast.otto
    assert act("pair", bug, cast.ines, person="rhea").paired_with == cast.rhea
    assert Event.objects.filter(name="bug.paired", subject=bug.pk).count() == 2


def test_who_was_named_to_pair_and_starts_it_has_no_pair_yet(cast: Cast) -> None:
    bug = a_bug(cast, "in_sprint")
    act("pair", bug, cast.rhea, person="otto")
    started = act("start", bug, cast.otto)
    assert (started.worked_on_by, started.paired_with) == (cast.otto, None)


@pytest.mark.parametrize("name", ["lena", "nobody", "", "robot", "pia"])
def test_only_a_developer_of_the_team_pairs(cast: Cast, name: str) -> None:
    bug = a_bug(cast, "in_sprint")
    with pytest.raises(Invalid) as refused:
        act("pair", bug, cast.ines, person=name)
    assert refused.value.fields["person"] == ["Choose a developer of Billing."]


def test_a_pair_is_two_people(cast: Cast) -> None:
    bug = a_bug(cast, "in_progress")
    with pytest.raises(Invalid) as refused:
        act("pair", bug, cast.rhea, person="ines")
    assert "a pair is two people" in str(refused.value.fields)
    other = a_bug(cast, "in_sprint")
    with pytest.raises(Invalid):
        act("start", other, cast.otto, pair="otto")
    assert Bug.objects.get(pk=other.pk).state == "in_sprint"


def test_developers_and_the_release_manager_name_a_pair(cast: Cast) -> None:
    bug = a_bug(cast, "in_sprint")
    for name in ("lena", "pia", "sami"):
        with pytest.raises(NotAllowed):
            act("pair", bug, getattr(cast, name), person="otto")


def test_what_left_its_sprint_or_came_back_has_no_pair(cast: Cast) -> None:
    bug = a_bug(cast, "in_progress")
    act("pair", bug, cast.ines, person="otto")
    act("fix", bug, cast.ines, **LINKS)
    assert Bug.objects.get(pk=bug.pk).paired_with == cast.otto, "the fix keeps who knows it"
    act("reopen", bug, cast.ines, reason="Seen again")
    bug.refresh_from_db()
    assert (bug.paired_with, bug.p1_done_as) == (None, None)


def test_the_dialog_proposes_a_pair_and_names_no_figure(cast: Cast, client: Client) -> None:
    a_running_sprint(cast)
    bug = a_bug(cast)
    bug.product_area.experts.set([cast.ines])
    client.force_login(cast.rhea)
    page = client.get(f"/bugs/{bug.reference}/").content.decode()
    assert "A pair: Otto and Ines (Otto is on call, Ines knows Invoicing)." in page
    typed = {"points": "2", "reason": "It bites", "pair": "ines", "sprint": ""}
    typed["sprint"] = a_running_sprint(cast).reference
    done = client.post(f"/bugs/{bug.reference}/inject/", typed, follow=True).content.decode()
    assert "In a pair with" in done
    assert Bug.objects.get(pk=bug.pk).paired_with == cast.ines
    wrong = client.post(f"/bugs/{bug.reference}/pair/", {"person": "lena"})
    assert wrong.status_code == 400


def test_the_expert_on_call_is_joined_by_who_has_met_the_area_least(cast: Cast) -> None:
    bug = a_bug(cast)
    bug.product_area.experts.set([cast.otto])
    first = who_would_pair(bug, clock.now(), developers_of(bug.team_id))
    assert first is not None
    assert first.first == "Otto"
    learner = first.second
    fixed = a_bug(cast, "fixed")
    Bug.objects.filter(pk=fixed.pk).update(fixed_by=getattr(cast, learner.lower()), p1_done_as=None)
    again = who_would_pair(bug, clock.now(), developers_of(bug.team_id))
    assert again is not None
    assert again.second not in ("Otto", learner)


names = some.sampled_from(["Ines", "Otto", "Rhea", "Timo"])


@given(
    on_call=some.none() | names,
    experts=some.lists(names, unique=True),
    others=some.lists(names, unique=True),
)
def test_a_proposal_is_two_people_one_of_whom_knows_the_area_if_anybody_does(
    on_call: str | None, experts: list[str], others: list[str]
) -> None:
    others = [name for name in others if name not in experts]
    found = who_pairs(on_call=on_call, experts=experts, others=others, area="Invoicing")
    if found is None:
        assert len({on_call, *experts[:1], *others[:1]} - {None}) < 2 or (
            on_call in experts or not on_call
        )
        return
    assert found.first != found.second
    assert not experts or {found.first, found.second} & set(experts)
    assert on_call is None or on_call in (found.first, found.second)


# --- How a P1 went ---------------------------------------------------------------------------------


def a_p1(cast: Cast, way: str | None, state: str = "in_progress") -> Bug:
    if way:
        publish(cast, way)
    return a_bug(cast, state)


def test_a_p1_that_went_otherwise_than_the_policy_says_so(cast: Cast) -> None:
    bug = a_p1(cast, "on_call_fixes")
    fixed = act("fix", bug, cast.ines, **LINKS)
    assert (fixed.p1_way, fixed.p1_done_as) == ("on_call_fixes", "owner_fixes")
    told = Event.objects.get(name="bug.p1_deviated", subject=bug.pk).data
    assert told == {"done_as": "Owner fixes after on-call confirms", "way": "On-call fixes"}


def test_one_that_went_as_the_policy_says_has_nothing_to_say(cast: Cast) -> None:
    bug = a_p1(cast, "owner_fixes")
    assert act("fix", bug, cast.ines, **LINKS).p1_done_as == "owner_fixes"
    assert not Event.objects.filter(name="bug.p1_deviated").exists()


def test_a_pair_and_a_swarm_are_read_from_who_worked_on_it(cast: Cast) -> None:
    paired = a_p1(cast, "owner_fixes")
    act("pair", paired, cast.ines, person="otto")
    assert act("fix", paired, cast.ines, **LINKS).p1_done_as == "pair"
    swarmed = a_bug(cast, "in_progress")
    for who in (cast.otto, cast.rhea):
        act("log_work", swarmed, who, hours=Decimal(1))
    assert act("fix", swarmed, cast.ines, **LINKS).p1_done_as == "swarm"


def test_what_is_said_counts_before_what_is_read(cast: Cast) -> None:
    bug = a_p1(cast, "squad")
    assert act("fix", bug, cast.ines, p1_done_as="swarm", **LINKS).p1_done_as == "swarm"


@pytest.mark.parametrize(("priority", "said"), [("P1", "heroics"), ("P0", "pair")])
def test_a_way_that_is_none_or_of_no_p1_is_refused(cast: Cast, priority: str, said: str) -> None:
    bug = a_bug(cast, "in_progress", priority=priority)
    with pytest.raises(Invalid):
        act("fix", bug, cast.ines, p1_done_as=said, **LINKS)
    assert Bug.objects.get(pk=bug.pk).state == "in_progress"


def test_injected_again_it_keeps_its_first_stamp(cast: Cast) -> None:
    bug = a_p1(cast, "pair", "fixed")
    act("reopen", bug, cast.ines, reason="Seen again")
    Bug.objects.filter(pk=bug.pk).update(p1_way="swarm")  # the way of that day
    inject(cast, bug, a_running_sprint(cast), 2)
    assert Bug.objects.get(pk=bug.pk).p1_way == "swarm"


def test_the_page_of_a_p1_says_both(cast: Cast, client: Client) -> None:
    bug = a_p1(cast, "on_call_fixes")
    client.force_login(cast.ines)
    assert "How it went" in client.get(f"/bugs/{bug.reference}/").content.decode()
    typed = {"links": LINKS["links"][0], "p1_done_as": "pair"}
    done = client.post(f"/bugs/{bug.reference}/fix/", typed, follow=True).content.decode()
    assert "On-call fixes; it went: Pair" in done
    assert "how this P1 went: Pair; the policy was: On-call fixes" in done


@given(
    some.none() | some.sampled_from(["on_call_fixes", "owner_fixes", "pair", "swarm", "squad"]),
    some.integers(1, 6),
    some.booleans(),
    some.booleans(),
)
def test_how_it_went_is_one_of_the_five(
    stamped: str | None, people: int, paired: bool, by_on_call: bool
) -> None:
    found = done_as(stamped, people=people, paired=paired, by_on_call=by_on_call)
    assert (found == "swarm") == (people >= 3)
    if paired and people < 3:
        assert found == "pair"
    if not paired and people == 1 and stamped != "squad":
        assert found == ("on_call_fixes" if by_on_call else "owner_fixes")
