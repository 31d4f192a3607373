"""What a sprint does to its bugs when it starts and when it closes (BUG-1)."""

from decimal import Decimal

import pytest

from bugs import services
from bugs.models import Bug
from foundation import clock
from journal.models import Event
from sprints import services as sprints
from sprints.models import Sprint
from tests.bugs.acts import perform
from tests.bugs.test_inject import ledger, reserve
from tests.cast import Cast
from tests.factories import a_bug, a_running_sprint, a_sprint, closed


def close(cast: Cast, sprint: Sprint) -> Sprint:
    return closed(cast, sprint)


def test_what_was_scheduled_is_in_the_sprint_that_starts(cast: Cast) -> None:
    bug, later = a_bug(cast, "scheduled"), a_bug(cast, "scheduled")
    sprints.start(bug.sprint_id, by=cast.pia, at=clock.now())  # type: ignore[arg-type]
    assert Bug.objects.get(pk=bug.pk).state == "in_sprint"
    assert Bug.objects.get(pk=later.pk).state == "scheduled"
    event = Event.objects.get(name="bug.entered_sprint")
    assert (event.subject, event.by) == (bug.pk, cast.pia)


@pytest.mark.parametrize("state", ["in_sprint", "in_progress"])
def test_what_is_unfinished_goes_back_to_the_queue_and_the_next_sprint_counts_with_its_hold(
    cast: Cast, state: str
) -> None:
    bug = a_bug(cast, state, points=4)
    sprint = close(cast, a_running_sprint(cast))
    bug = Bug.objects.get(pk=bug.pk)
    assert (bug.state, bug.sprint, bug.injected_at_price) == ("to_be_scheduled", None, None)
    assert ledger(sprint)[-1] == ("carry_out", Decimal(4), bug.pk)
    assert (sprint.held, sprint.spent, sprint.available) == (0, 0, 10)
    following = a_sprint(cast)
    assert ledger(following) == [("open", Decimal(10), None), ("carry_in", Decimal(4), bug.pk)]
    assert (following.carried, following.available, following.commit_limit) == (4, 14, 26)
    assert Event.objects.get(name="bug.carried_back").data == {"sprint": sprint.reference}


@pytest.mark.parametrize("state", ["fixed", "verified"])
def test_what_is_done_stays_with_its_sprint(cast: Cast, state: str) -> None:
    bug = a_bug(cast, state, points=4)
    sprint = close(cast, a_running_sprint(cast))
    assert Bug.objects.get(pk=bug.pk).sprint == sprint
    assert (sprint.held, sprint.spent) == (0, 4)


def test_planned_work_that_is_unfinished_goes_back_without_touching_the_reserve(
    cast: Cast,
) -> None:
    bug = a_bug(cast, "scheduled")
    sprint = Sprint.objects.get(pk=bug.sprint_id)
    sprints.start(sprint.pk, by=cast.pia, at=clock.now())
    perform("start", cast, bug)
    close(cast, sprint)
    assert Bug.objects.get(pk=bug.pk).state == "to_be_scheduled"
    assert len(ledger(sprint)) == 1


def test_an_overdraft_stays_on_the_record_after_its_bug_went_back(cast: Cast) -> None:
    sprint, bug = a_running_sprint(cast, reserve=1), a_bug(cast, priority="P0")
    perform("inject", cast, bug, sprint_id=sprint.pk, points=Decimal(4), reason="Down")
    close(cast, sprint)
    assert reserve(sprint) == {"size": 1, "held": 0, "spent": 0, "overdraft": 3, "available": 4}


def test_a_bug_fixed_after_it_came_back_is_paid_by_the_second_sprint(cast: Cast) -> None:
    bug = a_bug(cast, "in_progress", points=4)
    first = close(cast, a_running_sprint(cast))
    second = sprints.start(a_sprint(cast).pk, by=cast.pia, at=clock.now())
    services.inject(
        bug.pk,
        sprint_id=second.pk,
        points=Decimal(3),
        reason="Still bites",
        by=cast.rhea,
        at=clock.now(),
    )
    perform("start", cast, bug)
    perform("fix", cast, bug)
    assert (reserve(first)["spent"], reserve(second)["spent"]) == (0, 3)


def test_the_version_that_is_returned_is_the_stored_one(cast: Cast) -> None:
    a_bug(cast, "in_sprint")
    sprint = close(cast, a_running_sprint(cast))
    assert sprint.version == Sprint.objects.get(pk=sprint.pk).version
    assert sprint.state == "closed"
