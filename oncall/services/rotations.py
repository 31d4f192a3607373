"""Verbs on a rotation itself: set up, and revise from a moment on. Versions are only added (ONC-1)."""

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from foundation.errors import Conflict, Invalid, NotAllowed
from journal.facts import Fact
from oncall import policy
from oncall.events import RotationRevised, RotationSetUp
from oncall.models import (
    DutyKind,
    LayerHours,
    Participant,
    Rotation,
    RotationLayer,
    RotationVersion,
)
from oncall.querysets import standing
from oncall.querysets.rotas import versions_of
from oncall.rules.changes import layers_at, replaced
from oncall.rules.checks import wrong_with_layers, year_fits
from oncall.rules.rota import Layer, Version
from oncall.services._act import LONGEST, PAST, begin, finish, not_yet
from oncall.services.publishing import HORIZON
from oncall.services.swaps import lapse_swaps, shifts_ahead
from teams.models import Person, Team
from teams.querysets import members_of


@transaction.atomic
def set_up_rotation(
    team: Team,
    duty: str,
    *,
    layers: Sequence[Layer],
    since: datetime | None = None,
    by: Person,
    at: datetime,
    source: str = "web",
) -> Rotation:
    """From `since` on (now, when not said) these layers say who holds this duty of the team.

    What was given by hand ends then.
    """
    if refusal := policy.may_set_up_rotation(standing(by, at), team):
        raise NotAllowed(refusal)
    if duty not in DutyKind.values:
        raise Invalid({"duty": ["Choose release manager or on call."]})
    since = ahead(since, at)
    _check(team, duty, layers)
    rotation = Rotation(
        team=team, duty=duty, published_at=since, published_until=since + HORIZON, version=0
    )
    try:
        with transaction.atomic():
            rotation.save()
    except IntegrityError as error:
        if "rotation_once_per_duty" not in str(error):
            raise
        raise Conflict(f"{team.name} has a rotation for this duty already: revise it.") from error
    _add_version(rotation, layers, since, by=by, at=at)
    return finish(
        rotation,
        lambda moved: RotationSetUp(duty=label(rotation), since=since, moved=moved),
        by=by,
        at=at,
        source=source,
    )


@transaction.atomic
def revise_rotation(
    rotation_id: int,
    *,
    layers: Sequence[Layer],
    since: datetime | None = None,
    until: datetime | None = None,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> Rotation:
    """Other layers from `since` on; whatever was to begin later is put aside. With `until` only for that while."""
    rotation = begin(rotation_id, "revise_rotation", by=by, at=at, version=version)
    since = ahead(since, at)
    check_change(rotation, layers, since, until, at)
    return change(
        rotation,
        replaced(versions_of(rotation, at), since, tuple(layers), until),
        since,
        lambda moved: RotationRevised(duty=label(rotation), since=since, until=until, moved=moved),
        by=by,
        at=at,
        source=source,
    )


def check_change(
    rotation: Rotation,
    layers: Sequence[Layer],
    since: datetime,
    until: datetime | None,
    at: datetime,
) -> None:
    """Whether these layers may hold then; also for the preview, and for a rotation that is not saved yet."""
    ahead(since, at)
    _check(rotation.team, rotation.duty, layers)
    if until is None:
        return
    if until <= since:
        raise Invalid({"until": ["It ends after it starts."]})
    if until - since > LONGEST:
        raise Invalid({"until": ["A year at most: for longer, change the rotation itself."]})
    if rotation.pk is None or not layers_at(versions_of(rotation, at), until):
        words = "The rotation has not begun by then: there is nothing to go back to."
        raise Invalid({"until": [words]})


def change(
    rotation: Rotation,
    versions: Sequence[Version],
    since: datetime,
    fact: Callable[[tuple[str, ...]], Fact],
    *,
    by: Person,
    at: datetime,
    source: str,
) -> Rotation:
    """What holds from `since` on is written down anew; swaps whose shifts that leaves without a place lapse."""
    there = shifts_ahead(rotation, at)
    for version in versions:
        if version.since >= since:
            _check(rotation.team, rotation.duty, version.layers)
            _add_version(rotation, version.layers, version.since, by=by, at=at)
    lapse_swaps(rotation, there, by=by, at=at, source=source)
    return finish(rotation, fact, by=by, at=at, source=source)


def ahead(since: datetime | None, at: datetime) -> datetime:
    """The moment from which a version holds: the past is a record."""
    if since is None:
        return at
    if since < at:
        raise Invalid({"since": [f"{PAST} Begin now or later."]})
    if not year_fits(since.date()):
        raise Invalid({"since": ["Choose a date within this century."]})
    return since


def _check(team: Team, duty: str, layers: Sequence[Layer]) -> None:
    wrong = wrong_with_layers(layers)
    named = {p for layer in layers for p in layer.participants}
    strangers = named - set(members_of(team.pk).values_list("pk", flat=True))
    if strangers:
        names = ", ".join(map(str, Person.objects.filter(pk__in=strangers).order_by("pk")))
        wrong.append(f"Only people of {team.name} take turns; {names or 'somebody'} is not.")
    wrong += not_yet(team.pk, duty, named)
    if wrong:
        raise Invalid({"layers": wrong})


def _add_version(
    rotation: Rotation, layers: Sequence[Layer], since: datetime, *, by: Person, at: datetime
) -> None:
    last = rotation.versions.order_by("-number").values_list("number", flat=True).first()
    made = RotationVersion.objects.create(
        rotation=rotation, number=(last or 0) + 1, since=since, published_by=by, published_at=at
    )
    rows = RotationLayer.objects.bulk_create(
        RotationLayer(
            version=made,
            position=position,
            name=layer.name.strip(),
            zone=layer.zone.key,
            starts=layer.starts,
            handoff=layer.handoff,
            unit=layer.unit,
            length=layer.length,
        )
        for position, layer in enumerate(layers)
    )
    together = list(zip(rows, layers, strict=True))
    LayerHours.objects.bulk_create(
        LayerHours(layer=row, weekday=h.weekday, starts=h.starts, ends=h.ends)
        for row, layer in together
        for h in sorted(layer.hours)
    )
    Participant.objects.bulk_create(
        Participant(layer=row, position=place, person_id=person)
        for row, layer in together
        for place, person in enumerate(layer.participants)
    )


def label(rotation: Rotation) -> str:
    return DutyKind(rotation.duty).label.lower()
