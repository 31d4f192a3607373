"""Verbs on a rotation itself: set up, revise from a moment on, join and leave. Versions are only added (ONC-1)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from foundation.errors import Conflict, Invalid, NotAllowed, RuleBroken
from oncall import policy
from oncall.events import RotationJoined, RotationLeft, RotationRevised, RotationSetUp
from oncall.models import (
    DutyKind,
    LayerHours,
    Participant,
    Rotation,
    RotationLayer,
    RotationVersion,
)
from oncall.querysets import standing
from oncall.querysets.rotas import standing_layers
from oncall.rules.changes import joined, left
from oncall.rules.checks import wrong_with_layers, year_fits
from oncall.rules.rota import Layer
from oncall.services._act import PAST, begin, finish, not_yet
from oncall.services.publishing import HORIZON
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
    since = _ahead(since, at)
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
        lambda moved: RotationSetUp(duty=_label(rotation), since=since, moved=moved),
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
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> Rotation:
    """Other layers from `since` on; whatever was to begin later is put aside."""
    rotation = begin(rotation_id, "revise_rotation", by=by, at=at, version=version)
    since = _ahead(since, at)
    _check(rotation.team, rotation.duty, layers)
    _add_version(rotation, layers, since, by=by, at=at)
    return finish(
        rotation,
        lambda moved: RotationRevised(duty=_label(rotation), since=since, moved=moved),
        by=by,
        at=at,
        source=source,
    )


@transaction.atomic
def join_rotation(
    rotation_id: int,
    *,
    person: Person,
    layer: str = "",
    since: datetime | None = None,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> Rotation:
    """They come last in the order of a layer (the first one, when not said) from `since` on."""
    rotation = begin(rotation_id, "join_rotation", by=by, at=at, version=version)
    since = _ahead(since, at)
    layers = with_joined(rotation, person, layer, since)
    _check(rotation.team, rotation.duty, layers)
    _add_version(rotation, layers, since, by=by, at=at)
    return finish(
        rotation,
        lambda moved: RotationJoined(
            duty=_label(rotation), person=person.username, since=since, moved=moved
        ),
        by=by,
        at=at,
        source=source,
    )


@transaction.atomic
def leave_rotation(
    rotation_id: int,
    *,
    person: Person,
    since: datetime | None = None,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> Rotation:
    """They take no turns from `since` on; a turn that runs then goes to the next in the order."""
    rotation = begin(rotation_id, "leave_rotation", by=by, at=at, version=version)
    since = _ahead(since, at)
    layers = with_left(rotation, person, since)
    _check(rotation.team, rotation.duty, layers)
    _add_version(rotation, layers, since, by=by, at=at)
    return finish(
        rotation,
        lambda moved: RotationLeft(
            duty=_label(rotation), person=person.username, since=since, moved=moved
        ),
        by=by,
        at=at,
        source=source,
    )


def with_joined(rotation: Rotation, person: Person, name: str, since: datetime) -> list[Layer]:
    """The layers as they would be; also for the preview."""
    layers = _standing(rotation, since)
    named = [n for n, each in enumerate(layers) if each.name == name or not name][:1]
    if not named:
        raise Invalid({"layer": [f"There is no layer called “{name}”."]})
    if person.pk in layers[named[0]].participants:
        raise RuleBroken(f"{person} takes turns there already.")
    return [joined(each, person.pk, since) if n in named else each for n, each in enumerate(layers)]


def with_left(rotation: Rotation, person: Person, since: datetime) -> list[Layer]:
    """The layers as they would be; a layer of which they were the only one goes with them."""
    layers = _standing(rotation, since)
    if not any(person.pk in layer.participants for layer in layers):
        raise RuleBroken(f"{person} takes no turns then.")
    found = [
        left(layer, person.pk, since) if person.pk in layer.participants else layer
        for layer in layers
    ]
    stay = [layer for layer in found if layer.participants]
    if not stay:
        raise RuleBroken(f"{person} is the only one left: name somebody else first.")
    return stay


def _standing(rotation: Rotation, since: datetime) -> tuple[Layer, ...]:
    return standing_layers(rotation, max(since, rotation.published_at))


def _ahead(since: datetime | None, at: datetime) -> datetime:
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


def _label(rotation: Rotation) -> str:
    return DutyKind(rotation.duty).label.lower()
