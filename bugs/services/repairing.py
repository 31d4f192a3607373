"""What becomes of the defect in the code: start, fix, verify, reopen."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from bugs.events import BugFixed, BugReopened, BugStarted, BugVerified
from bugs.models import Bug, BugLink
from bugs.services._act import begin, check_same, finish, lock_sprint_of
from bugs.services.lending import settle_loans
from foundation.errors import RuleBroken, need
from sprints import services as sprints
from teams.models import Person


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
    bug.worked_on_by = by
    return finish(bug, BugStarted(), ["state", "worked_on_by"], by=by, at=at, source=source)


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
    """The defect is repaired in code that `links` name (BUG-5): what was held is spent, what is owed repaid (BUG-4)."""
    sprint = lock_sprint_of(bug_id)
    bug = begin(bug_id, "fix", by=by, at=at, version=version)
    check_same(bug, sprint)
    urls = tuple(dict.fromkeys(links))
    if not urls:
        raise RuleBroken("Name at least one link to the code that fixes it.")
    settle_loans(bug, by=by, at=at, source=source)
    BugLink.objects.bulk_create(
        [BugLink(bug=bug, url=url, added_by=by, added_at=at) for url in urls], ignore_conflicts=True
    )
    if sprint:
        sprints.settle(sprint, bug=bug.pk, at=at)
        sprints.done(sprint, at=at, bug=bug.pk)
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
    """It is back, or the decision was wrong: to be scheduled again. What was spent stays spent.

    After a release it says which version was to have the fix (BUG-6).
    """
    need(reason=reason)
    sprint = lock_sprint_of(bug_id)
    bug = begin(bug_id, "reopen", by=by, at=at, version=version)
    check_same(bug, sprint)
    if sprint:
        sprints.undone(sprint, at=at, bug=bug.pk)
        sprints.left(sprint, at=at, bug=bug.pk)
    bug.sprint = bug.injected_at_price = bug.worked_on_by = None
    bug.fixed_by = bug.fixed_at = bug.verified_at = None
    fact = BugReopened(
        released_in=bug.release.named if bug.release and bug.release.is_out else None
    )
    bug.release = None
    fields = [
        "state", "sprint", "injected_at_price", "worked_on_by", "fixed_by", "fixed_at", "verified_at",
        "release",
    ]  # fmt: skip
    return finish(bug, fact, fields, by=by, at=at, source=source, text=reason)
