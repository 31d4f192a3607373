"""How a team fixes its P1s over REST: what it said, and saying it (BUG-7)."""

from typing import Any, ClassVar

from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bugs import services
from bugs.lifecycle import P1Way
from bugs.models import P1Policy
from channels.rest import bodies, plain
from channels.rest.fields import Day
from channels.rest.shapes import Shape, moment, text
from channels.rest.told import Told
from channels.rest.views import SOURCE, ActingDoor, Shown
from oncall.querysets import own_delivery_team


class P1PolicyShown(Shape):
    team = text()
    way = serializers.ChoiceField(P1Way.choices)
    since = serializers.DateField(help_text="The first day on which it holds.")
    published_by = text()
    published_at = moment(null=False)


class P1Policies(Shape):
    results = P1PolicyShown(many=True)


class PublishP1Policy(Shape):
    way = serializers.ChoiceField(P1Way.choices)
    since = Day(help_text="Today or later, where the team works.")


EXAMPLE = {
    "team": "billing",
    "way": "pair",
    "since": "2026-12-01",
    "published_by": "rhea",
    "published_at": "2026-11-29T09:00:00Z",
}


class P1PolicyDoor(ActingDoor):
    told: ClassVar = {
        "GET": Told(
            "How a team fixes its P1s, newest first",
            P1Policies,
            {"results": [EXAMPLE]},
            refuses=(404,),
        ),
        "POST": Told(
            "Say how P1s are fixed from a day on",
            P1PolicyShown,
            EXAMPLE,
            takes=PublishP1Policy,
            sends={"way": "pair", "since": "2026-12-01"},
            status=201,
            refuses=(404,),
        ),
    }

    def get(self, request: Request, team: str) -> Response:
        mine = own_delivery_team(team, request.user, self.at)
        found = P1Policy.objects.filter(team=mine).select_related("published_by", "team")
        return Response({"results": [_shown(one) for one in found.order_by("-since")]})

    def act_on(self, request: Request, **where: str) -> Shown:
        team = own_delivery_team(where["team"], request.user, self.at)
        typed = bodies.shaped(PublishP1Policy, bodies.read_object(request))
        made = services.publish_p1_policy(
            team.pk, **typed, by=request.user, at=self.at, source=SOURCE
        )
        return Shown(_shown(made), 201)


def _shown(one: P1Policy) -> dict[str, Any]:
    return {
        "team": one.team.slug,
        "way": one.way,
        "since": one.since.isoformat(),
        "published_by": one.published_by.username,
        "published_at": plain.moment(one.published_at),
    }


urlpatterns = [
    path("teams/<slug:team>/p1-policies/", P1PolicyDoor.as_view(), name="api-p1-policies"),
]
