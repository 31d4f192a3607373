"""Beyond the reserve: named, proposed, and answered by the product owner while the work goes on (SPR-4)."""

from decimal import Decimal
from typing import Any

import pytest

from bugs import services as bugs
from bugs.models import Bug
from foundation import clock
from foundation.errors import Conflict, Invalid, NotAllowed, NotFound, RuleBroken, Stale
from journal.models import Event
from sprints import services
from sprints.lifecycle import OVERDRAFTS
from sprints.models import Overdraft, Sprint
from tests.bugs.test_inject import inject, ledger, planned_in, reserve
from tests.cast import Cast
from tests.factories import a_bug, a_running_sprint, a_sprint, closed

TOLD: dict[str, dict[str, Any]] = {"accept_risk": {"reason": "The goal has room"}}


def beyond(
    cast: Cast, *planned: int, price: int = 6, **told: Any
) -> tuple[Sprint, Overdraft, list[Bug]]:
    """A P1 that takes more than the reserve of 2, with planned work proposed to leave."""
    sprint = a_sprint(cast, reserve=2, starts_on=cast.today)
    pieces = planned_in(cast, sprint, *planned, swappable=False)
    bug = a_bug(cast)
    leaves = [b.reference for b in pieces]
    inject(cast, bug, sprint, price, leaves=leaves, ask_to_accept=not pieces, **told)
    return Sprint.objects.get(pk=sprint.pk), Overdraft.objects.get(bug=bug.pk), pieces


def act(verb: str, cast: Cast, overdraft: Overdraft, by: Any = None, **changes: Any) -> Sprint:
    said = {**TOLD.get(verb, {}), **changes}
    done: Sprint = getattr(services, verb)(overdraft.pk, by=by or cast.pia, at=clock.now(), **said)
    return done


def test_what_is_not_marked_is_proposed_and_the_work_starts_meanwhile(cast: Cast) -> None:
    sprint, overdraft, (planned,) = beyond(cast, 5)
    assert reserve(sprint) == {"size": 2, "held": 6, "spent": 0, "overdraft": 4, "available": 0}
    assert Bug.objects.get(pk=overdraft.bug).state == "in_sprint"
    assert Bug.objects.get(pk=planned.pk).state == "in_sprint", "nothing left yet"
    assert (overdraft.state, overdraft.amount, overdraft.left) == ("open", 4, 4)
    assert [(row.bug, row.points) for row in overdraft.leaving.all()] == [(planned.pk, 5)]
    wait = overdraft.due_at - overdraft.opened_at
    assert 1 <= wait.days <= 4, "one working day, over a weekend at most"


def test_swapped_out_the_overdraft_is_made_good_and_what_is_freed_beyond_stays_in_the_reserve(
    cast: Cast,
) -> None:
    sprint, overdraft, (planned,) = beyond(cast, 5)
    act("swap_out", cast, overdraft)
    assert reserve(sprint) == {"size": 7, "held": 6, "spent": 0, "overdraft": 0, "available": 1}
    assert ledger(sprint)[-2:] == [
        ("swap_out", Decimal(5), planned.pk),
        ("make_good", Decimal(4), overdraft.bug),
    ]
    left = Bug.objects.get(pk=planned.pk)
    assert (left.state, left.sprint) == ("to_be_scheduled", None)
    told = Event.objects.get(name="bug.swapped_out", subject=planned.pk)
    assert told.data["instead_of"] == f"BUG-{overdraft.bug}"
    overdraft.refresh_from_db()
    assert (overdraft.state, overdraft.decided_by, overdraft.left) == ("made_good", cast.pia, 0)


def test_what_covers_only_a_part_leaves_the_rest_to_be_answered(cast: Cast) -> None:
    sprint, overdraft, _ = beyond(cast, 1, 2, price=5)
    services.propose_swap(
        overdraft.pk, leaves=[f"BUG-{overdraft.leaving.first().bug}"], by=cast.rhea, at=clock.now()
    )
    act("swap_out", cast, overdraft)
    overdraft.refresh_from_db()
    assert (overdraft.state, overdraft.amount, overdraft.left) == ("open", 3, 2)
    assert reserve(sprint)["overdraft"] == 2
    with pytest.raises(RuleBroken, match="Nothing is proposed to leave"):
        act("swap_out", cast, overdraft)
    act("accept_risk", cast, overdraft)
    overdraft.refresh_from_db()
    assert (overdraft.state, overdraft.left) == ("accepted", 2)


def test_the_risk_is_accepted_with_a_reason_and_the_overdraft_stays_by_name(cast: Cast) -> None:
    sprint, overdraft, _ = beyond(cast)
    with pytest.raises(Invalid):
        act("accept_risk", cast, overdraft, reason=" ")
    act("accept_risk", cast, overdraft)
    assert reserve(sprint)["overdraft"] == 4
    told = Event.objects.get(name="sprint.risk_accepted")
    assert (told.data["points"], told.text.body) == ("4", "The goal has room")


def test_who_works_on_a_started_piece_is_asked(cast: Cast) -> None:
    sprint = a_sprint(cast, reserve=2, starts_on=cast.today)
    (planned,) = planned_in(cast, sprint, 5)
    bugs.start(planned.pk, by=cast.otto, at=clock.now())
    bug = a_bug(cast)
    inject(cast, bug, sprint, 6, leaves=[planned.reference])
    overdraft = Overdraft.objects.get(bug=bug.pk)
    with pytest.raises(RuleBroken, match="Otto works on what would leave"):
        act("swap_out", cast, overdraft)
    with pytest.raises(NotAllowed, match="Nothing that you work on"):
        act("let_go", cast, overdraft, by=cast.ines)
    act("let_go", cast, overdraft, by=cast.otto)
    act("swap_out", cast, overdraft)
    assert Bug.objects.get(pk=planned.pk).worked_on_by is None


@pytest.mark.parametrize(
    ("verb", "may"),
    [
        ("propose_swap", "rhea pia adam"),
        ("let_go", ""),
        ("swap_out", "pia"),
        ("accept_risk", "pia"),
    ],
)
def test_exactly_these_people_answer(cast: Cast, verb: str, may: str) -> None:
    _, overdraft, (planned,) = beyond(cast, 5)
    said = {"leaves": [planned.reference]} if verb == "propose_swap" else {}
    for name, who in cast.everybody.items():
        if name in may.split():
            continue
        with pytest.raises(NotAllowed):
            act(verb, cast, overdraft, by=who, **said)
    for name in may.split()[:1]:
        act(verb, cast, overdraft, by=getattr(cast, name), **said)


def test_an_answered_one_is_answered(cast: Cast) -> None:
    _, overdraft, (planned,) = beyond(cast, 5)
    act("accept_risk", cast, overdraft)
    for verb in OVERDRAFTS.steps:
        who = cast.rhea if verb in ("propose_swap", "let_go") else cast.pia
        said = {"leaves": [planned.reference]} if verb == "propose_swap" else {}
        with pytest.raises(Conflict, match="answered already"):
            act(verb, cast, overdraft, by=who, **said)


def test_over_a_closed_sprint_nothing_is_decided_any_more(cast: Cast) -> None:
    sprint, overdraft, _ = beyond(cast)
    closed(cast, sprint)
    with pytest.raises(Conflict, match="its plan changes no more"):
        act("accept_risk", cast, overdraft)


def test_an_old_version_is_stale_and_an_unknown_overdraft_not_found(cast: Cast) -> None:
    sprint, overdraft, _ = beyond(cast)
    with pytest.raises(Stale):
        act("accept_risk", cast, overdraft, version=sprint.version - 1)
    with pytest.raises(NotFound):
        services.accept_risk(2**62, reason="x", by=cast.pia, at=clock.now())


def test_only_planned_work_of_the_sprint_is_proposed(cast: Cast) -> None:
    _, overdraft, _ = beyond(cast, 5)
    injected = f"BUG-{overdraft.bug}"
    for name in (injected, "BI-999", "nonsense"):
        with pytest.raises(RuleBroken, match="cannot leave"):
            services.propose_swap(overdraft.pk, leaves=[name], by=cast.rhea, at=clock.now())
    with pytest.raises(RuleBroken, match="at least one"):
        services.propose_swap(overdraft.pk, leaves=[], by=cast.rhea, at=clock.now())


def test_a_second_injection_of_another_bug_has_an_overdraft_of_its_own(cast: Cast) -> None:
    sprint, first, _ = beyond(cast)
    other = a_bug(cast, priority="P0")
    inject(cast, other, sprint, 3)
    assert Overdraft.objects.get(bug=other.pk).amount == 3
    first.refresh_from_db()
    assert first.amount == 4
    assert a_running_sprint(cast).overdraft == 7
