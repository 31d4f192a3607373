"""How every verb on a bug begins and ends: lock, allow, advance; save, record.

Locks: the sprint first, then bugs by key (HOUSE, Locks).
"""

from collections.abc import Sequence
from datetime import datetime

from bugs import policy
from bugs.lifecycle import LIFECYCLE
from bugs.models import Bug
from foundation.errors import NotAllowed, Stale
from foundation.locking import locked
from journal import services as journal
from journal.facts import Fact
from journal.models import Text
from oncall.querysets import standing
from sprints.models import Sprint
from teams.models import Person

ROWS = Bug.objects.select_related("team", "product_area", "sprint", "fixed_by", "release")
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
    text: str | Text = "",
) -> Bug:
    """Save what changed and record the fact."""
    bug.version += 1
    bug.save(update_fields=[*fields, "version"])
    journal.record(fact, subject=bug.pk, by=by, at=at, source=source, text=text)
    return bug
