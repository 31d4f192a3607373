"""Injecting: P0 and P1, into the running sprint, at a price that its reserve pays (BUG-2, SPR-4)."""

from decimal import Decimal
from typing import Any

import pytest

from bugs import services
from bugs.models import Bug
from foundation import clock
from foundation.errors import Conflict, Invalid, NotFound, RuleBroken, Stale
from journal.models import Event
from sprints import services as sprints
from sprints.models import ReserveEntry, Sprint
from tests.bugs.acts import everything
from tests.cast import Cast
from tests.factories import a_bug, a_running_sprint, a_sprint, closed


def inject(cast: Cast, bug: Bug, sprint: Sprint, points: int | str | None, **told: Any) -> Bug:
    said = {"reason": "Bites", "by": cast.rhea, "at": clock.now(), **told}
    price = None if points is None else Decimal(points)
    return services.inject(bug.pk, sprint_id=sprint.pk, points=price, **said)


def reserve(sprint: Sprint) -> dict[str, Decimal]:
    sprint = Sprint.objects.get(pk=sprint.pk)
    return {
        name: getattr(sprint, name) for name in ("size", "held", "spent", "overdraft", "available")
    }


def ledger(sprint: Sprint) -> list[tuple[str, Decimal, int | None]]:
    return list(sprint.entries.order_by("pk").values_list("kind", "amount", "bug"))


def planned_in(cast: Cast, sprint: Sprint, *points: int, swappable: bool = True) -> list[Bug]:
    """Bugs that are planned work of a sprint, which is then started."""
    bugs = []
    for n in points:
        bug = a_bug(cast)
        services.estimate(bug.pk, points=Decimal(n), by=cast.ines, at=clock.now())
        services.schedule(bug.pk, sprint_id=sprint.pk, by=cast.rhea, at=clock.now())
        bugs.append(bug)
    for bug in bugs:
        marks = {"swappable": swappable, "serves_goal": False}
        services.mark(bug.pk, **marks, by=cast.pia, at=clock.now())
    sprints.start(sprint.pk, by=cast.pia, at=clock.now())
    return [Bug.objects.get(pk=bug.pk) for bug in bugs]


@pytest.mark.parametrize("priority", ["P0", "P1"])
def test_the_reserve_holds_the_price(cast: Cast, priority: str) -> None:
    sprint, bug = a_running_sprint(cast), a_bug(cast, priority=priority)
    bug = inject(cast, bug, sprint, 4)
    assert (bug.state, bug.sprint, bug.injected_at_price) == ("in_sprint", sprint, Decimal(4))
    assert reserve(sprint) == {"size": 10, "held": 4, "spent": 0, "overdraft": 0, "available": 6}
    assert ledger(sprint)[1:] == [("hold", Decimal(4), bug.pk)]
    event = Event.objects.get(name="bug.injected")
    assert (event.data["points"], event.data["sprint"]) == ("4", sprint.reference)
    assert "overdraft" not in event.data


@pytest.mark.parametrize("priority", ["P2", "P3"])
def test_below_p1_it_is_scheduled_not_injected(cast: Cast, priority: str) -> None:
    sprint, bug = a_running_sprint(cast), a_bug(cast, priority=priority)
    before = everything()
    with pytest.raises(RuleBroken, match=f"Only P0 and P1 are injected; {bug.reference} is"):
        inject(cast, bug, sprint, 1)
    assert everything() == before


def test_a_p1_takes_the_last_point_and_not_one_hundredth_more(cast: Cast) -> None:
    sprint = a_running_sprint(cast, reserve=3)
    with pytest.raises(RuleBroken, match=r"cover the other 0\.01"):
        inject(cast, a_bug(cast), sprint, "3.01")
    inject(cast, a_bug(cast), sprint, 3)
    assert reserve(sprint)["available"] == 0


def test_beyond_the_reserve_what_leaves_must_cover_it(cast: Cast) -> None:
    sprint = a_sprint(cast, reserve=2, starts_on=cast.today)
    small, large = planned_in(cast, sprint, 1, 5)
    bug = a_bug(cast)
    before = everything()
    with pytest.raises(RuleBroken, match="cover the other 3"):
        inject(cast, bug, sprint, 6, leaves=[small.reference])
    assert everything() == before
    inject(cast, bug, sprint, 6, leaves=[small.reference, large.reference])
    assert reserve(sprint) == {"size": 8, "held": 6, "spent": 0, "overdraft": 0, "available": 2}
    for left in (small, large):
        left = Bug.objects.get(pk=left.pk)
        assert (left.state, left.sprint) == ("to_be_scheduled", None)
        event = Event.objects.get(name="bug.swapped_out", subject=left.pk)
        assert event.data == {"sprint": sprint.reference, "instead_of": bug.reference}
    assert sorted(ledger(sprint)[1:]) == sorted(
        [
            ("swap_out", Decimal(1), small.pk),
            ("swap_out", Decimal(5), large.pk),
            ("hold", Decimal(6), bug.pk),
        ]
    )
    assert sprint.commit_limit - Sprint.objects.get(pk=sprint.pk).commit_limit == 6


def test_a_p0_overdraws_by_name(cast: Cast) -> None:
    sprint, bug = a_running_sprint(cast, reserve=3), a_bug(cast, priority="P0")
    inject(cast, bug, sprint, 5)
    assert reserve(sprint) == {"size": 3, "held": 5, "spent": 0, "overdraft": 2, "available": 0}
    assert ("overdraft", Decimal(2), bug.pk) in ledger(sprint)
    assert Event.objects.get(name="bug.injected").data["overdraft"] == "2"
    with pytest.raises(RuleBroken):
        inject(cast, a_bug(cast), sprint, 1)
    inject(cast, a_bug(cast, priority="P0"), sprint, 1)
    assert reserve(sprint)["overdraft"] == 3


def test_a_p0_overdraws_only_what_nothing_else_covers(cast: Cast) -> None:
    sprint = a_sprint(cast, reserve=1, starts_on=cast.today)
    (planned,) = planned_in(cast, sprint, 2)
    inject(cast, a_bug(cast, priority="P0"), sprint, 5, leaves=[planned.reference])
    assert reserve(sprint)["overdraft"] == 2


def test_the_estimate_is_the_price_unless_another_is_said(cast: Cast) -> None:
    sprint, bug = a_running_sprint(cast), a_bug(cast)
    with pytest.raises(RuleBroken, match="not estimated it yet"):
        inject(cast, bug, sprint, None)
    services.estimate(bug.pk, points=Decimal(3), by=cast.ines, at=clock.now())
    assert inject(cast, bug, sprint, None).injected_at_price == 3


@pytest.mark.parametrize("points", ["0", "-1", "0.001", "1000000", "NaN", "Infinity"])
def test_a_price_is_an_amount_above_zero(cast: Cast, points: str) -> None:
    sprint, bug = a_running_sprint(cast), a_bug(cast)
    with pytest.raises(Invalid) as refused:
        inject(cast, bug, sprint, points)
    assert list(refused.value.fields) == ["points"]
    with pytest.raises(Invalid):
        services.estimate(bug.pk, points=Decimal(points), by=cast.ines, at=clock.now())


def test_why_is_said(cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        inject(cast, a_bug(cast), a_running_sprint(cast), 1, reason=" ")
    assert list(refused.value.fields) == ["reason"]


@pytest.mark.parametrize("state", ["planned", "closed"])
def test_only_a_running_sprint_takes_unplanned_work(cast: Cast, state: str) -> None:
    bug, sprint = a_bug(cast, priority="P0"), a_sprint(cast)
    if state == "closed":
        sprints.start(sprint.pk, by=cast.pia, at=clock.now())
        closed(cast, sprint)
    with pytest.raises(RuleBroken, match=f"is {state}; a bug is injected into a running sprint"):
        inject(cast, bug, sprint, 1)


def test_the_sprint_is_of_the_bugs_own_team(cast: Cast) -> None:
    theirs = a_sprint(cast, team=cast.platform, by=cast.adam)
    sprints.start(theirs.pk, by=cast.adam, at=clock.now())
    with pytest.raises(RuleBroken, match="is a sprint of Platform, not of Billing"):
        inject(cast, a_bug(cast, priority="P0"), theirs, 1)


def test_a_sprint_that_is_not_there_is_not_found(cast: Cast) -> None:
    with pytest.raises(NotFound):
        services.inject(
            a_bug(cast).pk,
            sprint_id=2**62,
            points=Decimal(1),
            reason="Bites",
            by=cast.rhea,
            at=clock.now(),
        )


def test_only_planned_work_of_the_sprint_leaves(cast: Cast) -> None:
    sprint = a_running_sprint(cast, reserve=4)
    injected = inject(cast, a_bug(cast), sprint, 4)
    elsewhere = a_bug(cast, "scheduled")
    bug = a_bug(cast)
    for other in (injected, elsewhere, a_bug(cast), bug):
        with pytest.raises(RuleBroken, match="planned"):
            inject(cast, bug, sprint, 1, leaves=[other.reference])
    with pytest.raises(RuleBroken, match="cannot leave"):
        inject(cast, bug, sprint, 1, leaves=["BUG-999999"])


def test_what_leaves_is_named_once_however_often_it_is_said(cast: Cast) -> None:
    sprint = a_sprint(cast, reserve=0, starts_on=cast.today)
    (planned,) = planned_in(cast, sprint, 2)
    with pytest.raises(RuleBroken):
        inject(cast, a_bug(cast), sprint, 4, leaves=[planned.reference, planned.reference])


@pytest.mark.parametrize("state", ["scheduled", "postponed"])
def test_a_decision_for_later_is_overtaken(cast: Cast, state: str) -> None:
    bug = inject(cast, a_bug(cast, state), a_running_sprint(cast), 2)
    assert (bug.state, bug.review_on, bug.injected_at_price) == ("in_sprint", None, Decimal(2))


def test_injected_twice_it_is_a_conflict_and_paid_once(cast: Cast) -> None:
    sprint, bug = a_running_sprint(cast), a_bug(cast)
    inject(cast, bug, sprint, 2)
    with pytest.raises(Conflict):
        inject(cast, bug, sprint, 2)
    assert reserve(sprint)["held"] == 2


def test_an_old_version_is_stale(cast: Cast) -> None:
    bug = a_bug(cast)
    with pytest.raises(Stale):
        inject(cast, bug, a_running_sprint(cast), 2, version=bug.version - 1)


def test_every_line_of_the_ledger_names_its_bug(cast: Cast) -> None:
    inject(cast, a_bug(cast, priority="P0"), a_running_sprint(cast, reserve=1), 5)
    lines = ReserveEntry.objects.exclude(kind="open")
    assert lines.count() == 2
    assert not lines.filter(bug=None).exists()
