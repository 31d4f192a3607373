"""From rows to the plain values that the resolver works on, and back from the published schedule."""

from collections.abc import Collection, Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet
from psycopg2.extras import DateTimeTZRange

from oncall.lifecycle import SwapState
from oncall.models import (
    Absence,
    Duty,
    Override,
    Rotation,
    RotationLayer,
    RotationVersion,
    SwapOffer,
)
from oncall.rules import Standing
from oncall.rules import rota as plain
from oncall.rules.changes import layers_at
from teams.models import Person
from teams.rules import Hours

WITH_LAYERS = ("layers__hours", "layers__participants")


def rota_of(rotation: Rotation, since: datetime, until: datetime) -> plain.Rota:
    """All that says who is on duty in [since, until)."""
    swapped = swapped_by(accepted_swaps(rotation))
    versions = tuple(v for v in versions_of(rotation, since) if v.since < until)
    overrides = tuple(
        plain.Override(row.pk, *_span(row), row.person_id)
        for row in rotation.overrides.filter(during__overlap=DateTimeTZRange(since, until))
    )
    people = {p for v in versions for layer in v.layers for p in layer.participants}
    people |= {o.who for o in overrides} | set(swapped.values())
    return plain.Rota(versions, overrides, absences_of(people, since, until), swapped)


def accepted_swaps(rotation: Rotation, but: Collection[SwapOffer] = ()) -> QuerySet[SwapOffer]:
    """In the order in which they were accepted."""
    accepted = rotation.swaps.filter(state=SwapState.ACCEPTED).order_by("place")
    found = accepted.only("slot", "taken_by_id", "in_return", "offered_by_id")
    return found.exclude(pk__in=[swap.pk for swap in but]) if but else found


def overrides_ahead(rotation: Rotation, at: datetime) -> QuerySet[Override]:
    """Those that count and are not over."""
    ahead = rotation.overrides.filter(during__endswith__gt=at, taken_back_at=None)
    return ahead.select_related("person").order_by("during", "pk")


def swapped_by(accepted: Iterable[SwapOffer]) -> dict[str, int]:
    """shift -> who took it; of two swaps of one shift, the later accepted counts: they come in that order."""
    swapped: dict[str, int] = {}
    for swap in accepted:
        assert swap.taken_by_id is not None  # a constraint of accepted swaps
        swapped[swap.slot] = swap.taken_by_id
        if swap.in_return:
            swapped[swap.in_return] = swap.offered_by_id
    return swapped


def versions_of(rotation: Rotation, since: datetime) -> tuple[plain.Version, ...]:
    """What holds from `since` on, in order: a version of a higher number puts aside whatever was to begin later."""
    found: list[RotationVersion] = []
    for version in rotation.versions.order_by("-number").prefetch_related(*WITH_LAYERS):
        if not found or version.since < found[-1].since:
            found.append(version)
            if version.since <= since:
                break
    return tuple(plain.Version(row.since, _layers_of(row)) for row in reversed(found))


def standing_layers(rotation: Rotation, at: datetime) -> tuple[plain.Layer, ...]:
    return layers_at(versions_of(rotation, at), at)


def _layers_of(version: RotationVersion) -> tuple[plain.Layer, ...]:
    return tuple(_layer(row) for row in sorted(version.layers.all(), key=lambda r: r.position))


def _layer(row: RotationLayer) -> plain.Layer:
    people = sorted(row.participants.all(), key=lambda p: p.position)
    return plain.Layer(
        name=row.name,
        zone=ZoneInfo(row.zone),
        starts=row.starts,
        handoff=row.handoff,
        unit=row.unit,
        length=row.length,
        participants=tuple(p.person_id for p in people),
        hours=frozenset(Hours(h.weekday, h.starts, h.ends) for h in row.hours.all()),
    )


def absences_of(
    people: Iterable[int], since: datetime, until: datetime
) -> tuple[plain.Absence, ...]:
    """When these people are away; who has left the company is away for good."""
    people = list(people)
    away = Absence.objects.filter(
        person_id__in=people, during__overlap=DateTimeTZRange(since, until)
    )
    left = Person.objects.filter(pk__in=people, is_active=False).values_list("pk", flat=True)
    return (
        *(plain.Absence(row.person_id, *_span(row)) for row in away.order_by("pk")),
        *(plain.Absence(who, since, until) for who in left.order_by("pk")),
    )


def _span(row: Override | Absence) -> tuple[datetime, datetime]:
    """What was taken back counts until then; taken back before it began, never."""
    start, end = row.during.lower, row.during.upper
    return start, min(end, row.taken_back_at) if row.taken_back_at else end


def published(team_id: int, duty: str, since: datetime, until: datetime) -> list[plain.Segment]:
    """The schedule as it is written down, cut to [since, until); gaps are left out."""
    rows = Duty.objects.filter(
        team_id=team_id, duty=duty, during__overlap=DateTimeTZRange(since, until)
    ).order_by("during", "pk")
    return [s._replace(start=max(s.start, since), end=min(s.end, until)) for s in segments(rows)]


def segments(rows: Iterable[Duty]) -> list[plain.Segment]:
    """Duties as the resolver says them."""
    return [
        plain.Segment(
            row.during.lower,
            row.during.upper,
            row.person_id,
            row.why,
            row.slot,
            row.instead_of_id,
        )
        for row in rows
    ]


def shifts_of(person: Person, since: datetime, until: datetime) -> QuerySet[Duty]:
    """What they are on duty for within [since, until), every duty of every team."""
    return (
        Duty.objects.filter(person=person, during__overlap=DateTimeTZRange(since, until))
        .select_related("team", "rotation")
        .order_by("during", "pk")
    )


def swaps_waiting_for(who: Standing) -> QuerySet[SwapOffer]:
    """Shifts ahead that somebody offers to this person, or to anybody of a team of theirs; the nearest first."""
    ahead = Duty.objects.filter(
        rotation=OuterRef("rotation"), slot=OuterRef("slot"), during__endswith__gt=who.at
    )
    return (
        SwapOffer.objects.filter(
            Exists(ahead),
            Q(to=who.person_id) | Q(to__isnull=True),
            state=SwapState.OFFERED,
            rotation__team__in=who.teams,
        )
        .exclude(offered_by=who.person_id)
        .select_related("rotation__team", "offered_by")
        .order_by("starts_at", "pk")
    )


def living_swaps(rotation: Rotation) -> QuerySet[SwapOffer]:
    return rotation.swaps.filter(state__in=(SwapState.OFFERED, SwapState.ACCEPTED))


def bound_to(rotation: Rotation, shifts: Collection[str]) -> list[SwapOffer]:
    """The swaps, offered or accepted, of any of these shifts."""
    if not shifts:
        return []
    found = living_swaps(rotation).filter(Q(slot__in=shifts) | Q(in_return__in=shifts))
    return list(found.select_related("offered_by", "to", "taken_by").order_by("pk"))
