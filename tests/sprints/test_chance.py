"""The chance of the goal before and after an injection, once the team has eight closed sprints (SPR-4)."""

from decimal import Decimal
from typing import Any

import pytest

from bugs.models import Bug
from foundation import clock
from sprints import services
from sprints.models import Sprint
from sprints.querysets import chances, planned_work, rests_of_the_past
from sprints.rules.chance import Rest
from sprints.services import backlog
from tests.cast import Cast
from tests.factories import a_bug, a_record, a_sprint, an_item


def a_goal(cast: Cast, points: int, **fields: Any) -> Sprint:
    """A sprint that runs since today, with an item that serves its goal."""
    sprint = a_sprint(cast, starts_on=cast.today, **fields)
    item = an_item(cast, "scheduled", sprint=sprint, points=points)
    backlog.mark(item.pk, swappable=False, serves_goal=True, by=cast.pia, at=clock.now())
    services.start(sprint.pk, by=cast.pia, at=clock.now())
    return Sprint.objects.select_related("team__calendar").get(pk=sprint.pk)


def estimated(cast: Cast, points: int) -> Bug:
    bug = a_bug(cast)
    Bug.objects.filter(pk=bug.pk).update(estimate=points)
    return Bug.objects.get(pk=bug.pk)


def test_the_record_is_what_was_finished_and_what_came_in_from_the_same_day_on(cast: Cast) -> None:
    a_record(cast, 1, done=7)
    later = a_sprint(cast, starts_on=cast.today)
    services.start(later.pk, by=cast.pia, at=clock.now())
    a_bug(cast, "fixed", points=2)
    services.close(later.pk, reasons={}, goal_met=True, by=cast.pia, at=clock.now())
    sprint = a_goal(cast, 5)
    assert rests_of_the_past(sprint, clock.now()) == [
        Rest(Decimal(7), Decimal(0)),
        Rest(Decimal(2), Decimal(2)),
    ]


def test_an_injection_costs_chance_and_more_of_it_costs_more(cast: Cast) -> None:
    a_record(cast, 8, done=8)
    sprint = a_goal(cast, 5)
    odds = [
        chances(sprint, planned_work(sprint.pk), Decimal(price), clock.now()) for price in (0, 3, 4)
    ]
    assert [(o.sprints, o.before, o.after) for o in odds if o] == [
        (8, 1, 1),
        (8, 1, 1),
        (8, 1, 0),
    ]


@pytest.mark.parametrize("goal", ["", "Invoices that add up"])
def test_without_a_goal_or_anything_that_serves_it_nothing_is_said(cast: Cast, goal: str) -> None:
    sprint = a_goal(cast, 5)
    pieces = planned_work(sprint.pk)
    if goal:
        pieces = []
    else:
        sprint.goal = ""
    assert chances(sprint, pieces, Decimal(1), clock.now()) is None
