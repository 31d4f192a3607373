"""What to do about a bug, and when: prioritise, estimate, inject, schedule, postpone, decline (BUG-1, BUG-2)."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from bugs.events import (
    BugDeclined,
    BugEstimated,
    BugInjected,
    BugPostponed,
    BugPrioritised,
    BugScheduled,
    BugSwappedOut,
)
from bugs.lifecycle import INJECTABLE, SPRINT_ACTS, State
from bugs.models import Bug
from bugs.services._act import ROWS, SPRINTS, begin, finish
from foundation.errors import Invalid, RuleBroken, need
from foundation.locking import locked, locked_all
from sprints import services as sprints
from sprints.lifecycle import State as SprintState
from sprints.models import Sprint
from sprints.rules import CENT, out_of_range
from teams.models import Person


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
    return finish(bug, fact, ["estimate"], by=by, at=at, source=source)


@transaction.atomic
def inject(
    bug_id: int,
    *,
    sprint_id: int,
    points: Decimal | None,
    reason: str,
    leaves: Sequence[int] = (),
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> Bug:
    """Bring a P0 or P1 into the running sprint, at a price its reserve pays (BUG-2, SPR-4).

    `points` is the price in the team's unit (the estimate when None); `leaves` are planned bugs of
    that sprint that make room. A P0 may overdraw by name; a P1 beyond reserve and swaps is refused.
    """
    need(reason=reason)
    if points is not None:
        _check_points(points)
    sprint = locked(SPRINTS, sprint_id)
    rows = locked_all(ROWS, [bug_id, *leaves])
    bug = begin(bug_id, "inject", by=by, at=at, version=version, rows=rows)
    if bug.priority not in INJECTABLE:
        raise RuleBroken(f"Only P0 and P1 are injected; {bug.reference} is {bug.priority}.")
    _check_team(sprint, bug)
    price = points if points is not None else bug.estimate
    if price is None:
        raise RuleBroken("Say how many points it takes: the developers have not estimated it yet.")
    gone = [_leaving(rows.get(key), bug, sprint) for key in dict.fromkeys(leaves)]
    drawn = sprints.draw_on_reserve(
        sprint,
        bug=bug.pk,
        price=price,
        leaving={b.pk: b.estimate or Decimal(0) for b in gone},
        may_overdraw=bug.priority == "P0",
        at=at,
    )
    for other in gone:
        _swap_out(other, sprint, bug, by=by, at=at, source=source)
    bug.sprint, bug.injected_at_price, bug.review_on = sprint, price, None
    fact = BugInjected(
        sprint=sprint.reference,
        ends_on=sprint.ends_on,
        points=price,
        leaves=tuple(b.reference for b in gone),
        overdraft=drawn.overdraft or None,
    )
    fields = ["state", "sprint", "injected_at_price", "review_on"]
    return finish(bug, fact, fields, by=by, at=at, source=source, text=reason)


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
    if until <= at.date():
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
    bug.sprint, bug.review_on = None, None
    fields = ["state", "sprint", "review_on"]
    return finish(bug, BugDeclined(), fields, by=by, at=at, source=source, text=reason)


def _check_points(points: Decimal) -> None:
    if refused := out_of_range(points, least=CENT):
        raise Invalid({"points": [refused]})


def _leaving(other: Bug | None, bug: Bug, sprint: Sprint) -> Bug:
    """A bug that may leave: planned work of this sprint that nobody has started."""
    if other is None or other.sprint_id != sprint.pk or other.pk == bug.pk:
        raise RuleBroken(f"Only planned work of {sprint.name} can leave it.")
    if other.was_injected or other.state != State.IN_SPRINT:
        raise RuleBroken(
            f"{other.reference} cannot leave: only planned work that nobody has started can."
        )
    return other


def _swap_out(
    other: Bug, sprint: Sprint, bug: Bug, *, by: Person, at: datetime, source: str
) -> None:
    SPRINT_ACTS.advance(other, "swap_out")
    other.sprint = None
    fact = BugSwappedOut(sprint=sprint.reference, instead_of=bug.reference)
    finish(other, fact, ["state", "sprint"], by=by, at=at, source=source)


def _check_team(sprint: Sprint, bug: Bug) -> None:
    if sprint.team_id != bug.team_id:
        raise RuleBroken(
            f"{sprint.name} is a sprint of {sprint.team.name}, not of {bug.team.name}."
        )
