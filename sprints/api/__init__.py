"""The side door of sprints: the list, one sprint, its days, and its verbs (`acts`). `backlog` is planned work."""

from functools import cached_property
from typing import Any, ClassVar

import django_filters as filters
from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from channels.rest import conditions, cursors
from channels.rest.filtering import ByName, filtered
from channels.rest.plain import hyphens
from channels.rest.shapes import ALLOWED, VERSION, Shape, amount, day, moment, names, text, whole
from channels.rest.told import Told
from channels.rest.views import Door, ThingDoor, VerbDoor
from foundation.errors import NotAllowed, NotFound
from foundation.references import parse
from oncall.querysets import standing
from oncall.rules import Standing
from sprints import policy, representations
from sprints.api.acts import ACTS
from sprints.api.backlog import urlpatterns as backlog
from sprints.api.overdrafts import urlpatterns as overdrafts
from sprints.api.planning import urlpatterns as planning
from sprints.api.unused import urlpatterns as unused
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


#: Of what only a delivery team reads.
INSIDE = "Null for who does not read the team's work."


class SprintShown(Shape):
    reference = text()
    state = serializers.ChoiceField(State.choices)
    version = whole(VERSION)
    name = text()
    goal = text()
    team = text()
    starts_on = day(null=False)
    ends_on = day(null=False)
    capacity = amount(null=True, says=INSIDE)
    commit_limit = amount(null=True, says=INSIDE)
    committed = amount(null=True, says="The planned work as it was committed to.")
    committed_at = moment()
    stock_stream = amount(null=True, says="Set aside for the old backlog, beside the reserve.")
    reserve = Reserve(allow_null=True, help_text=INSIDE)
    risk_flagged_at = moment()
    risk_seen_at = moment()
    goal_met = serializers.BooleanField(allow_null=True, help_text="Said at the close.")
    started_at = moment()
    ended_at = moment()
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
    "committed": "28",
    "committed_at": "2026-11-20T14:02:00Z",
    "stock_stream": "2",
    "reserve": {
        "size": "10",
        "held": "3",
        "spent": "2",
        "overdraft": "0",
        "available": "5",
        "unit": "points",
    },
    "risk_flagged_at": None,
    "risk_seen_at": None,
    "goal_met": None,
    "started_at": "2026-11-23T08:01:12Z",
    "ended_at": None,
    "promises": [],
    "allowed": ["set-capacity", "set-reserve", "commit", "flag-goal-risk", "close"],
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
        return Response(page.shown([representations.card(s, who) for s in page.rows]))


class SprintDoor(ThingDoor):
    @cached_property
    def who(self) -> Standing:
        return standing(self.request.user, self.at)

    def find(self, reference: str) -> Sprint:
        return _found(self.who, reference)

    def show(self, thing: Sprint) -> dict[str, Any]:
        return representations.card(thing, self.who)

    def refusal(self, verb: str, thing: Sprint) -> str | None:
        return policy.may(verb, self.who, thing)

    def allowed_now(self, reference: str) -> list[str]:
        return [hyphens(v) for v in policy.offered(self.who, self.find(reference))]


class OneSprint(SprintDoor):
    """One sprint with its reserve."""

    told: ClassVar = {
        "GET": Told(
            "One sprint with its reserve", SprintShown, SPRINT, versioned=True, refuses=(404,)
        )
    }

    def get(self, request: Request, reference: str) -> Response:
        sprint = self.find(reference)
        etag = {"ETag": conditions.etag(sprint.version)}
        if conditions.already_known(request, sprint.version):
            return Response(status=304, headers=etag)
        return Response(self.show(sprint), headers=etag)


class SprintVerb(SprintDoor, VerbDoor):
    """A verb on a sprint."""

    shape = SprintShown
    example = SPRINT


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
    *(
        path(
            f"sprints/<str:reference>/{act.verb}/",
            SprintVerb.of(act).as_view(),
            name=f"api-sprint-{act.verb}",
        )
        for act in ACTS
    ),
    path("sprints/<str:reference>/burn-up/", BurnUp.as_view(), name="api-burn-up"),
    *overdrafts,
    *unused,
    *planning,
]
