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
from oncall.rules.rota import Layer, Rota
from oncall.services.publishing import HORIZON
from oncall.services.rotations import check_change


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
    at = max(at, rotation.published_at)
    # What the horizon does not show yet moves for nobody.
    horizon = at + HORIZON if rotation.pk is None else max(rotation.published_until, at)
    rota = Rota(()) if rotation.pk is None else rota_of(rotation, at, horizon)
    versions = () if rotation.pk is None else versions_of(rotation, at)
    people = {p for layer in layers for p in layer.participants}
    changed = replaced(versions, since, tuple(layers), until)
    after = replace(
        rota,
        versions=changed,
        absences=tuple({*rota.absences, *absences_of(people, at, horizon)}),
    )
    before = published(rotation.team_id, rotation.duty, at, horizon)
    if rotation.pk is None:
        return Preview(moved(with_gaps(before, at, horizon), resolve(after, at, horizon)))
    lapses = bound_to(rotation, shifts_of(rota, at, horizon) - shifts_of(after, at, horizon))
    after = replace(after, swapped=swapped_by(accepted_swaps(rotation, but=lapses)))
    later = {version.since for version in versions if version.since >= since}
    return Preview(
        moved(with_gaps(before, at, horizon), resolve(after, at, horizon)),
        lapses,
        [o for o in overrides_ahead(rotation, since) if until is None or o.during.lower < until],
        () if until else sorted(later),
    )
