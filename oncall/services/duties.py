"""Verbs on duties that are given by hand: set up and revise. The database refuses two holders at once."""

from datetime import datetime

from django.db import IntegrityError, transaction
from psycopg2.extras import DateTimeTZRange

from foundation.errors import Conflict, NotAllowed, RuleBroken, Stale
from foundation.locking import locked
from journal import services as journal
from oncall import policy
from oncall.events import DutyRevised, DutySetUp
from oncall.models import Duty, Rotation
from oncall.querysets import standing
from oncall.services._act import not_yet
from teams.models import Person, Team


@transaction.atomic
def set_up(
    team: Team,
    duty: str,
    person: Person,
    *,
    start: datetime,
    end: datetime,
    by: Person,
    at: datetime,
    source: str = "web",
) -> Duty:
    """Give a duty of a team to a person during [start, end)."""
    _allow(policy.may_set_up(standing(by, at), team))
    _check_by_hand(team.pk, duty, person, end)
    row = Duty(team=team, duty=duty, person=person, during=_span(start, end))
    _save(row)
    fact = DutySetUp(duty=duty, person=person.username, start=start, end=end)
    journal.record(fact, subject=row.pk, by=by, at=at, source=source)
    return row


@transaction.atomic
def revise(
    duty_id: int,
    *,
    person: Person,
    start: datetime,
    end: datetime,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> Duty:
    """Change who holds a duty, or its moments; the journal keeps who held it before."""
    row = locked(Duty.objects.select_related("team", "person"), duty_id)
    _allow(policy.may_revise(standing(by, at), row.team))
    if version is not None and version != row.version:
        raise Stale("Somebody changed this duty since you opened it.")
    if row.rotation_id is not None:
        raise Conflict("A rotation gives this duty: make an override, or revise the rotation.")
    _check_by_hand(row.team_id, row.duty, person, end)
    was, past = row.person.username, row.during
    row.person, row.during, row.version = person, _span(start, end), row.version + 1
    _save(row)
    fact = DutyRevised(
        duty=row.duty,
        person=person.username,
        start=start,
        end=end,
        was=was,
        was_start=past.lower,
        was_end=past.upper,
    )
    journal.record(fact, subject=row.pk, by=by, at=at, source=source)
    return row


def _check_by_hand(team_id: int, duty: str, person: Person, end: datetime) -> None:
    """From where a rotation begins, it gives the duty; and nobody who still learns has one alone."""
    for words in not_yet(team_id, duty, [person.pk]):
        raise RuleBroken(words)
    begins = Rotation.objects.filter(team_id=team_id, duty=duty, versions__since__lt=end)
    if begins.exists():
        raise Conflict("A rotation gives this duty then: make an override, or revise the rotation.")


def _allow(refusal: str | None) -> None:
    if refusal:
        raise NotAllowed(refusal)


def _span(start: datetime, end: datetime) -> DateTimeTZRange:
    if start >= end:
        raise RuleBroken("A duty ends after it starts.")
    return DateTimeTZRange(start, end, "[)")


def _save(row: Duty) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        if "duty_has_one_holder" not in str(error):
            raise
        raise Conflict("Somebody else holds this duty during a part of that time.") from error
