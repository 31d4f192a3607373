"""Rotations over REST: who is on duty now and next, until when and why; the schedule (ONC-4)."""

from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, ClassVar

from django.utils.dateparse import parse_datetime
from psycopg2.extras import DateTimeTZRange
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from channels.rest import conditions, cursors
from channels.rest.plain import hyphens, moment
from channels.rest.shapes import ALLOWED, VERSION, Shape, names, text, whole
from channels.rest.shapes import moment as moment_field
from channels.rest.told import Told
from channels.rest.views import Door, ThingDoor
from foundation.errors import Invalid, NotFound
from oncall import policy
from oncall.api import layers as layers_api
from oncall.api.layers import LAYER, LayerShown
from oncall.models import Duty, DutyKind, Rotation
from oncall.querysets import readable_teams, standing
from oncall.querysets.gaps import support_of
from oncall.querysets.ladder import learning
from oncall.querysets.rotas import published, standing_layers
from oncall.rules import Standing, gaps
from oncall.rules.changes import with_gaps
from oncall.rules.checks import year_fits
from oncall.rules.rota import Segment
from oncall.rules.turns import Span
from teams.models import Person, Team

Learning = set[tuple[int, str]]
#: How far ahead *next* is looked for, and how much of a schedule is told at once.
AHEAD = timedelta(weeks=26)
MOST_DAYS = 400
GAP_CHOICES = [(severity, severity) for severity in (gaps.NEAR, gaps.COMING, gaps.QUIET)]


class NextShown(Shape):
    person = text()
    since = moment_field(null=False)


class OnCallShown(Shape):
    """One duty of one team now. `gap` says that nobody has it; `why` is turn, swap, override or given."""

    team = text()
    duty = serializers.ChoiceField(DutyKind.choices)
    gap = serializers.BooleanField()
    person = text(null=True)
    since = moment_field()
    until = moment_field()
    why = text(null=True)
    instead_of = text(null=True)
    next = NextShown(allow_null=True)


class OnCallNow(Shape):
    as_of = moment_field(null=False)
    results = OnCallShown(many=True)


class RotationShown(Shape):
    key = whole("Its number in addresses.")
    version = whole(VERSION)
    team = text()
    duty = serializers.ChoiceField(DutyKind.choices)
    published_until = moment_field(null=False)
    layers = LayerShown(many=True)
    allowed = names(ALLOWED)


class StretchShown(Shape):
    """`shift` names the shift that it is a part of; null where nobody is on duty.

    `gap` says how much a gap of the four weeks ahead matters; it is quiet outside of support hours, and farther on.
    """

    person = text(null=True)
    since = moment_field(null=False)
    until = moment_field(null=False)
    why = text(null=True)
    shift = text(null=True)
    gap = serializers.ChoiceField(GAP_CHOICES, allow_null=True)


class ScheduleShown(Shape):
    rotation = whole()
    results = StretchShown(many=True)


ROTATION = {
    "key": 3,
    "version": 4,
    "team": "billing",
    "duty": "on_call",
    "published_until": "2027-05-30T09:00:00Z",
    "layers": [LAYER],
    "allowed": ["take-shift", "offer-swap"],
}
NOW = {
    "as_of": "2026-11-29T12:00:00Z",
    "results": [
        {
            "team": "billing",
            "duty": "on_call",
            "gap": False,
            "person": "otto",
            "since": "2026-11-23T08:00:00Z",
            "until": "2026-11-30T08:00:00Z",
            "why": "turn",
            "instead_of": None,
            "next": {"person": "ines", "since": "2026-11-30T08:00:00Z"},
        }
    ],
}
SCHEDULE = {
    "rotation": 3,
    "results": [
        {
            "person": "otto",
            "since": "2026-11-30T08:00:00Z",
            "until": "2026-12-07T08:00:00Z",
            "why": "turn",
            "shift": "2026-11-30 Week",
            "gap": None,
        }
    ],
}


class Now(Door):
    told: ClassVar = {
        "GET": Told(
            "Who is on duty now and next, until when and why; a gap is said as one",
            OnCallNow,
            NOW,
            asks={"team": "Only of this team."},
        )
    }

    def get(self, request: Request) -> Response:
        teams = readable_teams(standing(request.user, self.at))
        if asked := request.query_params.get("team"):
            teams = teams.filter(slug=asked.replace("\0", ""))
        span = DateTimeTZRange(self.at, self.at + AHEAD)
        held = Duty.objects.filter(team__in=teams, during__overlap=span).order_by("during", "pk")
        found: dict[tuple[int, str], list[Duty]] = {}
        for duty in held.select_related("person", "instead_of"):
            found.setdefault((duty.team_id, duty.duty), []).append(duty)
        results = [
            self._now(team, kind, found.get((team.pk, kind), []))
            for team in teams
            for kind in DutyKind.values
        ]
        return Response({"as_of": moment(self.at), "results": results})

    def _now(self, team: Team, kind: str, held: list[Duty]) -> dict[str, Any]:
        runs = next((d for d in held if d.during.lower <= self.at), None)
        mine = runs.person_id if runs else None
        following = next((d for d in held if d is not runs and d.person_id != mine), None)
        return {
            "team": team.slug,
            "duty": kind,
            "gap": runs is None,
            "person": runs.person.username if runs else None,
            "since": moment(runs.during.lower) if runs else None,
            "until": moment(runs.during.upper) if runs else None,
            "why": runs.why if runs else None,
            "instead_of": runs.instead_of.username if runs and runs.instead_of else None,
            "next": following
            and {"person": following.person.username, "since": moment(following.during.lower)},
        }


class RotationDoor(ThingDoor):
    @cached_property
    def who(self) -> Standing:
        return standing(self.request.user, self.at)

    @cached_property
    def learn(self) -> Learning:
        return learning(self.who.person_id)

    def find(self, key: int) -> Rotation:
        found = Rotation.objects.filter(pk=key, team__in=readable_teams(self.who))
        rotation = found.select_related("team__calendar").first()
        if rotation is None:
            raise NotFound("There is no such rotation.")
        return rotation

    def show(self, thing: Rotation) -> dict[str, Any]:
        return shown(thing, self.who, self.learn, self.at)

    def refusal(self, verb: str, thing: Rotation) -> str | None:
        return policy.may(verb, self.who, thing.team)

    def allowed_now(self, key: int) -> list[str]:
        return _allowed(self.find(key), self.who, self.learn)


class RotationList(Door):
    told: ClassVar = {"GET": Told("Rotations", RotationShown, ROTATION, lists=True)}

    def get(self, request: Request) -> Response:
        who = standing(request.user, self.at)
        found = Rotation.objects.filter(team__in=readable_teams(who)).select_related("team")
        rows = list(found.order_by("pk"))
        page = cursors.page_of_few(request, rows, lambda row: f"{row.pk:020}")
        learn = learning(who.person_id)
        return Response(page.shown([shown(row, who, learn, self.at) for row in page.rows]))


class OneRotation(RotationDoor):
    told: ClassVar = {
        "GET": Told("One rotation", RotationShown, ROTATION, versioned=True, refuses=(404,))
    }

    def get(self, request: Request, key: int) -> Response:
        found = self.find(key)
        etag = {"ETag": conditions.etag(found.version)}
        return Response(self.show(found), headers=etag)


class Schedule(RotationDoor):
    """As it is published, gaps said as such."""

    told: ClassVar = {
        "GET": Told(
            "Who is on duty when, as published, with its gaps",
            ScheduleShown,
            SCHEDULE,
            asks={
                "since": "A date-time with its offset; now unless said.",
                "until": f"At most {MOST_DAYS} days later; four weeks unless said.",
            },
            refuses=(400, 404),
        )
    }

    def get(self, request: Request, key: int) -> Response:
        rotation = self.find(key)
        since = _asked(request, "since") or self.at
        until = _asked(request, "until") or since + timedelta(weeks=4)
        if not since < until <= since + timedelta(days=MOST_DAYS):
            raise Invalid({"until": [f"Ask for {MOST_DAYS} days at most, forwards."]})
        found = published(rotation.team_id, rotation.duty, since, until)
        support = support_of(rotation.team, self.at, self.at + gaps.AHEAD)
        people = {s.who for s in found}
        known = dict(Person.objects.filter(pk__in=people).values_list("pk", "username"))
        results = [
            {
                "person": known.get(s.who),
                "since": moment(s.start),
                "until": moment(s.end),
                "why": s.why if s.who else None,
                "shift": s.slot or None,
                "gap": None if s.who else self._severity(s, support),
            }
            for s in with_gaps(found, since, until)
        ]
        return Response({"rotation": rotation.pk, "results": results})

    def _severity(self, gap: Segment, support: list[Span]) -> str | None:
        """The past is a record: it is no warning."""
        return (
            gaps.judged((gap.start, gap.end), support, self.at).severity
            if gap.end > self.at
            else None
        )


def _asked(request: Request, name: str) -> datetime | None:
    said = request.query_params.get(name, "").replace(" ", "+")
    if not said:
        return None
    try:
        found = parse_datetime(said)
    except ValueError:
        found = None
    if found is None or found.utcoffset() is None or not year_fits(found.date()):
        raise Invalid({name: ["Send a date-time with its offset (2026-12-01T09:00:00+01:00)."]})
    return found


def shown(rotation: Rotation, who: Standing, learn: Learning, at: datetime) -> dict[str, Any]:
    layers = standing_layers(rotation, max(at, rotation.published_at))
    people = {p for layer in layers for p in layer.participants}
    known = dict(Person.objects.filter(pk__in=people).values_list("pk", "username"))
    return {
        "key": rotation.pk,
        "version": rotation.version,
        "team": rotation.team.slug,
        "duty": rotation.duty,
        "published_until": moment(rotation.published_until),
        "layers": layers_api.shown(layers, known),
        "allowed": _allowed(rotation, who, learn),
    }


def _allowed(rotation: Rotation, who: Standing, learn: Learning) -> list[str]:
    learns = (rotation.team_id, rotation.duty) in learn
    return [hyphens(v) for v in policy.allowed(who, rotation.team, learning=learns)]
