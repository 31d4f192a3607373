"""How every verb on a bug begins and ends: lock, allow, advance; save, record.

Locks: the sprint first, then bugs by key (HOUSE, Locks).
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from bugs import policy
from bugs.lifecycle import LIFECYCLE
from bugs.models import Bug
from foundation.errors import Conflict, NotAllowed, Stale
from foundation.locking import locked
from journal import services as journal
from journal.facts import Fact
from journal.models import Text
from oncall.querysets import standing
from oncall.services import standing_in
from sprints.models import Sprint
from teams.models import Person

ROWS = Bug.objects.select_related(
    "team", "product_area", "sprint", "fixed_by", "worked_on_by", "paired_with", "release"
)
SPRINTS = Sprint.objects.select_related("team")


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
    who = standing(by, at)
    if refusal := policy.may(verb, who, bug):
        raise NotAllowed(refusal)
    if version is not None and version != bug.version:
        raise Stale("Somebody changed this bug since you opened it.")
    LIFECYCLE.advance(bug, verb)
    if verb == "inject":
        standing_in.note(who, verb, bug.team_id, by, bug=bug.pk)
    return bug


def finish(
    bug: Bug,
    fact: Fact,
    fields: Sequence[str],
    *,
    by: Person,
    at: datetime,
    source: str,
    text: str | Text = "",
) -> Bug:
    """Save what changed and record the fact."""
    bug.version += 1
    bug.save(update_fields=[*fields, "version"])
    journal.record(fact, subject=bug.pk, by=by, at=at, source=source, text=text)
    return bug


def check_same(bug: Bug, sprint: Sprint | None) -> None:
    if bug.sprint_id != (sprint.pk if sprint else None):
        raise Conflict("Its sprint changed in this very moment; please try again.")


def lock_sprint_of(bug_id: int) -> Sprint | None:
    """Lock the sprint that a bug is in, before the bug itself: the floor below comes first."""
    key = Bug.objects.filter(pk=bug_id).values_list("sprint_id", flat=True).first()
    return locked(SPRINTS, key) if key else None


def hold_team_of(bug_id: int) -> None:
    """Before all else: what the team promises stays as it is until this act is done, as filing does it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM teams_team WHERE id = (SELECT team_id FROM bugs_bug WHERE id = %s) FOR SHARE",
            [bug_id],
        )
