"""The layers of a rotation as REST shows and takes them: the same shape both ways (ONC-1)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models.functions import Lower
from rest_framework import serializers

from channels.rest.fields import Text
from channels.rest.shapes import Shape, names, text, whole
from foundation.errors import Invalid
from oncall.lifecycle import TurnUnit
from oncall.rules.checks import LONGEST, MOST_LAYERS, MOST_PEOPLE, NAME
from oncall.rules.hours import MOST as MOST_HOURS
from oncall.rules.rota import Layer
from teams.models import Person
from teams.rules import WEEKDAYS, Hours, is_zone

WEEKDAY_CHOICES = [(day, day) for day in WEEKDAYS]


class LayerHoursShown(Shape):
    """An end at or before the start is on the next day."""

    weekday = serializers.ChoiceField(WEEKDAY_CHOICES)
    starts = serializers.TimeField()
    ends = serializers.TimeField()


class LayerShown(Shape):
    name = text()
    zone = text()
    unit = serializers.ChoiceField(TurnUnit.choices)
    length = whole()
    starts = serializers.DateField()
    handoff = serializers.TimeField()
    participants = names("In order.")
    hours = LayerHoursShown(many=True)


class LayerBody(Shape):
    """Without `hours` it is always on duty."""

    name = Text(max_length=NAME)
    zone = Text(max_length=60)
    unit = serializers.ChoiceField(TurnUnit.choices)
    length = serializers.IntegerField(min_value=1, max_value=LONGEST)
    starts = serializers.DateField(help_text="The day of the first handoff.")
    handoff = serializers.TimeField()
    participants = serializers.ListField(
        child=Text(max_length=150), max_length=MOST_PEOPLE, help_text="User names, in order."
    )
    hours = LayerHoursShown(many=True, required=False, max_length=MOST_HOURS)

    def validate_zone(self, value: str) -> str:
        if not is_zone(value):
            raise serializers.ValidationError(f"There is no time zone called “{value}”.")
        return value


class LayersBody(Shape):
    layers = LayerBody(many=True, allow_empty=False, max_length=MOST_LAYERS)


LAYER = {
    "name": "Week",
    "zone": "Europe/Brussels",
    "unit": "week",
    "length": 1,
    "starts": "2026-11-30",
    "handoff": "09:00:00",
    "participants": ["otto", "ines"],
    "hours": [],
}


def shown(layers: Iterable[Layer], known: Mapping[int, str]) -> list[dict[str, Any]]:
    """`known` is person -> user name."""
    return [
        {
            "name": layer.name,
            "zone": layer.zone.key,
            "unit": layer.unit,
            "length": layer.length,
            "starts": layer.starts.isoformat(),
            "handoff": layer.handoff.isoformat(),
            "participants": [known[p] for p in layer.participants],
            "hours": [
                {
                    "weekday": WEEKDAYS[h.weekday],
                    "starts": h.starts.isoformat(),
                    "ends": h.ends.isoformat(),
                }
                for h in sorted(layer.hours)
            ],
        }
        for layer in layers
    ]


def meant(typed: Sequence[Mapping[str, Any]]) -> list[Layer]:
    """The layers that were sent, their people found; whether they can be used, the verb says."""
    wanted = {name.lower() for layer in typed for name in layer["participants"]}
    rows = Person.objects.annotate(lower=Lower("username")).filter(lower__in=wanted)
    people = dict(rows.values_list("lower", "pk"))
    if strangers := sorted(wanted - people.keys()):
        raise Invalid({"layers": [f"There is nobody called {', '.join(strangers)}."]})
    return [_layer(layer, people) for layer in typed]


def _layer(said: Mapping[str, Any], people: Mapping[str, int]) -> Layer:
    return Layer(
        name=said["name"],
        zone=ZoneInfo(said["zone"]),
        starts=said["starts"],
        handoff=said["handoff"],
        unit=said["unit"],
        length=said["length"],
        participants=tuple(people[name.lower()] for name in said["participants"]),
        hours=frozenset(
            Hours(WEEKDAYS.index(h["weekday"]), h["starts"], h["ends"])
            for h in said.get("hours", ())
        ),
    )
