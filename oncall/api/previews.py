"""What a change of a rotation would move, over REST, before it is saved (ONC-3)."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from channels.rest.plain import moment
from channels.rest.shapes import Shape, text, whole
from channels.rest.shapes import moment as moment_field
from oncall.rules.changes import Moved, Span
from oncall.services import Preview
from teams.models import Person


class SpanShown(Shape):
    since = moment_field(null=False)
    until = moment_field(null=False)


class MovedShown(Shape):
    """What a person loses and gets in the half year ahead; null is nobody, a gap."""

    person = text(null=True)
    hours_before = serializers.FloatField()
    hours_after = serializers.FloatField()
    loses = SpanShown(many=True)
    gets = SpanShown(many=True)


class LapseShown(Shape):
    """An accepted or offered swap whose shift would be none any more."""

    swap = whole("Its number in addresses.")
    shift = text()
    in_return = text(null=True)
    offered_by = text()
    taken_by = text(null=True)


class StaysShown(Shape):
    """An override that goes on counting, over the new layers too."""

    person = text()
    since = moment_field(null=False)
    until = moment_field(null=False)


class MovesShown(Shape):
    results = MovedShown(many=True)
    swaps_lapse = LapseShown(many=True)
    overrides_stay = StaysShown(many=True)
    put_aside = serializers.ListField(
        child=serializers.DateTimeField(),
        help_text="When what is put aside was to begin.",
    )


MOVES = {
    "results": [
        {
            "person": "otto",
            "hours_before": 2184.0,
            "hours_after": 2016.0,
            "loses": [{"since": "2026-12-07T08:00:00Z", "until": "2026-12-14T08:00:00Z"}],
            "gets": [],
        }
    ],
    "swaps_lapse": [
        {
            "swap": 5,
            "shift": "2026-12-07 Week",
            "in_return": None,
            "offered_by": "otto",
            "taken_by": "ines",
        }
    ],
    "overrides_stay": [],
    "put_aside": [],
}


def previewed(found: Preview) -> dict[str, Any]:
    moved = found.moved
    people = Person.objects.filter(pk__in=filter(None, moved))
    known = dict(people.values_list("pk", "username"))
    return {
        "results": [_moved(known.get(p or 0), moved[p]) for p in _order(moved)],
        "swaps_lapse": [
            {
                "swap": swap.pk,
                "shift": swap.slot,
                "in_return": swap.in_return or None,
                "offered_by": swap.offered_by.username,
                "taken_by": swap.taken_by and swap.taken_by.username,
            }
            for swap in found.lapses
        ],
        "overrides_stay": [
            {"person": o.person.username, **_span((o.during.lower, o.during.upper))}
            for o in found.overrides
        ],
        "put_aside": [moment(since) for since in found.put_aside],
    }


def _order(moved: Mapping[int | None, Moved]) -> list[int | None]:
    """People by their keys, the gaps last."""
    return sorted(moved, key=lambda who: (who is None, who or 0))


def _moved(username: str | None, change: Moved) -> dict[str, Any]:
    return {
        "person": username,
        "hours_before": change.before.total_seconds() / 3600,
        "hours_after": change.after.total_seconds() / 3600,
        "loses": [_span(span) for span in change.loses],
        "gets": [_span(span) for span in change.gets],
    }


def _span(span: Span) -> dict[str, Any]:
    return {"since": moment(span[0]), "until": moment(span[1])}
