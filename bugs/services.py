"""Verbs on bugs. Locks: sprint first, then bugs by key (HOUSE, Locks)."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from bugs import policy
from bugs.events import (
    BugDeclined,
    BugEstimated,
    BugFixed,
    BugInjected,
    BugOpened,
    BugPostponed,
    BugPrioritised,
    BugReopened,
    BugScheduled,
    BugStarted,
    BugSwappedOut,
    BugVerified,
)
from bugs.lifecycle import INJECTABLE, LIFECYCLE, SPRINT_ACTS, State
from bugs.models import Bug, BugLink
from foundation.errors import Conflict, Invalid, NotAllowed, RuleBroken, Stale, need
from foundation.locking import locked, locked_all
from journal import services as journal
from journal.facts import Fact
from oncall.querysets import standing
from sprints import services as sprints
from sprints.lifecycle import State as SprintState
from sprints.models import Sprint
from sprints.rules import CENT, out_of_range
from teams.models import Person, ProductArea

ROWS = Bug.objects.select_related("team", "product_area", "sprint", "fixed_by")


def open_bug(
    *,
    opened_by: int,
    report: str,
    title: str,
    priority: str,
    how_confirmed: str,
    product_area: ProductArea,
    by: Person,
    at: datetime,
    source: str = "web",
) -> Bug:
    """Open a bug: called by *classify* alone, inside its transaction.

    `opened_by` is the number that the classification will get; a deferred key refuses a bug whose
    classification is not there at commit.
    """
    bug = Bug.objects.create(
        team_id=product_area.team_id,
        product_area=product_area,
        title=title,
        priority=priority,
        how_confirmed=how_confirmed,
        opened_at=at,
        opened_by=opened_by,
    )
    fact = BugOpened(priority=priority, report=report)
    journal.record(fact, subject=bug.pk, by=by, at=at, source=source)
    return bug


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
    sprint = locked(Sprint.objects.select_related("team"), sprint_id)
    rows = locked_all(ROWS, [bug_id, *leaves])
    bug = begin(bug_id, "inject", by=by, at=at, version=version, rows=rows)
    if bug.priority not in INJECTABLE:
        raise RuleBroken(f"Only P0 and P1 are injected; {bug.reference} is {bug.priority}.")
    if sprint.team_id != bug.team_id:
        raise RuleBroken(
            f"{sprint.name} is a sprint of {sprint.team.name}, not of {bug.team.name}."
        )
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
    sprint = locked(Sprint.objects.select_related("team"), sprint_id)
    bug = begin(bug_id, "schedule", by=by, at=at, version=version)
    if sprint.team_id != bug.team_id:
        raise RuleBroken(
            f"{sprint.name} is a sprint of {sprint.team.name}, not of {bug.team.name}."
        )
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


@transaction.atomic
def start(
    bug_id: int,
    *,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> Bug:
    bug = begin(bug_id, "start", by=by, at=at, version=version)
    return finish(bug, BugStarted(), ["state"], by=by, at=at, source=source)


@transaction.atomic
def fix(
    bug_id: int,
    *,
    links: Sequence[str],
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> Bug:
    """The defect is repaired in code that `links` name; what was held for it is spent (BUG-5)."""
    sprint = _lock_sprint_of(bug_id)
    bug = begin(bug_id, "fix", by=by, at=at, version=version)
    if bug.sprint_id != (sprint.pk if sprint else None):
        raise Conflict("Its sprint changed in this very moment; please try again.")
    urls = tuple(dict.fromkeys(links))
    if not urls:
        raise RuleBroken("Name at least one link to the code that fixes it.")
    BugLink.objects.bulk_create(
        [BugLink(bug=bug, url=url, added_by=by, added_at=at) for url in urls], ignore_conflicts=True
    )
    if sprint and bug.injected_at_price is not None:
        sprints.debit(sprint, bug=bug.pk, amount=bug.injected_at_price, at=at)
    bug.fixed_by, bug.fixed_at = by, at
    fields = ["state", "fixed_by", "fixed_at"]
    return finish(bug, BugFixed(links=urls), fields, by=by, at=at, source=source)


@transaction.atomic
def verify(
    bug_id: int,
    *,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> Bug:
    """Somebody other than who fixed it has seen that it is fixed; the reporters hear of it."""
    bug = begin(bug_id, "verify", by=by, at=at, version=version)
    bug.verified_at = at
    return finish(bug, BugVerified(), ["state", "verified_at"], by=by, at=at, source=source)


@transaction.atomic
def reopen(
    bug_id: int,
    *,
    reason: str,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> Bug:
    """It is back, or the decision was wrong: to be scheduled again. What was spent stays spent."""
    need(reason=reason)
    bug = begin(bug_id, "reopen", by=by, at=at, version=version)
    bug.sprint = bug.injected_at_price = None
    bug.fixed_by = bug.fixed_at = bug.verified_at = None
    fields = ["state", "sprint", "injected_at_price", "fixed_by", "fixed_at", "verified_at"]
    return finish(bug, BugReopened(), fields, by=by, at=at, source=source, text=reason)


def begin(
    bug_id: int,
    verb: str,
    *,
    by: Person,
    at: datetime,
    version: int | None,
    rows: dict[int, Bug] | None = None,
) -> Bug:
    """Lock the bug (unless `rows` holds it locked), ask the policy, compare the version, move it."""
    bug = rows[bug_id] if rows and bug_id in rows else locked(ROWS, bug_id)
    if refusal := policy.may(verb, standing(by, at), bug):
        raise NotAllowed(refusal)
    if version is not None and version != bug.version:
        raise Stale("Somebody changed this bug since you opened it.")
    LIFECYCLE.advance(bug, verb)
    return bug


def finish(
    bug: Bug,
    fact: Fact,
    fields: Sequence[str],
    *,
    by: Person,
    at: datetime,
    source: str,
    text: str = "",
) -> Bug:
    """Save what changed and record the fact."""
    bug.version += 1
    bug.save(update_fields=[*fields, "version"])
    journal.record(fact, subject=bug.pk, by=by, at=at, source=source, text=text)
    return bug


def _check_points(points: Decimal) -> None:
    if refused := out_of_range(points, least=CENT):
        raise Invalid({"points": [refused]})


def _lock_sprint_of(bug_id: int) -> Sprint | None:
    """Lock the sprint that a bug is in, before the bug itself: the floor below comes first."""
    key = Bug.objects.filter(pk=bug_id).values_list("sprint_id", flat=True).first()
    return locked(Sprint.objects.select_related("team"), key) if key else None


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
