"""Logged hours: by date, drawn from the sprint that runs, never refused for want of reserve (SPR-3, SPR-10)."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from bugs import services as bugs
from bugs.models import Bug
from foundation import clock
from foundation.errors import Conflict, Invalid, NotAllowed, NotFound
from sprints import services
from sprints.models import Overdraft, ScopeEntry, Sprint, WorkLog
from tests.bugs.test_inject import inject, ledger, planned_in, reserve
from tests.cast import Cast, today_there
from tests.factories import a_bug, a_running_sprint, a_sprint, closed


def log(cast: Cast, bug: Bug, hours: str, by: Any = None, on: date | None = None) -> None:
    bugs.log_work(bug.pk, hours=Decimal(hours), on=on, by=by or cast.ines, at=clock.now())


def asked_directly(cast: Cast, hours: str, **told: Any) -> WorkLog:
    said = {
        "kind": "shadow",
        "source_team": cast.services,
        "by": cast.otto,
        "at": clock.now(),
        **told,
    }
    return services.log_work(cast.billing, hours=Decimal(hours), **said)


def test_work_uses_the_hold_and_a_fix_frees_what_it_did_not_use(cast: Cast) -> None:
    bug = a_bug(cast, "in_progress", points=5)
    sprint = a_running_sprint(cast)
    log(cast, bug, "12")
    assert reserve(sprint) == {"size": 10, "held": 3, "spent": 2, "overdraft": 0, "available": 5}
    bugs.fix(bug.pk, links=["https://git.example.org/1"], by=cast.ines, at=clock.now())
    assert reserve(sprint) == {"size": 10, "held": 0, "spent": 2, "overdraft": 0, "available": 8}
    assert [kind for kind, _, _ in ledger(sprint)] == ["open", "hold", "debit", "release"]


def test_work_beyond_the_hold_raises_it_and_beyond_the_reserve_overdraws_by_name(
    cast: Cast,
) -> None:
    bug = a_bug(cast, "in_progress", points=3)
    sprint = a_running_sprint(cast)
    for _ in range(3):
        log(cast, bug, "24")
    assert reserve(sprint) == {"size": 10, "held": 0, "spent": 12, "overdraft": 2, "available": 0}
    assert Overdraft.objects.get(bug=bug.pk).amount == 2
    kinds = [kind for kind, _, _ in ledger(sprint)]
    assert kinds == [
        "open",
        "hold",
        "true_up",
        "debit",
        "true_up",
        "debit",
        "overdraft",
        "true_up",
        "debit",
    ]


def test_without_logged_work_a_fix_spends_what_was_held(cast: Cast) -> None:
    a_bug(cast, "fixed", points=4)
    assert reserve(a_running_sprint(cast))["spent"] == 4


def test_work_on_a_scheduled_bug_is_planned_and_draws_on_nothing(cast: Cast) -> None:
    sprint = a_sprint(cast, starts_on=cast.today)
    (planned,) = planned_in(cast, sprint, 3)
    before = reserve(sprint)
    log(cast, planned, "6")
    assert reserve(sprint) == before
    assert WorkLog.objects.get(bug=planned.pk).unplanned is False


def test_work_on_a_bug_that_nobody_planned_is_unplanned_work(cast: Cast) -> None:
    sprint = a_running_sprint(cast)
    log(cast, a_bug(cast), "6")
    assert reserve(sprint)["spent"] == 1


def test_a_direct_request_draws_on_the_reserve_of_the_day_it_was_made(cast: Cast) -> None:
    sprint = a_running_sprint(cast)
    work = asked_directly(cast, "1.5")
    assert (work.on, work.source_team) == (today_there(), cast.services)
    assert reserve(sprint)["spent"] == Decimal("0.25")
    asked_directly(cast, "24", on=sprint.starts_on)
    asked_directly(cast, "24"), asked_directly(cast, "24")
    assert reserve(sprint)["overdraft"] == Decimal("2.25")
    assert Overdraft.objects.get(bug=None).amount == Decimal("2.25")


def test_what_was_overdrawn_by_logged_work_is_answered_like_any_overdraft(cast: Cast) -> None:
    sprint = a_sprint(cast, reserve=0, starts_on=cast.today)
    (planned,) = planned_in(cast, sprint, 3)
    asked_directly(cast, "6")
    overdraft = Overdraft.objects.get(bug=None)
    services.propose_swap(overdraft.pk, leaves=[planned.reference], by=cast.rhea, at=clock.now())
    services.swap_out(overdraft.pk, by=cast.pia, at=clock.now())
    assert reserve(sprint) == {"size": 3, "held": 0, "spent": 1, "overdraft": 0, "available": 2}


def test_hours_logged_while_no_sprint_runs_wait_for_the_next_one(cast: Cast) -> None:
    asked_directly(cast, "6")
    log(cast, a_bug(cast), "3")
    sprint = a_running_sprint(cast)
    assert reserve(sprint)["spent"] == Decimal("1.5")
    closed(cast, sprint)
    after = a_sprint(cast, starts_on=cast.today)
    services.start(after.pk, by=cast.pia, at=clock.now())
    assert reserve(after)["spent"] == 0, "each hour is drawn once"


def test_late_hours_of_a_sprint_that_is_over_are_kept_and_move_nothing(cast: Cast) -> None:
    old = a_sprint(cast, starts_on=cast.today - timedelta(days=30))
    services.start(old.pk, by=cast.pia, at=clock.now())
    closed(cast, old)
    sprint = a_running_sprint(cast)
    before = (reserve(old), reserve(sprint))
    work = asked_directly(cast, "6", on=old.starts_on)
    assert (reserve(old), reserve(sprint)) == before
    assert not work.entries.exists()


def test_hours_taken_back_are_in_the_reserve_again_and_both_rows_stay(cast: Cast) -> None:
    sprint = a_running_sprint(cast)
    work = asked_directly(cast, "6")
    with pytest.raises(NotFound):
        services.take_back_work(work.pk, by=cast.ines, at=clock.now())
    back = services.take_back_work(work.pk, by=cast.otto, at=clock.now())
    assert reserve(sprint)["spent"] == 0
    assert (back.hours, WorkLog.objects.count()) == (-6, 2)
    with pytest.raises(Conflict):
        services.take_back_work(work.pk, by=cast.otto, at=clock.now())
    with pytest.raises(Conflict):
        services.take_back_work(back.pk, by=cast.otto, at=clock.now())


@pytest.mark.parametrize("fixed", [False, True])
def test_hours_of_a_bug_taken_back_are_held_again_unless_it_is_fixed(
    cast: Cast, fixed: bool
) -> None:
    bug = a_bug(cast, "in_progress", points=3)
    sprint = a_running_sprint(cast)
    log(cast, bug, "6")
    if fixed:
        bugs.fix(bug.pk, links=["https://git.example.org/1"], by=cast.ines, at=clock.now())
    services.take_back_work(WorkLog.objects.get().pk, by=cast.ines, at=clock.now())
    now = reserve(sprint)
    assert (now["held"], now["spent"], now["available"]) == ((0, 0, 10) if fixed else (3, 0, 7))


@pytest.mark.parametrize("hours", ["0", "-1", "24.01", "0.001", "NaN"])
def test_hours_are_of_one_day(cast: Cast, hours: str) -> None:
    with pytest.raises(Invalid) as refused:
        asked_directly(cast, hours)
    assert list(refused.value.fields) == ["hours"]


def test_a_day_that_has_not_come_and_a_kind_that_has_its_own_door_are_refused(cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        asked_directly(cast, "1", on=cast.today + timedelta(days=2))
    assert list(refused.value.fields) == ["on"]
    with pytest.raises(Invalid):
        asked_directly(cast, "1", kind="report")


def test_only_people_of_the_team_log_its_work(cast: Cast) -> None:
    for who in (cast.lena, cast.stranger, cast.sami, cast.robot):
        with pytest.raises(NotAllowed):
            asked_directly(cast, "1", by=who)


def test_an_injection_that_waited_is_drawn_when_a_sprint_starts_fixed_or_not(cast: Cast) -> None:
    waits, done = a_bug(cast, priority="P0"), a_bug(cast, priority="P0")
    for bug in (waits, done):
        bugs.inject(
            bug.pk, sprint_id=None, points=Decimal(3), reason="Down", by=cast.rhea, at=clock.now()
        )
    bugs.start(done.pk, by=cast.ines, at=clock.now())
    bugs.fix(done.pk, links=["https://git.example.org/1"], by=cast.ines, at=clock.now())
    sprint = a_running_sprint(cast, reserve=4)
    now = reserve(sprint)
    assert (now["held"], now["spent"], now["overdraft"]) == (3, 3, 2)
    assert Bug.objects.get(pk=waits.pk).sprint == sprint
    scope = ScopeEntry.objects.filter(sprint=sprint).values_list("bug", "kind", "track")
    assert sorted(scope) == sorted(
        [
            (waits.pk, "entered", "unplanned"),
            (done.pk, "entered", "unplanned"),
            (done.pk, "done", "unplanned"),
        ]
    )


def test_a_carried_hold_pays_for_the_bug_when_it_is_injected_again(cast: Cast) -> None:
    bug = a_bug(cast, "in_progress", points=4)
    coming = a_sprint(cast)
    closed(cast, a_running_sprint(cast))
    services.start(coming.pk, by=cast.pia, at=clock.now())
    inject(cast, bug, coming, 4)
    assert reserve(coming)["available"] == 10, "the hold that came with it, not the reserve"
    assert Sprint.objects.get(pk=coming.pk).carried == 4
