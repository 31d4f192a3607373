"""What people are told of duties: that their next shift moved, the only change (ONC-4), and what they are asked."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from channels.lifecycle import Topic
from channels.registry import Letter, tells
from journal.models import Event
from oncall.models import DutyKind, Handoff, Rotation, SwapOffer
from teams.lifecycle import Role
from teams.models import Person, Team
from teams.querysets import members_of

#: How many gaps a letter spells out.
GAPS = 3


@tells("schedule.moved")
def next_shift_moved(event: Event) -> Iterator[Letter]:
    """Each person once per change, with before and after, by their own wall clock; not who moved it."""
    team = Team.objects.get(pk=event.subject)
    moves: dict[int, list[dict[str, Any]]] = {}
    for move in event.data["moves"]:
        moves.setdefault(move["person"], []).append(move)
    for person in Person.objects.filter(pk__in=moves, is_active=True).order_by("pk"):
        if person.pk == event.by_id:
            continue
        duties = " and ".join(DutyKind(m["duty"]).label.lower() for m in moves[person.pk])
        yield Letter(
            person_id=person.pk,
            subject=f"Your next shift moved: {duties}, {team.name}",
            body=" ".join(_words(move, ZoneInfo(person.zone)) for move in moves[person.pk]),
            url="/on-call/feeds/",
            topic=Topic.ASSIGNED,
        )


@tells("rotation.swap_lapsed")
def swap_applies_no_longer(event: Event) -> Iterator[Letter]:
    """Both of a swap, or who offered and who was asked: a change of the rotation took its shift away."""
    swap = SwapOffer.objects.select_related("rotation__team").get(pk=event.data["swap"])
    team, duty = swap.rotation.team, DutyKind(swap.rotation.duty).label.lower()
    both = {swap.offered_by_id, swap.taken_by_id or swap.to_id} - {None, event.by_id}
    shifts = " and ".join(filter(None, [swap.slot, swap.in_return]))
    for person in Person.objects.filter(pk__in=both, is_active=True).order_by("pk"):
        yield Letter(
            person_id=person.pk,
            subject=f"A swap of yours no longer applies: {duty}, {team.name}",
            body=f"The rotation changed, and the shift is none any more ({shifts}). The calendar says who is on duty.",
            url=f"/on-call/?team={team.slug}",
            topic=Topic.ASSIGNED,
        )


@tells("rotation.gap_near")
def gap_near(event: Event) -> Iterator[Letter]:
    """The team's leads: who decides who is on duty is who can close it."""
    rotation = Rotation.objects.select_related("team").get(pk=event.subject)
    team, duty = rotation.team, DutyKind(rotation.duty).label
    spans = [said.split("/") for said in event.data["gaps"]]
    for person in members_of(team.pk).filter(memberships__role=Role.LEAD, memberships__team=team):
        zone = ZoneInfo(person.zone)
        said = "; ".join(_span(span, zone) for span in spans[:GAPS])
        more = f"; and {len(spans) - GAPS} more" if len(spans) > GAPS else ""
        yield Letter(
            person_id=person.pk,
            subject=f"Nobody is on duty then: {duty.lower()}, {team.name}",
            body=f"Nobody in support hours: {said}{more} ({zone.key}). Until somebody takes it, pages fall to you.",
            url=f"/on-call/{rotation.pk}/",
            topic=Topic.ASSIGNED,
        )


@tells("handoff.came")
def duty_came(event: Event) -> Iterator[Letter]:
    """Whoever has the duty from now on: until when, and what was left for them."""
    came = Handoff.objects.select_related("team", "person").get(pk=event.subject)
    until = datetime.fromisoformat(event.data["until"]).astimezone(ZoneInfo(came.person.zone))
    note = f" {event.data['wrote']} left a note." if "wrote" in event.data else ""
    yield Letter(
        person_id=came.person_id,
        subject=f"Yours now: {DutyKind(came.duty).label.lower()}, {came.team.name}",
        body=f"Until {until:%a %-d %b %H:%M} ({came.person.zone}).{note} The handoff page shows what is open.",
        url=f"/on-call/handoff/?team={came.team.slug}&duty={came.duty}",
        topic=Topic.ASSIGNED,
        quotes=True,
    )


@tells("rotation.swap_offered")
def shift_offered(event: Event) -> Iterator[Letter]:
    """Who is named is asked; an offer to anybody waits on the desks of the team."""
    swap = _swap(event)
    if swap.to is not None and swap.to_id != event.by_id:
        return_words = " for one of yours" if swap.in_return else ""
        yield _about(
            swap,
            swap.to,
            f"{swap.offered_by} offers you a shift{return_words}",
            "Will you take it?",
        )


@tells("rotation.swap_accepted")
def shift_taken(event: Event) -> Iterator[Letter]:
    swap = _swap(event)
    if swap.offered_by_id != event.by_id:
        yield _about(
            swap, swap.offered_by, f"{swap.taken_by} takes your shift", "The calendar says so."
        )


@tells("rotation.swap_declined")
def shift_not_taken(event: Event) -> Iterator[Letter]:
    swap = _swap(event)
    if swap.offered_by_id != event.by_id:
        words = "It stays yours: offer it to somebody else, or to anybody."
        yield _about(swap, swap.offered_by, f"{swap.to} cannot take your shift", words)


def _swap(event: Event) -> SwapOffer:
    known = SwapOffer.objects.select_related("rotation__team", "offered_by", "to", "taken_by")
    return known.get(pk=event.data["swap"])


def _about(swap: SwapOffer, person: Person, subject: str, words: str) -> Letter:
    starts = swap.starts_at.astimezone(ZoneInfo(person.zone))
    duty = DutyKind(swap.rotation.duty).label
    return Letter(
        person_id=person.pk,
        subject=subject,
        body=f"{duty}, {swap.rotation.team.name}, from {starts:%a %-d %b %H:%M} ({person.zone}). {words}",
        url=f"/on-call/{swap.rotation_id}/",
        topic=Topic.ASSIGNED,
    )


def _words(move: dict[str, Any], zone: ZoneInfo) -> str:
    duty = DutyKind(move["duty"]).label
    before, after = (_span(move[key], zone) for key in ("before", "after"))
    return f"{duty}: before {before or 'no shift ahead'}; now {after or 'no shift ahead'} ({zone.key})."


def _span(said: list[str], zone: ZoneInfo) -> str:
    if not said:
        return ""
    start, end = (datetime.fromisoformat(moment).astimezone(zone) for moment in said)
    return f"{start:%a %-d %b %H:%M} to {end:%a %-d %b %H:%M}"
