"""What a team reckons with when it plans, over REST: read it, set what changes (SPR-1)."""

from decimal import Decimal
from typing import Any, ClassVar

from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from channels.rest import bodies, conditions
from channels.rest.fields import Amount
from channels.rest.plain import amount
from channels.rest.shapes import VERSION, Shape, text, whole
from channels.rest.shapes import amount as amount_field
from channels.rest.told import Told
from channels.rest.views import SOURCE, ActingDoor, Shown
from oncall.querysets import own_delivery_team
from sprints import services
from sprints.models import Planning
from sprints.querysets import planning_of
from teams.lifecycle import Unit


class PlanningShown(Shape):
    team = text()
    version = whole(VERSION)
    unit = serializers.ChoiceField(Unit.choices)
    focus_percent = whole("Of a working day, on average.")
    hours_per_point = amount_field()
    on_call_percent = whole("Of each working day of who is on call.")
    release_manager_percent = whole("Of each working day of who has the duty.")
    stock_hours = amount_field(says="Set aside in each sprint for the old backlog.")
    mentor_hours = amount_field(says="Of whoever lets a trainee go along on a shift, for each.")
    night_hours = amount_field(says="Of the working day after a page at night, for whom it told.")
    default_reserve = amount_field(null=True, says="Null: as much as the sprint before.")


class SetPlanning(Shape):
    """What is left out stays as it is."""

    unit = serializers.ChoiceField(
        Unit.choices, required=False, help_text="Only while nothing is planned or estimated."
    )
    focus_percent = serializers.IntegerField(min_value=1, max_value=100, required=False)
    hours_per_point = Amount(max_digits=6, smallest="0.01", required=False)
    on_call_percent = serializers.IntegerField(min_value=0, max_value=100, required=False)
    release_manager_percent = serializers.IntegerField(min_value=0, max_value=100, required=False)
    stock_hours = Amount(max_digits=6, smallest="0", required=False)
    mentor_hours = Amount(max_digits=6, smallest="0", required=False)
    night_hours = Amount(max_digits=6, smallest="0", required=False)
    default_reserve = Amount(smallest="0", required=False, allow_null=True)


EXAMPLE = {
    "team": "billing",
    "version": 3,
    "unit": "points",
    "focus_percent": 70,
    "hours_per_point": "6",
    "on_call_percent": 50,
    "release_manager_percent": 50,
    "stock_hours": "12",
    "mentor_hours": "4",
    "night_hours": "4",
    "default_reserve": None,
}


class PlanningDoor(ActingDoor):
    told: ClassVar = {
        "GET": Told(
            "What a team reckons with when it plans",
            PlanningShown,
            EXAMPLE,
            versioned=True,
            refuses=(404,),
        ),
        "POST": Told(
            "Set what the next sprint is reckoned with",
            PlanningShown,
            EXAMPLE,
            takes=SetPlanning,
            sends={"focus_percent": 65, "stock_hours": "12"},
            versioned=True,
            refuses=(404, 412),
        ),
    }

    def get(self, request: Request, team: str) -> Response:
        kept = planning_of(own_delivery_team(team, request.user, self.at))
        return Response(_shown(kept), headers={"ETag": conditions.etag(kept.version)})

    def act_on(self, request: Request, **where: str) -> Shown:
        team = own_delivery_team(where["team"], request.user, self.at)
        kept = services.set_planning(
            team.pk,
            changes=bodies.shaped(SetPlanning, bodies.read_object(request)),
            by=request.user,
            at=self.at,
            source=SOURCE,
            version=conditions.demanded(request, planning_of(team).version),
        )
        return Shown(_shown(kept), headers={"ETag": conditions.etag(kept.version)})


def _shown(kept: Planning) -> dict[str, Any]:
    return {
        "team": kept.team.slug,
        "version": kept.version,
        "unit": kept.team.unit,
        "focus_percent": kept.focus_percent,
        "hours_per_point": amount(Decimal(kept.hours_per_point)),
        "on_call_percent": kept.on_call_percent,
        "release_manager_percent": kept.release_manager_percent,
        "stock_hours": amount(Decimal(kept.stock_hours)),
        "mentor_hours": amount(Decimal(kept.mentor_hours)),
        "night_hours": amount(Decimal(kept.night_hours)),
        "default_reserve": amount(kept.default_reserve),
    }


urlpatterns = [
    path("teams/<slug:team>/planning/", PlanningDoor.as_view(), name="api-team-planning"),
]
