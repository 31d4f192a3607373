"""How every verb on a post-mortem begins and ends: lock, allow, compare, advance; save, record."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from django.db.models import Model

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
from postmortems.rules.comparing import Verdict, shown, verdict
from teams.models import Person

NOTHING: Mapping[str, str] = MappingProxyType({})


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


def taken(row: Model, changes: Mapping[str, Any], seen: Mapping[str, str]) -> list[str]:
    """Set on `row` what somebody typed and return which fields changed; Stale when somebody else changed the same.

    `seen` has a stamp of each text that the writer had read: a text that they did not touch stays what others
    made of it, and who writes another text is in nobody's way (PM-2).
    """
    verdicts = {name: verdict(seen.get(name), v, getattr(row, name)) for name, v in changes.items()}
    if Verdict.CLASH in verdicts.values():
        raise Stale("Somebody else wrote on the same text since you opened it.")
    changed = []
    for name, value in changes.items():
        new = shown(value) if isinstance(value, str) else value
        now = getattr(row, name)
        # Forms show minutes: a moment that nobody touched keeps its seconds.
        if (
            verdicts[name] is Verdict.TAKE
            and now != new
            and not (seen and shown(now) == shown(new))
        ):
            setattr(row, name, new)
            changed.append(name)
    return changed
