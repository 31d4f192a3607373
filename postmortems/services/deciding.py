"""Ask for a post-mortem of a bug or of many small reports, and answer: full, light or waived (PM-1, PM-9)."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from bugs.models import Bug
from foundation.errors import Conflict, Invalid, NotAllowed, RuleBroken, need
from foundation.locking import locked
from foundation.moments import OUT_OF_REACH, within_reach
from journal import services as journal
from journal.models import Text
from oncall.querysets import standing
from postmortems import policy
from postmortems.events import PostMortemOpened, PostMortemProposed, PostMortemWaived
from postmortems.lifecycle import LIVING, UNFINISHED, Size
from postmortems.models import PostMortem
from postmortems.querysets import ROWS
from postmortems.querysets.paper_cuts import clusters, span_of
from postmortems.rules.due import due, first_reminder
from postmortems.services._act import begin, finish
from postmortems.services.filling import fill
from problem_reports.lifecycle import Cause
from teams.models import Person, ProductArea

BUGS = Bug.objects.select_related("team")
AREAS = ProductArea.objects.select_related("team__calendar")


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
    made = create(bug, why, by=by, at=at)
    fact = PostMortemProposed(bug=bug.reference)
    journal.record(fact, subject=made.pk, by=by, at=at, source=source, text=why)
    return ROWS.get(pk=made.pk)


def create(bug: Bug, why: Text, *, by: Person, at: datetime) -> PostMortem:
    """The row of a proposal, due by the severity of its bug (PM-11)."""
    due_at = due(bug.priority, at)
    return PostMortem.objects.create(
        bug=bug, proposed_by=by, proposed_at=at, proposed_because=why, due_at=due_at,
        remind_at=first_reminder(due_at),
    )  # fmt: skip


@transaction.atomic
def propose_review(
    area_id: int,
    *,
    cause: str,
    since: date,
    until: date,
    reason: str,
    by: Person,
    at: datetime,
    source: str = "web",
) -> PostMortem:
    """An aggregate review of the small reports of an area with a cause, from one day to another (PM-9)."""
    need(reason=reason)
    if cause not in Cause.values:
        raise Invalid({"cause": ["Choose one of the list."]})
    if until < since:
        raise Invalid({"until": ["It ends before it begins."]})
    if not (within_reach(since) and within_reach(until)):
        raise Invalid({"since": [OUT_OF_REACH]})
    area = locked(AREAS, area_id)
    if refusal := policy.may_propose_review(standing(by, at), area.team):
        raise NotAllowed(refusal)
    asked = PostMortem.objects.filter(area=area, cause=cause, state__in=UNFINISHED).first()
    if asked is not None:
        raise Conflict(f"{asked.reference} looks at these already.")
    if not clusters(area.team, span_of(area.team, at, since, until), area=area.pk, cause=cause):
        raise RuleBroken("There is no small report in this span to learn from.")
    why = Text.objects.create(body=reason.strip())
    made = create_review(area, why, cause=cause, since=since, until=until, by=by, at=at)
    fact = PostMortemProposed(area=area.name, cause=cause)
    journal.record(fact, subject=made.pk, by=by, at=at, source=source, text=why)
    return ROWS.get(pk=made.pk)


def create_review(
    area: ProductArea, why: Text, *, by: Person, at: datetime, **which: Any
) -> PostMortem:
    """The row of a proposal, due like what is in the middle: small reports added up have no priority."""
    due_at = due("P2", at)
    return PostMortem.objects.create(
        area=area, **which, proposed_by=by, proposed_at=at, proposed_because=why, due_at=due_at,
        remind_at=first_reminder(due_at),
    )  # fmt: skip


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
    thing.remind_at = None
    fields = ["state", "waived_because", "waived_at", "remind_at"]
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
