"""What to do about a bug, and when: prioritise, estimate, inject, schedule, postpone, decline, refute."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from bugs.events import (
    BugDeclined,
    BugEstimated,
    BugInjected,
    BugMarked,
    BugPostponed,
    BugPrioritised,
    BugRefuted,
    BugScheduled,
)
from bugs.lifecycle import INJECTABLE, Priority
from bugs.models import Bug
from bugs.querysets import suggested_price, way_on
from bugs.services._act import (
    ROWS,
    SPRINTS,
    begin,
    check_same,
    finish,
    hold_team_of,
    lock_sprint_of,
)
from bugs.services.lending import check_owes_nothing
from bugs.services.pairing import second_person, tell_of_pair
from foundation.errors import Invalid, RuleBroken, need
from foundation.locking import locked, locked_all
from foundation.references import parse
from sprints import services as sprints
from sprints.lifecycle import State as SprintState
from sprints.lifecycle import Track
from sprints.models import Sprint
from sprints.querysets import running
from sprints.rules.reserve import CENT, out_of_range
from teams.models import Person
from teams.querysets import today_of


@transaction.atomic
def prioritise(
    bug_id: int,
    *,
    priority: str,
    reason: str,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> Bug:
    bug = begin(bug_id, "prioritise", by=by, at=at, version=version)
    fact = BugPrioritised(priority=priority, was=bug.priority)
    bug.priority = priority
    return finish(bug, fact, ["priority"], by=by, at=at, source=source, text=reason)


@transaction.atomic
def estimate(
    bug_id: int,
    *,
    points: Decimal,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> Bug:
    """Say what the fix takes, in the team's unit. Developers alone estimate (BUG-3)."""
    _check_points(points)
    bug = begin(bug_id, "estimate", by=by, at=at, version=version)
    fact = BugEstimated(points=points, was=bug.estimate)
    bug.estimate = points
    if bug.sprint is not None and not bug.was_injected:
        sprints.resized(bug.sprint, amount=points, at=at, bug=bug.pk)
    return finish(bug, fact, ["estimate"], by=by, at=at, source=source)


@transaction.atomic
def inject(
    bug_id: int,
    *,
    sprint_id: int | None,
    points: Decimal | None,
    reason: str,
    leaves: Sequence[str] = (),
    ask_to_accept: bool = False,
    pair: str = "",
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> Bug:
    """Bring a P0 or P1 into the running sprint, at a price its reserve pays (BUG-2, SPR-4).

    `points` is the price in the team's unit (when None, what such bugs took, or the estimate); `leaves`
    names planned work of that sprint that makes room (BUG-7, BI-3): what is marked swappable leaves at
    once, the rest is proposed to the product owner and the work starts meanwhile. A P0 may overdraw by
    name, and a P1 when `ask_to_accept` puts the risk to the product owner. While no sprint runs
    (`sprint_id` None), the entry waits for the next one. `pair` is who would work on it too (BUG-8).
    """
    need(reason=reason)
    if points is not None:
        _check_points(points)
    sprint = locked(SPRINTS, sprint_id) if sprint_id else None
    leaving = [key for name in leaves if (key := parse(name, "BUG"))]
    rows = locked_all(ROWS, [bug_id, *leaving])
    bug = begin(bug_id, "inject", by=by, at=at, version=version, rows=rows)
    if bug.priority not in INJECTABLE:
        raise RuleBroken(f"Only P0 and P1 are injected; {bug.reference} is {bug.priority}.")
    price = points if points is not None else _suggested(bug)
    bug.sprint, bug.injected_at_price, bug.review_on = sprint, price, None
    bug.swappable = bug.serves_goal = False
    if bug.priority == Priority.P1 and bug.p1_way is None:  # of the first injection: it stays
        bug.p1_way = way_on(bug.team, at)
    bug.paired_with = second_person(bug, pair) if pair else None
    fields = [
        "state", "sprint", "injected_at_price", "review_on", "swappable", "serves_goal", "p1_way",
        "paired_with",
    ]  # fmt: skip
    if sprint is None:
        fact = BugInjected(sprint="", ends_on=None, points=price)
        if running(bug.team_id) or leaves:
            raise RuleBroken(f"A sprint of {bug.team.name} runs now: inject it there.")
        return _injected(bug, fact, fields, by=by, at=at, source=source, text=reason)
    _check_team(sprint, bug)
    pieces = sprints.chosen(sprint, leaves)
    drawn = sprints.draw_on_reserve(
        sprint,
        bug=bug.pk,
        price=price,
        leaves=pieces,
        may_overdraw=bug.priority == "P0" or ask_to_accept,
        by=by,
        at=at,
        source=source,
    )
    sprints.entered(sprint, track=Track.UNPLANNED, amount=price, at=at, bug=bug.pk)
    fact = BugInjected(
        sprint=sprint.reference,
        ends_on=sprint.ends_on,
        points=price,
        leaves=tuple(p.reference for p in pieces),
        overdraft=drawn.overdraft or None,
    )
    return _injected(bug, fact, fields, by=by, at=at, source=source, text=reason)


@transaction.atomic
def schedule(
    bug_id: int,
    *,
    sprint_id: int,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> Bug:
    """Promise the fix in a later sprint: from now on it is planned work (BUG-1)."""
    sprint = locked(SPRINTS, sprint_id)
    bug = begin(bug_id, "schedule", by=by, at=at, version=version)
    _check_team(sprint, bug)
    if sprint.state != SprintState.PLANNED:
        raise RuleBroken(
            f"{sprint.name} is {sprint.state}; a bug is scheduled into a sprint that has not started."
        )
    if bug.estimate is None:
        raise RuleBroken("The developers' estimate comes first; ask one of them to estimate it.")
    bug.sprint, bug.review_on = sprint, None
    fact = BugScheduled(sprint=sprint.reference, ends_on=sprint.ends_on)
    return finish(bug, fact, ["state", "sprint", "review_on"], by=by, at=at, source=source)


@transaction.atomic
def mark(
    bug_id: int,
    *,
    swappable: bool,
    serves_goal: bool,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> Bug:
    """Say of planned work whether it may leave for an injection without a question, and serves the goal."""
    bug = begin(bug_id, "mark", by=by, at=at, version=version)
    bug.swappable, bug.serves_goal = swappable, serves_goal
    fact = BugMarked(swappable=swappable, serves_goal=serves_goal)
    return finish(bug, fact, ["swappable", "serves_goal"], by=by, at=at, source=source)


@transaction.atomic
def postpone(
    bug_id: int,
    *,
    until: date,
    reason: str,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> Bug:
    """Not now: look at it again on a date."""
    need(reason=reason)
    bug = begin(bug_id, "postpone", by=by, at=at, version=version)
    if until <= today_of(bug.team, at):
        raise RuleBroken("The review date is in the future.")
    bug.sprint, bug.review_on = None, until
    fields = ["state", "sprint", "review_on"]
    fact = BugPostponed(until=until)
    return finish(bug, fact, fields, by=by, at=at, source=source, text=reason)


@transaction.atomic
def decline(
    bug_id: int,
    *,
    reason: str,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> Bug:
    """It will not be fixed; the reporters read why."""
    need(reason=reason)
    bug = begin(bug_id, "decline", by=by, at=at, version=version)
    check_owes_nothing(bug, "declined")
    bug.sprint, bug.review_on = None, None
    fields = ["state", "sprint", "review_on"]
    return finish(bug, BugDeclined(), fields, by=by, at=at, source=source, text=reason)


@transaction.atomic
def refute(
    bug_id: int,
    *,
    reason: str,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> Bug:
    """Found to be no defect (BUG-6): its sprint gets back what was held, its reports are investigated again.

    What was worked on it stays spent; what it owes is paid back or written off first.
    """
    need(reason=reason)
    hold_team_of(bug_id)  # the reports' promises are made anew
    sprint = lock_sprint_of(bug_id)
    bug = begin(bug_id, "refute", by=by, at=at, version=version)
    check_same(bug, sprint)
    check_owes_nothing(bug, "refuted")
    if sprint:
        sprints.give_back(sprint, bug=bug.pk, by=by, at=at)
        sprints.left(sprint, at=at, bug=bug.pk)
    bug.sprint = bug.injected_at_price = bug.worked_on_by = bug.review_on = None
    bug.paired_with = None
    bug.swappable = bug.serves_goal = False
    fields = [
        "state", "sprint", "injected_at_price", "worked_on_by", "review_on", "swappable", "serves_goal",
        "paired_with",
    ]  # fmt: skip
    return finish(bug, BugRefuted(), fields, by=by, at=at, source=source, text=reason)


def _injected(
    bug: Bug,
    fact: BugInjected,
    fields: list[str],
    *,
    by: Person,
    at: datetime,
    source: str,
    text: str,
) -> Bug:
    finish(bug, fact, fields, by=by, at=at, source=source, text=text)
    if bug.paired_with:
        tell_of_pair(bug, by=by, at=at, source=source)
    return bug


def _suggested(bug: Bug) -> Decimal:
    found = suggested_price(bug)
    if found is None:
        raise RuleBroken("Say how many points it takes: the developers have not estimated it yet.")
    return found.amount


def _check_points(points: Decimal) -> None:
    if refused := out_of_range(points, least=CENT):
        raise Invalid({"points": [refused]})


def _check_team(sprint: Sprint, bug: Bug) -> None:
    if sprint.team_id != bug.team_id:
        raise RuleBroken(
            f"{sprint.name} is a sprint of {sprint.team.name}, not of {bug.team.name}."
        )
