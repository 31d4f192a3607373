"""Rotations of the cast, made by the verbs: Platform's on-call duty, which nobody has by hand."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from oncall import services
from oncall.models import Duty, Rotation
from oncall.rules.rota import Layer
from teams.models import Membership, Person
from tests.cast import Cast

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)


def layer(cast: Cast, *people: Person, **told: Any) -> Layer:
    """Daily turns from today's midnight in Brussels on, in this order."""
    zone = ZoneInfo("Europe/Brussels")
    given = {
        "name": "turns",
        "zone": zone,
        "starts": cast.now.astimezone(zone).date(),
        "handoff": time(0),
        "unit": "day",
        "length": 1,
        "participants": tuple(p.pk for p in people),
    }
    return Layer(**{**given, **told})


def crew(cast: Cast) -> list[Person]:
    """Otto, Ines and Rhea are of Platform too, beside Sami."""
    for person in (cast.otto, cast.ines, cast.rhea):
        Membership.objects.get_or_create(person=person, team=cast.platform, role="developer")
    return [cast.sami, cast.otto, cast.ines, cast.rhea]


def a_rotation(cast: Cast, *layers: Layer, at: datetime | None = None, **told: Any) -> Rotation:
    """Sami, Otto and Ines are on call for Platform, a day each."""
    sami, otto, ines, _ = crew(cast)
    layers = layers or (layer(cast, sami, otto, ines),)
    given = {"by": cast.adam, "at": at or cast.now, **told}
    return services.set_up_rotation(cast.platform, "on_call", layers=layers, **given)


def schedule(rotation: Rotation) -> list[tuple[str, datetime, datetime]]:
    rows = Duty.objects.filter(team=rotation.team_id, duty=rotation.duty).order_by("during")
    return [
        (d.person.username, d.during.lower, d.during.upper) for d in rows.select_related("person")
    ]


def midnight(cast: Cast, days: int = 0) -> datetime:
    """By the clock of Brussels, so many days ahead of today's."""
    there = cast.now.astimezone(ZoneInfo("Europe/Brussels"))
    return datetime.combine(there.date() + days * DAY, time(), there.tzinfo)


def slot(cast: Cast, days: int, name: str = "turns") -> str:
    return f"{midnight(cast, days).date()} {name}"


def holders(rotation: Rotation, moments: list[datetime]) -> list[str | None]:
    """Who is on duty at each of these moments, as everything else asks it."""
    rows = Duty.objects.filter(rotation=rotation).select_related("person")
    return [
        next((d.person.username for d in rows if d.during.lower <= m < d.during.upper), None)
        for m in moments
    ]
