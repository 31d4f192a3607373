"""The side door of sprints: read only; they are planned and run on their page. `backlog` is planned work."""

from typing import ClassVar

import django_filters as filters
from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from channels.rest import conditions, cursors
from channels.rest.filtering import ByName, filtered
from channels.rest.shapes import ALLOWED, VERSION, Shape, amount, day, names, text, whole
from channels.rest.told import Told
from channels.rest.views import Door
from foundation.errors import NotAllowed, NotFound
from foundation.references import parse
from oncall.querysets import standing
from oncall.rules import Standing
from sprints import policy, representations
from sprints.api.backlog import urlpatterns as backlog
from sprints.api.overdrafts import urlpatterns as overdrafts
from sprints.lifecycle import State
from sprints.models import Sprint
from sprints.querysets import burn_up, visible_to
from teams.lifecycle import Unit
from teams.models import Team


class Reserve(Shape):
    """What is set aside for unplanned work, in the team's unit; available = size + overdraft - held - spent."""

    size = amount()
    held = amount()
    spent = amount()
    overdraft = amount()
    available = amount()
    unit = serializers.ChoiceField(Unit.choices)


class SprintShown(Shape):
    reference = text()
    state = serializers.ChoiceField(State.choices)
    version = whole(VERSION)
    name = text()
    goal = text()
    team = text()
    starts_on = day(null=False)
    ends_on = day(null=False)
    capacity = amount()
    commit_limit = amount()
    reserve = Reserve()
    promises = names("None: promises are made for reports and bugs.")
    allowed = names(ALLOWED)


SPRINT = {
    "reference": "SP-14",
    "state": "running",
    "version": 5,
    "name": "Sprint 14",
    "goal": "Invoices that add up",
    "team": "billing",
    "starts_on": "2026-11-23",
    "ends_on": "2026-12-04",
    "capacity": "40",
    "commit_limit": "30",
    "reserve": {
        "size": "10",
        "held": "3",
        "spent": "2",
        "overdraft": "0",
        "available": "5",
        "unit": "points",
    },
    "promises": [],
    "allowed": [],
}


class Change(Shape):
    """Why the scope moved: what was injected, entered, left or was estimated anew, and by how much."""

    kind = serializers.ChoiceField(["injected", "entered", "left", "resized"])
    reference = text()
    change = amount()


class BurnUpDay(Shape):
    """The sprint at the end of a day, as it was: no later act changes it."""

    day = day(null=False)
    scope = amount()
    planned = amount()
    unplanned = amount()
    done = amount()
    planned_done = amount()
    unplanned_done = amount()
    changes = Change(many=True)


class BurnUpShown(Shape):
    sprint = text()
    unit = serializers.ChoiceField(Unit.choices)
    days = BurnUpDay(many=True)


BURN_UP = {
    "sprint": "SP-14",
    "unit": "points",
    "days": [
        {
            "day": "2026-11-24",
            "scope": "33",
            "planned": "30",
            "unplanned": "3",
            "done": "5",
            "planned_done": "5",
            "unplanned_done": "0",
            "changes": [{"kind": "injected", "reference": "BUG-7", "change": "3"}],
        }
    ],
}


class SprintFilter(filters.FilterSet):
    state = filters.MultipleChoiceFilter(choices=State.choices, distinct=False)
    team = ByName(Team, "slug")


class Sprints(Door):
    """The list, newest first."""

    told: ClassVar = {
        "GET": Told("Sprints, newest first", SprintShown, SPRINT, lists=True, filters=SprintFilter)
    }

    def get(self, request: Request) -> Response:
        who = standing(request.user, self.at)
        page = cursors.page(request, filtered(SprintFilter, request, visible_to(who)))
        return Response(page.shown([representations.card(s) for s in page.rows]))


class OneSprint(Door):
    """One sprint with its reserve."""

    told: ClassVar = {
        "GET": Told(
            "One sprint with its reserve", SprintShown, SPRINT, versioned=True, refuses=(404,)
        )
    }

    def get(self, request: Request, reference: str) -> Response:
        sprint = _found(standing(request.user, self.at), reference)
        etag = {"ETag": conditions.etag(sprint.version)}
        if conditions.already_known(request, sprint.version):
            return Response(status=304, headers=etag)
        return Response(representations.card(sprint), headers=etag)


class BurnUp(Door):
    """A sprint day by day (SPR-5)."""

    told: ClassVar = {
        "GET": Told(
            "The burn-up: scope and what is done, as they were on each day",
            BurnUpShown,
            BURN_UP,
            refuses=(404,),
        )
    }

    def get(self, request: Request, reference: str) -> Response:
        who = standing(request.user, self.at)
        sprint = _found(who, reference)
        if not policy.sees_inside(who, sprint):
            raise NotAllowed(policy.INSIDE)
        return Response(representations.burn_up(sprint, burn_up(sprint, self.at)))


def _found(who: Standing, reference: str) -> Sprint:
    key = parse(reference, "SP")
    sprint = visible_to(who).filter(pk=key).first() if key is not None else None
    if sprint is None:
        raise NotFound("There is no such sprint.")
    return sprint


urlpatterns = [
    path("sprints/", Sprints.as_view(), name="api-sprints"),
    path("sprints/<str:reference>/", OneSprint.as_view(), name="api-sprint"),
    *backlog,
    path("sprints/<str:reference>/burn-up/", BurnUp.as_view(), name="api-burn-up"),
    *overdrafts,
]
