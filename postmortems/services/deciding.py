"""Ask for a post-mortem, and answer: full, light or waived with a reason (PM-1)."""

from datetime import datetime

from django.db import transaction

from bugs.models import Bug
from foundation.errors import Conflict, Invalid, NotAllowed, need
from foundation.locking import locked
from journal import services as journal
from journal.models import Text
from oncall.querysets import standing
from postmortems import policy
from postmortems.events import PostMortemOpened, PostMortemProposed, PostMortemWaived
from postmortems.lifecycle import LIVING, Size
from postmortems.models import PostMortem
from postmortems.services._act import begin, finish
from postmortems.services.filling import fill
from teams.models import Person

BUGS = Bug.objects.select_related("team")


@transaction.atomic
def propose(
    bug_id: int, *, reason: str, by: Person, at: datetime, source: str = "web"
) -> PostMortem:
    """One at a time per bug; who asks says why."""
    need(reason=reason)
    bug = locked(BUGS, bug_id)
    if refusal := policy.may_propose(standing(by, at), bug):
        raise NotAllowed(refusal)
    living = PostMortem.objects.filter(bug=bug, state__in=LIVING).first()
    if living is not None:
        raise Conflict(f"{bug.reference} has {living.reference} already.")
    why = Text.objects.create(body=reason.strip())
    made = PostMortem.objects.create(bug=bug, proposed_by=by, proposed_at=at, proposed_because=why)
    fact = PostMortemProposed(bug=bug.reference)
    journal.record(fact, subject=made.pk, by=by, at=at, source=source, text=why)
    return made


@transaction.atomic
def waive(
    post_mortem_id: int,
    *,
    reason: str,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> PostMortem:
    """There will be none, because …; the register keeps it."""
    need(reason=reason)
    thing = begin(post_mortem_id, "waive", by=by, at=at, version=version)
    thing.waived_because, thing.waived_at = Text.objects.create(body=reason.strip()), at
    fields = ["state", "waived_because", "waived_at"]
    fact, why = PostMortemWaived(), thing.waived_because
    return finish(thing, fact, fields, by=by, at=at, source=source, text=why)


@transaction.atomic
def open(
    post_mortem_id: int,
    *,
    size: str = Size.FULL,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> PostMortem:
    """Somebody takes it on: they are its author, and its timeline is filled from the history."""
    if size not in Size.values:
        raise Invalid({"size": ["Choose full or light."]})
    thing = begin(post_mortem_id, "open", by=by, at=at, version=version)
    thing.author, thing.opened_at, thing.size = by, at, size
    moments = fill(thing)
    fact = PostMortemOpened(moments=moments, size=size)
    fields = ["state", "author", "opened_at", "size"]
    return finish(thing, fact, fields, by=by, at=at, source=source)
