"""What becomes of the defect in the code: start, fix, verify, reopen."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from bugs.events import BugFixed, BugP1Deviated, BugReopened, BugStarted, BugVerified
from bugs.lifecycle import P1Way, Priority
from bugs.models import Bug, BugLink
from bugs.services._act import begin, check_same, finish, lock_sprint_of
from bugs.services.lending import settle_loans
from bugs.services.pairing import p1_record, second_person, tell_of_pair
from foundation.errors import Invalid, RuleBroken, need
from journal import services as journal
from sprints import services as sprints
from teams.models import Person
from teams.services import agreements


@transaction.atomic
def start(
    bug_id: int,
    *,
    pair: str = "",
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> Bug:
    """Begin the fix, alone or with `pair` (a username); who was named to pair and begins it has no pair yet."""
    bug = begin(bug_id, "start", by=by, at=at, version=version)
    bug.worked_on_by = by
    if pair:
        bug.paired_with = second_person(bug, pair)
    if bug.paired_with == by:
        if pair:
            raise Invalid({"pair": ["A pair is two people: name somebody else."]})
        bug.paired_with = None
    fields = ["state", "worked_on_by", "paired_with"]
    finish(bug, BugStarted(), fields, by=by, at=at, source=source)
    if pair:
        tell_of_pair(bug, by=by, at=at, source=source)
    return bug


@transaction.atomic
def fix(
    bug_id: int,
    *,
    links: Sequence[str],
    p1_done_as: str = "",
    ticked: Sequence[int] = (),
    open_because: str = "",
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> Bug:
    """The defect is repaired in code that `links` name (BUG-5): what was held is spent, what is owed repaid (BUG-4).

    An injected P1 says how it went (`p1_done_as`, read from who worked on it unless it is said), beside the
    policy that it was stamped with (BUG-7). The clauses of the definition of done are ticked, or left open with a
    reason (PM-7).
    """
    sprint = lock_sprint_of(bug_id)
    bug = begin(bug_id, "fix", by=by, at=at, version=version)
    check_same(bug, sprint)
    urls = tuple(dict.fromkeys(links))
    if not urls:
        raise RuleBroken("Name at least one link to the code that fixes it.")
    agreements.tick(
        bug.team, kind="bug", subject=bug.pk, ticked=ticked, open_because=open_because, by=by, at=at
    )
    settle_loans(bug, by=by, at=at, source=source)
    BugLink.objects.bulk_create(
        [BugLink(bug=bug, url=url, added_by=by, added_at=at) for url in urls], ignore_conflicts=True
    )
    if sprint:
        sprints.settle(sprint, bug=bug.pk, at=at)
        sprints.done(sprint, at=at, bug=bug.pk)
    bug.fixed_by, bug.fixed_at = by, at
    bug.p1_done_as = _how_it_went(bug, p1_done_as, by)
    fields = ["state", "fixed_by", "fixed_at", "p1_done_as"]
    finish(bug, BugFixed(links=urls), fields, by=by, at=at, source=source)
    if bug.p1_way and bug.p1_done_as and bug.p1_way != bug.p1_done_as:
        labels = {"way": P1Way(bug.p1_way).label, "done_as": P1Way(bug.p1_done_as).label}
        went = BugP1Deviated(**labels)
        journal.record(went, subject=bug.pk, by=by, at=at, source=source)
    return bug


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
    bug.sprint = bug.injected_at_price = bug.worked_on_by = bug.paired_with = None
    bug.fixed_by = bug.fixed_at = bug.verified_at = bug.p1_done_as = None
    fact = BugReopened(
        released_in=bug.release.named if bug.release and bug.release.is_out else None
    )
    bug.release = None
    fields = [
        "state", "sprint", "injected_at_price", "worked_on_by", "fixed_by", "fixed_at", "verified_at",
        "release", "paired_with", "p1_done_as",
    ]  # fmt: skip
    return finish(bug, fact, fields, by=by, at=at, source=source, text=reason)


def _how_it_went(bug: Bug, said: str, by: Person) -> str | None:
    """Of an injected P1: what is said, else what the record of who worked on it comes to."""
    if said and said not in P1Way.values:
        raise Invalid({"p1_done_as": ["Choose one of the five ways."]})
    if bug.priority != Priority.P1 or not bug.was_injected:
        if said:
            raise Invalid({"p1_done_as": ["Only of an injected P1."]})
        return None
    return said or p1_record(bug, by)
