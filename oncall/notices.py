"""“My next shift moved” is the only change of a schedule that people are told (ONC-4)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from channels.lifecycle import Topic
from channels.registry import Letter, tells
from journal.models import Event
from oncall.models import DutyKind, Handoff
from teams.models import Person, Team


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


def _words(move: dict[str, Any], zone: ZoneInfo) -> str:
    duty = DutyKind(move["duty"]).label
    before, after = (_span(move[key], zone) for key in ("before", "after"))
    return f"{duty}: before {before or 'no shift ahead'}; now {after or 'no shift ahead'} ({zone.key})."


def _span(said: list[str], zone: ZoneInfo) -> str:
    if not said:
        return ""
    start, end = (datetime.fromisoformat(moment).astimezone(zone) for moment in said)
    return f"{start:%a %-d %b %H:%M} to {end:%a %-d %b %H:%M}"
