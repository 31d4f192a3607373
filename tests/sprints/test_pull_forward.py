"""Unused reserve late in a sprint goes to overdue paybacks and scheduled bugs, never to a feature (SPR-8)."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from bugs import services as bugs
from bugs.models import Bug
from channels import services as channels
from channels.models import Notice
from foundation import clock
from foundation.errors import Conflict, NotAllowed, NotFound, RuleBroken, Stale
from journal.models import Event
from oncall.querysets import standing
from sprints import policy, services
from sprints.models import BacklogItem, ReserveEntry, ScopeEntry, Sprint
from sprints.querysets import could_be_pulled, line_of, to_pull
from sprints.rules.reserve import replay
from tests.bugs.test_inject import ledger, reserve
from tests.cast import Cast, today_there
from tests.factories import a_bug, a_late_sprint, a_sprint, an_item


def a_scheduled_bug(cast: Cast, points: int = 3, priority: str = "P2", **fields: Any) -> Bug:
    return a_bug(cast, "scheduled", priority=priority, points=points, **fields)


def pull(cast: Cast, sprint: Sprint, thing: str, by: Any = None, **changes: Any) -> Sprint:
    who = by or cast.ines
    return services.pull_forward(sprint.pk, thing=thing, by=who, at=clock.now(), **changes)


def names(sprint: Sprint) -> list[str]:
    now = Sprint.objects.select_related("team__calendar").get(pk=sprint.pk)
    return [thing.reference for thing in to_pull(now, clock.now())[1]]


def an_overdue_payback(cast: Cast, sprint: Sprint) -> BacklogItem:
    """The proper fix of a rollback, planned in a later sprint, due before today."""
    bug = a_bug(cast, "in_sprint", points=1)
    bugs.mitigate(
        bug.pk,
        kind="rollback",
        what="Back to 5.1",
        due_on=today_there() + timedelta(days=3),
        fix_sprint=a_sprint(cast).pk,
        fix_points=Decimal(2),
        by=cast.ines,
        at=clock.now(),
    )
    loan = bug.loans.get()
    past = today_there() - timedelta(days=4)
    type(loan).objects.filter(pk=loan.pk).update(due_on=past, first_due_on=past)
    return loan.fix_item


def test_a_bug_comes_from_a_later_sprint_and_the_reserve_is_smaller_by_it(cast: Cast) -> None:
    sprint, bug = a_late_sprint(cast), a_scheduled_bug(cast)
    later = bug.sprint
    limit = sprint.commit_limit
    after = pull(cast, sprint, bug.reference)
    assert reserve(after) == {"size": 7, "held": 0, "spent": 0, "overdraft": 0, "available": 7}
    assert ledger(after)[-1] == ("pull_forward", Decimal(3), bug.pk)
    assert after.commit_limit == limit + 3, "it is planned work now"
    bug.refresh_from_db()
    assert (bug.state, bug.sprint, bug.was_injected) == ("in_sprint", sprint, False)
    told = Event.objects.get(kind="bug", name="bug.pulled_forward", subject=bug.pk)
    assert (told.data["was"], told.data["sprint"]) == (later.reference, sprint.reference)
    line = ScopeEntry.objects.get(sprint=sprint, bug=bug.pk)
    assert (line.kind, line.track, line.amount) == ("entered", "planned", 3)
    kept = vars(replay(line_of(line) for line in ReserveEntry.objects.filter(sprint=sprint)))
    assert kept == {name: getattr(after, name) for name in kept}


def test_pulled_forward_it_is_worked_on_like_planned_work(cast: Cast) -> None:
    sprint, bug = a_late_sprint(cast), a_scheduled_bug(cast)
    after = pull(cast, sprint, bug.reference)
    bugs.start(bug.pk, by=cast.ines, at=clock.now())
    bugs.log_work(bug.pk, hours=Decimal(6), by=cast.ines, at=clock.now())
    bugs.fix(bug.pk, links=["https://git.example.org/1"], by=cast.ines, at=clock.now())
    assert reserve(sprint) == reserve(after), "planned work draws on nothing"


def test_an_overdue_payback_comes_before_every_bug(cast: Cast) -> None:
    sprint = a_late_sprint(cast)
    first, urgent = a_scheduled_bug(cast), a_scheduled_bug(cast, priority="P1")
    item = an_overdue_payback(cast, sprint)
    assert names(sprint) == [item.reference, urgent.reference, first.reference]
    after = pull(cast, sprint, item.reference)
    item.refresh_from_db()
    assert (item.state, item.sprint) == ("scheduled", sprint)
    assert after.size == 8
    told = Event.objects.get(name="backlog_item.pulled_forward", subject=item.pk)
    assert told.data["sprint"] == sprint.reference
    assert names(sprint) == [urgent.reference, first.reference]


def test_what_is_too_big_makes_way_for_what_fits(cast: Cast) -> None:
    sprint = a_late_sprint(cast, reserve=4)
    a_scheduled_bug(cast, points=5)
    small = a_scheduled_bug(cast, points=3)
    assert names(sprint) == [small.reference]


@pytest.mark.parametrize("kind", ["evolution", "knowledge"])
def test_a_feature_is_never_pulled_forward(cast: Cast, kind: str) -> None:
    sprint = a_late_sprint(cast)
    item = an_item(cast, "scheduled", kind=kind)
    assert names(sprint) == []
    with pytest.raises(RuleBroken, match="never a feature"):
        pull(cast, sprint, item.reference)
    item.refresh_from_db()
    assert item.sprint != sprint


def test_neither_is_a_payback_that_is_not_due_nor_a_bug_that_nobody_scheduled(cast: Cast) -> None:
    sprint, queued = a_late_sprint(cast), a_bug(cast, "to_be_scheduled")
    item = an_overdue_payback(cast, sprint)
    loan = item.fixes_loan
    ahead = today_there() + timedelta(days=3)
    type(loan).objects.filter(pk=loan.pk).update(due_on=ahead, first_due_on=ahead)
    assert could_be_pulled(sprint, clock.now()) == []
    for thing in (item.reference, queued.reference, "BUG-999999", "", "x"):
        with pytest.raises(RuleBroken, match="is not pulled forward"):
            pull(cast, sprint, thing)


def test_early_in_a_sprint_the_reserve_is_kept(cast: Cast) -> None:
    sprint, bug = a_late_sprint(cast, left=14), a_scheduled_bug(cast)
    assert names(sprint) == []
    with pytest.raises(RuleBroken, match="kept for unplanned work until"):
        pull(cast, sprint, bug.reference)
    assert reserve(sprint)["size"] == 10


def test_no_more_than_is_spare(cast: Cast) -> None:
    sprint, bug = a_late_sprint(cast, reserve=2), a_scheduled_bug(cast)
    with pytest.raises(RuleBroken, match="takes 3 and 2 points can be given away: 2 unused"):
        pull(cast, sprint, bug.reference)
    bug.refresh_from_db()
    assert (bug.state, reserve(sprint)["size"]) == ("scheduled", 2)


def test_what_is_overdrawn_is_not_given_away(cast: Cast) -> None:
    sprint = a_late_sprint(cast, reserve=2)
    urgent = a_bug(cast, "in_sprint", priority="P0", points=6)
    bug = a_scheduled_bug(cast, points=1)
    bugs.start(urgent.pk, by=cast.ines, at=clock.now())
    bugs.log_work(urgent.pk, hours=Decimal(6), by=cast.ines, at=clock.now())
    bugs.fix(urgent.pk, links=["https://git.example.org/1"], by=cast.ines, at=clock.now())
    assert reserve(sprint)["available"] == 5, "released, of which 4 are borrowed"
    assert names(sprint) == [bug.reference]
    pull(cast, sprint, bug.reference)
    another = a_scheduled_bug(cast, points=1)
    with pytest.raises(RuleBroken, match="0 points can be given away"):
        pull(cast, sprint, another.reference)


def test_the_team_decides_and_nobody_else(cast: Cast) -> None:
    sprint = a_late_sprint(cast)
    for name, person in cast.everybody.items():
        allowed = policy.may("pull_forward", standing(person, clock.now()), sprint) is policy.YES
        assert allowed == (name in {"ines", "otto", "rhea", "pia", "adam"}), name
        if not allowed:
            with pytest.raises(NotAllowed, match="The team of Billing decides"):
                pull(cast, sprint, "BUG-1", by=person)


def test_an_old_version_an_unknown_sprint_and_one_that_does_not_run(cast: Cast) -> None:
    sprint, bug = a_late_sprint(cast), a_scheduled_bug(cast)
    with pytest.raises(Stale):
        pull(cast, sprint, bug.reference, version=sprint.version - 1)
    with pytest.raises(Conflict, match="pull forward is not possible"):
        pull(cast, bug.sprint, bug.reference)
    with pytest.raises(NotFound):
        services.pull_forward(999_999, thing="BUG-1", by=cast.ines, at=clock.now())


def test_what_nobody_took_ends_with_the_sprint(cast: Cast) -> None:
    sprint, following = a_late_sprint(cast), a_sprint(cast)
    services.close(sprint.pk, reasons={}, goal_met=True, by=cast.pia, at=clock.now())
    following.refresh_from_db()
    assert (following.available, following.carried) == (10, 0)


def test_the_reporters_read_that_it_comes_sooner(cast: Cast) -> None:
    sprint, bug = a_late_sprint(cast), a_scheduled_bug(cast)
    pull(cast, sprint, bug.reference)
    channels.fan_out()
    told = Notice.objects.get(person=cast.lena, event__name="bug.pulled_forward", channel="in_app")
    assert "Its fix comes sooner" in told.subject
    assert f"pulled it forward into {sprint.reference}" in told.body
    assert "reserve" not in told.body
