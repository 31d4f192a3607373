"""How every verb on a post-mortem begins and ends: lock, allow, compare, advance; save, record."""

from collections.abc import Sequence
from datetime import datetime

from foundation.errors import NotAllowed, Stale
from foundation.locking import locked
from journal import services as journal
from journal.facts import Fact
from journal.models import Text
from oncall.querysets import standing
from postmortems import policy
from postmortems.lifecycle import LIFECYCLE
from postmortems.models import PostMortem
from postmortems.querysets import ROWS
from teams.models import Person


def begin(
    post_mortem_id: int, verb: str, *, by: Person, at: datetime, version: int | None
) -> PostMortem:
    thing = locked(ROWS, post_mortem_id)
    if refusal := policy.may(verb, standing(by, at), thing):
        raise NotAllowed(refusal)
    if version is not None and version != thing.version:
        raise Stale("Somebody wrote on this post-mortem since you opened it.")
    LIFECYCLE.advance(thing, verb)
    return thing


def finish(
    thing: PostMortem,
    fact: Fact,
    fields: Sequence[str] = (),
    *,
    by: Person,
    at: datetime,
    source: str,
    text: str | Text = "",
) -> PostMortem:
    """Save what changed and record the fact."""
    thing.version += 1
    thing.save(update_fields=[*fields, "version"])
    journal.record(fact, subject=thing.pk, by=by, at=at, source=source, text=text)
    return thing
