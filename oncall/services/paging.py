"""Verbs on pages: page, acknowledge, escalate, prioritise, stop; and what the clock does with them (ONC-6).

A step is told in one transaction: the page moves on, a row per person says that they were told (unique), and
the event from which their letters are written waits in the outbox. A killed process leaves all of it or none.
Who is on duty is asked of `querysets.holder` at that moment, which is why no SQL here works it out again.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from foundation import failpoints
from foundation.errors import Conflict, NotAllowed, RuleBroken, Stale, need
from foundation.lifecycle import words
from foundation.locking import locked
from foundation.statements import Statement
from journal import services as journal
from journal.facts import Fact
from journal.models import Source, Text
from oncall.events.paging import (
    PageAcknowledged,
    Paged,
    PageEscalated,
    PageExhausted,
    PagePrioritised,
    PageStopped,
    PageTold,
)
from oncall.lifecycle import PAGES, PageState
from oncall.models import Page, PageStep
from oncall.policy import paging as policy
from oncall.querysets import standing
from oncall.querysets.paging import plan_of, roster
from oncall.rules import escalation
from teams.models import Person, ProductArea, Team
from teams.querysets import CLOCK, automatic

BATCH = 50
ROWS = Page.objects.select_related("team", "area", "reason", "acknowledged_by")

_DUE = Statement(
    "pages_due",
    """
    SELECT id, coalesce(%(at)s, clock_timestamp()) FROM oncall_page
    WHERE state = 'paging' AND next_at <= coalesce(%(at)s, clock_timestamp())
    ORDER BY next_at, id LIMIT %(batch)s FOR UPDATE SKIP LOCKED
    """,
    at="timestamptz",
    batch="bigint",
)


@transaction.atomic
def page(
    team: Team,
    *,
    priority: str,
    report: int | None = None,
    bug: int | None = None,
    area: ProductArea | None = None,
    as_stated: bool = False,
    starts_at: datetime | None = None,
    counts: escalation.Add = escalation.around_the_clock,
    reason: str = "",
    by: Person,
    at: datetime,
    source: str = "web",
) -> Page:
    """Call for help about a report or a bug: its first step is told now, or at `starts_at`.

    `counts` adds the minutes of the policy to a moment: of a P1 in support hours, whose calendar a higher
    floor knows.
    """
    _allow(policy.may_page(standing(by, at), team))
    about = {"report": report} if report else {"bug": bug}
    if running := Page.objects.filter(state=PageState.PAGING, **about).first():
        raise Conflict(f"Somebody is being paged for {running.about} already.", page=running.pk)
    number, plan = plan_of(team.pk)
    first = max(starts_at or at, at)
    planned = escalation.moments(plan.steps, first, counts)
    made = Page.objects.create(
        team=team,
        area=area,
        priority=priority,
        as_stated=as_stated,
        by=by,
        at=at,
        reason=Text.objects.create(body=reason) if reason.strip() else None,
        policy_number=number,
        steps=[
            {**row, "at": moment.isoformat()}
            for row, moment in zip(escalation.as_data(plan.steps), planned, strict=True)
        ],
        gives_up_after=plan.gives_up_after,
        next_at=first,
        **about,
    )
    fact = Paged(
        team=team.slug,
        about=made.about,
        priority=priority,
        policy=number,
        as_stated=as_stated or None,
    )
    journal.record(fact, subject=made.pk, by=by, at=at, source=source, text=made.reason or "")
    if first <= at:
        tell(made, at=at, source=source)
    return made


@transaction.atomic
def acknowledge(
    page_id: int, *, by: Person, at: datetime, source: str = "web", version: int | None = None
) -> Page:
    """Somebody has it: nobody else is told. Acknowledging one's own acknowledgement again changes nothing."""
    found = locked(ROWS, page_id)
    if found.state == PageState.ACKNOWLEDGED and found.acknowledged_by_id == by.pk:
        return found
    _begin(found, "acknowledge", by=by, at=at, version=version)
    found.acknowledged_by, found.acknowledged_at, found.next_at = by, at, None
    fields = ["acknowledged_by", "acknowledged_at", "next_at"]
    return _finish(found, PageAcknowledged(), fields, by=by, at=at, source=source)


@transaction.atomic
def escalate(
    page_id: int, *, by: Person, at: datetime, source: str = "web", version: int | None = None
) -> Page:
    """The next step is told now; those after it keep their moments."""
    found = locked(ROWS, page_id)
    if found.step >= len(found.steps):
        _allow(policy.may_escalate(standing(by, at), found))
        raise RuleBroken("Every step was told. Page anew, or call somebody.")
    _begin(found, "escalate", by=by, at=at, version=version)
    found.acknowledged_by = found.acknowledged_at = None
    found.next_at = at
    fact = PageEscalated(step=found.step + 1)
    fields = ["acknowledged_by", "acknowledged_at", "next_at"]
    _finish(found, fact, fields, by=by, at=at, source=source)
    tell(found, at=at, source=source)
    return found


@transaction.atomic
def prioritise(
    page_id: int,
    *,
    priority: str,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> Page:
    """Somebody prioritised what it is about: it no longer says *as stated*. A P0 waits for no support hours."""
    found = locked(ROWS, page_id)
    _begin(found, "prioritise", by=by, at=at, version=version)
    was, found.priority, found.as_stated = found.priority, priority, False
    if priority == "P0" and was != "P0":
        steps = escalation.from_data(found.steps)
        ahead = escalation.moments(steps[found.step :], at)
        for row, moment in zip(found.steps[found.step :], ahead, strict=True):
            row["at"] = min(datetime.fromisoformat(row["at"]), moment).isoformat()
        if ahead:
            assert found.next_at is not None
            found.next_at = min(found.next_at, ahead[0])
    fact = PagePrioritised(priority=priority, was=was)
    fields = ["priority", "as_stated", "steps", "next_at"]
    return _finish(found, fact, fields, by=by, at=at, source=source)


@transaction.atomic
def stop(
    page_id: int,
    *,
    reason: str,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> Page:
    """Nobody has to come after all; the history keeps why."""
    need(reason=reason)
    found = locked(ROWS, page_id)
    _begin(found, "stop", by=by, at=at, version=version)
    found.next_at = None
    return _finish(found, PageStopped(), ["next_at"], by=by, at=at, source=source, text=reason)


# --- What the clock does -----------------------------------------------------------------------------


def sweep(*, at: datetime | None = None) -> int:
    """Tell every step that is due, batch by batch; how many pages moved. Safe beside any number of others.

    1. Claim running pages whose moment has come, oldest first; rows that somebody else holds are skipped.
    2. Tell each its next step, or give it up when all were told.
    """
    moved = 0
    while True:
        with transaction.atomic():
            due = _DUE.rows(at=at, batch=BATCH)
            moments = dict(due)
            for found in ROWS.filter(pk__in=moments).order_by("next_at", "pk"):
                tell(found, at=moments[found.pk], source=Source.SYSTEM)
            if due:
                failpoints.reach(failpoints.PAGE_POINT)
        moved += len(due)
        if len(due) < BATCH:
            return moved


def tell(found: Page, *, at: datetime, source: str) -> Sequence[int]:
    """The next step of a locked page that is due: whom it told. A step that reaches nobody is passed at once."""
    the_clock = automatic(CLOCK)
    steps = escalation.from_data(found.steps)
    if found.step >= len(steps):
        PAGES.advance(found, "exhaust")
        found.next_at = None
        _finish(found, PageExhausted(), ["next_at"], by=the_clock, at=at, source=source)
        return []
    first = found.step == 0
    people = roster(found, at, steps[found.step])
    told = escalation.told(
        steps[found.step], people, with_expert=first and found.priority == "P0", turn=found.pk
    )
    names = dict(Person.objects.filter(pk__in=told).values_list("pk", "username"))
    found.step += 1
    found.next_at = _next_moment(found, steps, at) if told else at
    fact = PageTold(step=found.step, people=tuple(names[key] for key in told))
    fields = ["step", "next_at"]
    found.version += 1
    found.save(update_fields=[*fields, "version"])
    event = journal.record(
        fact, subject=found.pk, by=the_clock, at=at, source=source, text=found.reason or ""
    )
    PageStep.objects.bulk_create(
        PageStep(page=found, step=found.step, person_id=key, event_id=event.pk, at=at)
        for key in told
    )
    return told


def _next_moment(found: Page, steps: Sequence[escalation.Step], at: datetime) -> datetime:
    if found.step == len(steps):
        return at + timedelta(minutes=found.gives_up_after)
    planned = datetime.fromisoformat(found.steps[found.step]["at"])
    return escalation.next_moment(planned, steps[found.step].after, at)


def _begin(found: Page, verb: str, *, by: Person, at: datetime, version: int | None) -> None:
    """Ask the policy, compare the version, move the locked page."""
    _allow(getattr(policy, f"may_{verb}")(standing(by, at), found))
    if version is not None and version != found.version:
        raise Stale("Somebody changed this page since you opened it.")
    if not PAGES.permits(found.state, verb):
        if found.state == PageState.ACKNOWLEDGED:
            raise Conflict(f"{found.acknowledged_by} has acknowledged it already.")
        raise Conflict(
            f"This page is {words(found.state)}; to {words(verb)} it is not possible any more."
        )
    PAGES.advance(found, verb)


def _finish(
    found: Page,
    fact: Fact,
    fields: Sequence[str],
    *,
    by: Person,
    at: datetime,
    source: str,
    text: str = "",
) -> Page:
    found.version += 1
    found.save(update_fields=[*fields, "state", "version"])
    journal.record(fact, subject=found.pk, by=by, at=at, source=source, text=text)
    return found


def _allow(refusal: str | None) -> None:
    if refusal:
        raise NotAllowed(refusal)
