"""Verbs on what comes between: override, take a shift, be away, and taking these back (ONC-3)."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from psycopg2.extras import DateTimeTZRange

from foundation.errors import Conflict, NotAllowed, NotFound, RuleBroken
from foundation.locking import locked, locked_all
from journal import services as journal
from oncall import policy
from oncall.events import (
    AbsenceRecorded,
    AbsenceTakenBack,
    RotationOverridden,
    RotationOverrideTakenBack,
    RotationShiftTaken,
)
from oncall.models import Absence, Duty, Override, Rotation
from oncall.querysets import standing
from oncall.querysets.rotas import absences_of
from oncall.services._act import PAST, ROWS, begin, check_holder, finish, span_ahead
from oncall.services.publishing import publish
from oncall.services.swaps import lapse_swaps, shifts_ahead
from teams.models import Person

#: Who takes over in a gap keeps it until somebody is on duty again, or for this long.
STAND_IN = timedelta(hours=24)


@transaction.atomic
def override(
    rotation_id: int,
    *,
    person: Person,
    start: datetime,
    end: datetime,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> Override:
    """This person during [start, end), whoever's turn it is, and whatever override was made before."""
    rotation = begin(rotation_id, "override", by=by, at=at, version=version)
    start, end = span_ahead(start, end, at)
    made = _override(rotation, person, start, end, by=by, at=at)
    finish(
        rotation,
        lambda moved: RotationOverridden(
            person=person.username, start=start, end=end, override=made.pk, moved=moved
        ),
        by=by,
        at=at,
        source=source,
    )
    return made


@transaction.atomic
def take_shift(
    rotation_id: int, *, by: Person, at: datetime, source: str = "web", version: int | None = None
) -> Override:
    """Take over now, until the shift that runs ends (ONC-3): nobody is asked, everybody is told."""
    rotation = begin(rotation_id, "take_shift", by=by, at=at, version=version)
    if at < rotation.published_at and not rotation.duties.filter(during__contains=at).exists():
        raise Conflict("This rotation has not begun.")
    ahead = Duty.objects.filter(
        team_id=rotation.team_id, duty=rotation.duty, during__endswith__gt=at
    )
    runs = ahead.filter(during__contains=at).select_related("person").first()
    if runs is not None and runs.person_id == by.pk:
        raise Conflict("It is yours already.")
    following = ahead.filter(during__startswith__gt=at).order_by("during").first()
    until = at + STAND_IN
    if runs is not None:
        until = runs.during.upper
    elif following is not None:
        until = min(until, following.during.lower)
    made = _override(rotation, by, at, until, by=by, at=at)
    finish(
        rotation,
        lambda moved: RotationShiftTaken(
            person=by.username,
            end=until,
            instead_of=runs.person.username if runs else "",
            override=made.pk,
            moved=moved,
        ),
        by=by,
        at=at,
        source=source,
    )
    return made


@transaction.atomic
def take_back_override(
    override_id: int, *, by: Person, at: datetime, source: str = "web", version: int | None = None
) -> Override:
    """From now on it does not count."""
    key = Override.objects.filter(pk=override_id).values_list("rotation_id", flat=True).first()
    if key is None:
        raise NotFound("There is no such override.")
    rotation = begin(key, "take_back_override", by=by, at=at, version=version)
    row = locked(Override.objects.select_related("person"), override_id)
    there = shifts_ahead(rotation, at)
    _take_back(row, by=by, at=at)
    lapse_swaps(rotation, there, by=by, at=at, source=source)
    finish(
        rotation,
        lambda moved: RotationOverrideTakenBack(
            person=row.person.username,
            start=row.during.lower,
            end=row.during.upper,
            override=row.pk,
            moved=moved,
        ),
        by=by,
        at=at,
        source=source,
    )
    return row


@transaction.atomic
def record_absence(
    person: Person,
    *,
    start: datetime,
    end: datetime,
    by: Person,
    at: datetime,
    source: str = "web",
) -> Absence:
    """They are away from every duty, the one that runs too. What that leaves open, the layer below or nobody has."""
    rotations = _rotations_of(person)
    if refusal := policy.may_record_absence(standing(by, at), person.pk, _teams(person)):
        raise NotAllowed(refusal)
    start, end = span_ahead(start, end, at)
    made = Absence.objects.create(
        person=person, during=DateTimeTZRange(start, end, "[)"), recorded_by=by, recorded_at=at
    )
    moved = _publish(rotations, at)
    fact = AbsenceRecorded(person=person.username, start=start, end=end, moved=moved)
    journal.record(fact, subject=made.pk, by=by, at=at, source=source)
    return made


@transaction.atomic
def take_back_absence(absence_id: int, *, by: Person, at: datetime, source: str = "web") -> Absence:
    """They are back, or never go: from now on their turns are theirs again."""
    found = Absence.objects.filter(pk=absence_id).select_related("person").first()
    if found is None:
        raise NotFound("There is no such absence.")
    rotations = _rotations_of(found.person)
    row = locked(Absence.objects.select_related("person"), absence_id)
    if refusal := policy.may_record_absence(standing(by, at), row.person_id, _teams(row.person)):
        raise NotAllowed(refusal)
    _take_back(row, by=by, at=at)
    moved = _publish(rotations, at)
    fact = AbsenceTakenBack(
        person=row.person.username, start=row.during.lower, end=row.during.upper, moved=moved
    )
    journal.record(fact, subject=row.pk, by=by, at=at, source=source)
    return row


def _override(
    rotation: Rotation, person: Person, start: datetime, end: datetime, *, by: Person, at: datetime
) -> Override:
    check_holder(rotation, person)
    if absences_of([person.pk], start, end):
        raise RuleBroken(f"{person} is away then.")
    return Override.objects.create(
        rotation=rotation,
        person=person,
        during=DateTimeTZRange(start, end, "[)"),
        made_by=by,
        made_at=at,
    )


def _take_back(row: Override | Absence, *, by: Person, at: datetime) -> None:
    if row.taken_back_at is not None:
        raise Conflict("It was taken back already.")
    if row.during.upper <= at:
        raise Conflict(PAST)
    row.taken_back_by, row.taken_back_at = by, at
    row.save(update_fields=["taken_back_by", "taken_back_at"])


def _teams(person: Person) -> list[int]:
    return list(person.memberships.values_list("team_id", flat=True))


def _rotations_of(person: Person) -> list[Rotation]:
    """Every rotation that they could be in, locked: who joins one meanwhile waits, or has joined before."""
    theirs = Rotation.objects.filter(
        Q(team__memberships__person=person)
        | Q(versions__layers__participants__person=person)
        | Q(overrides__person=person)
    )
    return list(locked_all(ROWS, theirs.order_by("pk").values_list("pk", flat=True)).values())


def _publish(rotations: list[Rotation], at: datetime) -> tuple[str, ...]:
    moved: set[str] = set()
    for rotation in rotations:
        moved.update(publish(rotation, at))
        rotation.version += 1
        rotation.save(update_fields=["version"])
    return tuple(sorted(moved))
