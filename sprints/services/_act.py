"""How every verb on a sprint begins and ends: lock, allow, compare, advance; save, record."""

from datetime import datetime
from decimal import Decimal

from foundation.errors import Invalid, NotAllowed, Stale
from foundation.locking import locked
from journal import services as journal
from journal.facts import Fact
from journal.models import Text
from oncall.querysets import standing
from sprints import policy
from sprints.lifecycle import LIFECYCLE
from sprints.models import Sprint
from sprints.rules.reserve import out_of_range
from teams.models import Person

ROWS = Sprint.objects.select_related("team")


def begin(
    sprint_id: int, verb: str, *, by: Person, at: datetime, version: int | None = None
) -> Sprint:
    """Lock the sprint, ask the policy, compare the version and move it by the table."""
    sprint = locked(ROWS, sprint_id)
    if refusal := policy.may(verb, standing(by, at), sprint):
        raise NotAllowed(refusal)
    if version is not None and version != sprint.version:
        raise Stale("Somebody changed this sprint since you opened it.")
    LIFECYCLE.advance(sprint, verb)
    return sprint


def finish(
    sprint: Sprint,
    fact: Fact,
    fields: list[str],
    *,
    by: Person,
    at: datetime,
    source: str,
    text: str | Text = "",
) -> Sprint:
    """Save what changed and record the fact."""
    sprint.version += 1
    sprint.save(update_fields=[*fields, "version"])
    journal.record(fact, subject=sprint.pk, by=by, at=at, source=source, text=text)
    return sprint


def check_amounts(**amounts: Decimal) -> None:
    refused = {name: out_of_range(amount) for name, amount in amounts.items()}
    if any(refused.values()):
        raise Invalid({name: [words] for name, words in refused.items() if words})
