"""Joining and leaving a rotation, also of what is to begin later: versions are only added (ONC-1, ONC-3)."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from foundation.errors import Invalid, RuleBroken
from oncall.events import RotationJoined, RotationLeft
from oncall.models import Rotation
from oncall.querysets.rotas import versions_of
from oncall.rules.changes import joined, layers_at, left
from oncall.rules.rota import Layer, Version
from oncall.services._act import begin
from oncall.services.rotations import ahead, change, label
from teams.models import Person


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
    since = ahead(since, at)
    return change(
        rotation,
        with_joined(rotation, person, since, at, layer),
        since,
        lambda moved: RotationJoined(
            duty=label(rotation), person=person.username, since=since, moved=moved
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
    since = ahead(since, at)
    return change(
        rotation,
        with_left(rotation, person, since, at),
        since,
        lambda moved: RotationLeft(
            duty=label(rotation), person=person.username, since=since, moved=moved
        ),
        by=by,
        at=at,
        source=source,
    )


def with_joined(
    rotation: Rotation, person: Person, since: datetime, at: datetime, name: str = ""
) -> tuple[Version, ...]:
    """They join what stands, and of what is to begin later whatever has the same people in that layer."""
    versions, since = _standing(rotation, since, at)
    first = layers_at(versions, since)
    named = next((each for each in first if each.name == name or not name), None)
    if named is None:
        raise Invalid({"layer": [f"There is no layer called “{name}”."]})
    if person.pk in named.participants:
        raise RuleBroken(f"{person} takes turns there already.")

    def with_them(layers: tuple[Layer, ...], moment: datetime) -> tuple[Layer, ...]:
        return tuple(
            joined(each, person.pk, since if each in first else moment)
            if each.name == named.name and set(each.participants) == set(named.participants)
            else each
            for each in layers
        )

    return _from(versions, since, with_them)


def with_left(
    rotation: Rotation, person: Person, since: datetime, at: datetime
) -> tuple[Version, ...]:
    """They leave what stands and what is to begin later; a layer of which they were the only one goes too.

    Where a layer that stands comes back later, its turns go on as if nothing had been between.
    """
    versions, since = _standing(rotation, since, at)
    first = layers_at(versions, since)
    if not any(person.pk in each.participants for each in first):
        raise RuleBroken(f"{person} takes no turns then.")

    def without_them(layers: tuple[Layer, ...], moment: datetime) -> tuple[Layer, ...]:
        found = (
            left(each, person.pk, since if each in first else moment)
            if person.pk in each.participants
            else each
            for each in layers
        )
        stay = tuple(each for each in found if each.participants)
        if not stay:
            raise RuleBroken(f"{person} is the only one left: name somebody else first.")
        return stay

    return _from(versions, since, without_them)


def _standing(
    rotation: Rotation, since: datetime, at: datetime
) -> tuple[tuple[Version, ...], datetime]:
    """What holds from now on, and from when the change holds: never before the rotation begins."""
    versions = versions_of(rotation, at)
    return versions, max(since, versions[0].since)


def _from(
    versions: tuple[Version, ...],
    since: datetime,
    changed: Callable[[tuple[Layer, ...], datetime], tuple[Layer, ...]],
) -> tuple[Version, ...]:
    """The versions with what stands at `since` changed from then on, and each later one from its own beginning on."""
    later = [Version(v.since, changed(v.layers, v.since)) for v in versions if v.since > since]
    return (Version(since, changed(layers_at(versions, since), since)), *later)
