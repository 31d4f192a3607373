"""What a change of a rotation would do, before it is saved: who loses and gets what, what else it touches (ONC-3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from oncall.models import Override, Rotation, SwapOffer
from oncall.querysets.rotas import (
    absences_of,
    accepted_swaps,
    bound_to,
    overrides_ahead,
    published,
    rota_of,
    swapped_by,
    versions_of,
)
from oncall.rules.changes import Moved, moved, replaced, shifts_of, with_gaps
from oncall.rules.resolver import resolve
from oncall.rules.rota import Layer, Rota, Version
from oncall.services.joining import with_joined, with_left
from oncall.services.publishing import HORIZON
from oncall.services.rotations import ahead, check_change
from teams.models import Person


@dataclass(frozen=True)
class Preview:
    """What other layers would do, in the half year ahead: what moves for whom (None is a gap), which swaps would
    apply no longer, which overrides go on counting, and what was to begin later and would be put aside."""

    moved: Mapping[int | None, Moved]
    lapses: Sequence[SwapOffer] = ()
    overrides: Sequence[Override] = ()
    put_aside: Sequence[datetime] = ()


def preview(
    rotation: Rotation,
    layers: Sequence[Layer],
    since: datetime,
    at: datetime,
    until: datetime | None = None,
) -> Preview:
    """What these layers from `since` on (until then, when said) would do; refuses what the verb would. Writes nothing.

    The rotation may be one that is not saved yet: its record begins where it does.
    """
    check_change(rotation, layers, since, until, at)
    begun = max(at, rotation.published_at)
    versions = () if rotation.pk is None else versions_of(rotation, begun)
    found = _previewed(rotation, replaced(versions, since, tuple(layers), until), at)
    if rotation.pk is None:
        return found
    later = {version.since for version in versions if version.since >= since}
    return replace(
        found,
        overrides=[
            o for o in overrides_ahead(rotation, since) if until is None or o.during.lower < until
        ],
        put_aside=() if until else sorted(later),
    )


def preview_joined(
    rotation: Rotation, person: Person, since: datetime | None, at: datetime, layer: str = ""
) -> Preview:
    """What moves when they take turns from `since` on (now, when not said); refuses what *join* would."""
    return _changed(rotation, with_joined(rotation, person, ahead(since, at), at, layer), at)


def preview_left(
    rotation: Rotation, person: Person, since: datetime | None, at: datetime
) -> Preview:
    """What moves when they take no turns from `since` on; refuses what *leave* would."""
    return _changed(rotation, with_left(rotation, person, ahead(since, at), at), at)


def _changed(rotation: Rotation, versions: Sequence[Version], at: datetime) -> Preview:
    """Of versions from a moment on: those before it stay, and nothing is put aside."""
    since = versions[0].since
    for version in versions:
        check_change(rotation, version.layers, version.since, None, at)
    kept = (v for v in versions_of(rotation, at) if v.since < since)
    found = _previewed(rotation, (*kept, *versions), at)
    return replace(found, overrides=list(overrides_ahead(rotation, since)))


def _previewed(rotation: Rotation, changed: Sequence[Version], at: datetime) -> Preview:
    """What moves and which swaps lapse when these versions hold; of a rotation that is not saved, what moves."""
    at = max(at, rotation.published_at)
    # What the horizon does not show yet moves for nobody.
    horizon = at + HORIZON if rotation.pk is None else max(rotation.published_until, at)
    rota = Rota(()) if rotation.pk is None else rota_of(rotation, at, horizon)
    people = {p for version in changed for layer in version.layers for p in layer.participants}
    absences = {*rota.absences, *absences_of(people, at, horizon)}
    after = replace(rota, versions=tuple(changed), absences=tuple(absences))
    before = with_gaps(published(rotation.team_id, rotation.duty, at, horizon), at, horizon)
    if rotation.pk is None:
        return Preview(moved(before, resolve(after, at, horizon)))
    lapses = bound_to(rotation, shifts_of(rota, at, horizon) - shifts_of(after, at, horizon))
    after = replace(after, swapped=swapped_by(accepted_swaps(rotation, but=lapses)))
    return Preview(moved(before, resolve(after, at, horizon)), lapses)
