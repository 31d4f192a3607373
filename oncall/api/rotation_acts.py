"""Verbs on rotations over REST: set up and revise with a preview of what moves; join, leave, override, swap (ONC-3)."""

from collections.abc import Mapping
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request

from channels.rest import bodies, conditions
from channels.rest.fields import Text, Until, as_moment
from channels.rest.shapes import Shape
from channels.rest.told import Told
from channels.rest.views import SOURCE, Act, ActingDoor, Shown, VerbDoor
from foundation.errors import NotAllowed, NotFound
from oncall import policy, services
from oncall.api import layers as layers_api
from oncall.api.layers import LAYER, LayersBody
from oncall.api.previews import MOVES, MovesShown, previewed
from oncall.api.reading import person_of
from oncall.api.rotations import (
    ROTATION,
    OneRotation,
    RotationDoor,
    RotationList,
    RotationShown,
    Schedule,
    shown,
)
from oncall.models import DutyKind, Rotation
from oncall.querysets import readable_teams, standing
from oncall.querysets.ladder import learning
from teams.models import Team


class OverrideBody(Shape):
    person = Text(max_length=150)
    start = Until()
    end = Until()


class JoinBody(Shape):
    person = Text(max_length=150)
    layer = Text(max_length=40, required=False, allow_blank=True)
    since = Until(required=False)


class LeaveBody(Shape):
    person = Text(max_length=150)
    since = Until(required=False)


class OfferBody(Shape):
    shift = Text(max_length=60)
    to = Text(max_length=150, required=False, allow_blank=True)
    in_return = Text(max_length=60, required=False, allow_blank=True)


class BeginBody(LayersBody):
    since = Until(required=False)


class ReviseBody(BeginBody):
    """With `until` only for that while; then everything is as it would have been."""

    until = Until(required=False)


class OfTeam(Shape):
    team = Text(max_length=50)
    duty = serializers.ChoiceField(DutyKind.choices)


class SetUpBody(OfTeam, BeginBody):
    pass


class PreviewBody(OfTeam, ReviseBody):
    pass


REVISE = {"layers": [LAYER], "since": "2026-12-07"}
SET_UP = {"team": "billing", "duty": "on_call", **REVISE}


def meant(door: Any, rotation: Rotation, typed: Mapping[str, Any]) -> dict[str, Any]:
    """User names into people, dates into moments of the team's zone, layers into layers."""
    zone = ZoneInfo(rotation.team.calendar.zone)
    found: dict[str, Any] = {}
    for name, value in typed.items():
        if name in ("person", "to"):
            found[name] = person_of(name, value)
        elif name in ("start", "end", "since", "until"):
            found[name] = as_moment(value, zone)
        elif name == "layers":
            found[name] = layers_api.meant(value)
        else:
            found["slot" if name == "shift" else name] = value
    return found


ACTS = (
    Act("take-shift", services.take_shift, "Take over now, until the shift that runs ends"),
    Act(
        "offer-swap",
        services.offer_swap,
        "Offer a shift to somebody or anybody, with or without one in return",
        OfferBody,
        meant,
        {"shift": "2026-12-07 Week", "to": "ines", "in_return": "2026-12-14 Week"},
    ),
    Act(
        "override",
        services.override,
        "Somebody is on duty for a while, whoever's turn it is; the later made wins",
        OverrideBody,
        meant,
        {"person": "ines", "start": "2026-12-24", "end": "2026-12-26"},
    ),
    Act(
        "join-rotation",
        services.join_rotation,
        "Somebody takes turns from a day on, after everybody else",
        JoinBody,
        meant,
        {"person": "rhea", "since": "2027-01-04"},
    ),
    Act(
        "leave-rotation",
        services.leave_rotation,
        "Somebody takes no turns from a day on",
        LeaveBody,
        meant,
        {"person": "otto", "since": "2027-01-04"},
    ),
    Act(
        "revise-rotation",
        services.revise_rotation,
        "Other layers from a moment on, for good or for a while",
        ReviseBody,
        meant,
        REVISE,
    ),
)


class RotationVerb(RotationDoor, VerbDoor):
    shape = RotationShown
    example = ROTATION

    def answer(self, thing: Any) -> Shown:
        return super().answer(self.find(self.kwargs["key"]))


class SetUp(RotationList, ActingDoor):
    told: ClassVar = {
        **RotationList.told,
        "POST": Told(
            "Set up the rotation of a team's duty",
            RotationShown,
            ROTATION,
            takes=SetUpBody,
            sends=SET_UP,
            status=201,
            versioned=True,
            refuses=(404, 409),
        ),
    }

    def act_on(self, request: Request, **where: str) -> Shown:
        team, typed = _set_up(self, request, SetUpBody)
        made = services.set_up_rotation(
            team, typed.pop("duty"), **typed, by=request.user, at=self.at, source=SOURCE
        )
        who = standing(request.user, self.at)
        body = shown(made, who, learning(who.person_id), self.at)
        return Shown(body, 201, {"ETag": conditions.etag(made.version)})


class Preview(ActingDoor):
    """Writes nothing: what a rotation with these layers moves, new or revised."""

    told: ClassVar = {
        "POST": Told(
            "What these layers would move for whom, before they are saved",
            MovesShown,
            MOVES,
            takes=PreviewBody,
            sends=SET_UP,
            refuses=(404,),
        )
    }

    def act_on(self, request: Request, **where: str) -> Shown:
        team, typed = _set_up(self, request, PreviewBody)
        duty, layers = typed["duty"], typed["layers"]
        there = Rotation.objects.filter(team=team, duty=duty).first()
        since, until = typed.get("since", self.at), typed.get("until")
        rotation = there or Rotation(team=team, duty=duty, published_at=since)
        return Shown(previewed(services.preview(rotation, layers, since, self.at, until)))


def _set_up(door: ActingDoor, request: Request, shape: type[Shape]) -> tuple[Team, dict[str, Any]]:
    """The team that was named, by who reads its schedule and leads it, and what was sent."""
    who = standing(request.user, door.at)
    typed = bodies.shaped(shape, bodies.read_object(request))
    found = readable_teams(who).filter(slug=typed.pop("team")).select_related("calendar").first()
    if found is None:
        raise NotFound("There is no such delivery team.")
    if why := policy.may_set_up_rotation(who, found):
        raise NotAllowed(why)
    return found, meant(door, Rotation(team=found), typed)


urlpatterns = [
    path("rotations/", SetUp.as_view(), name="api-rotations"),
    path("rotations/preview/", Preview.as_view(), name="api-rotation-preview"),
    path("rotations/<int:key>/", OneRotation.as_view(), name="api-rotation"),
    path("rotations/<int:key>/schedule/", Schedule.as_view(), name="api-schedule"),
    *(
        path(
            f"rotations/<int:key>/{act.verb}/",
            RotationVerb.of(act).as_view(),
            name=f"api-rotation-{act.verb}",
        )
        for act in ACTS
    ),
]
