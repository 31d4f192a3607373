"""The side door of planned against unplanned over closed sprints."""

from typing import Any, ClassVar

from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from channels.rest.plain import amount, day, moment
from channels.rest.shapes import Shape, text, whole
from channels.rest.shapes import amount as amount_field
from channels.rest.shapes import day as day_field
from channels.rest.shapes import moment as moment_field
from channels.rest.told import Told
from channels.rest.views import Door
from foundation.errors import NotFound
from insights.sprint_record.reading import MOST, closed_sprints
from insights.sprint_record.rules import CAUSES, Closed, Some
from oncall.querysets import standing, teams_read_by
from teams.lifecycle import Unit


class CountedShown(Shape):
    """How many, and what they came to in the team's unit."""

    n = whole()
    amount = amount_field()


class UsedShown(Shape):
    """What used the reserve; together they are `unplanned_done`."""

    p0 = amount_field()
    p1 = amount_field()
    other = amount_field()
    reports = amount_field()
    requests = amount_field()
    pages = amount_field()


class ClosedSprintShown(Shape):
    sprint = text()
    name = text()
    starts_on = day_field(null=False)
    ends_on = day_field(null=False)
    capacity = amount_field()
    committed = amount_field(null=True)
    planned_done = amount_field()
    unplanned_done = amount_field()
    used_by = UsedShown()
    reserve_set = amount_field()
    reserve_left = amount_field()
    overdrafts = CountedShown()
    injections = CountedShown()
    swapped_out = CountedShown()
    carried = CountedShown()
    goal_met = serializers.BooleanField(
        allow_null=True, help_text="Null where there was no goal, or nobody said."
    )


class SprintRecordShown(Shape):
    team = text()
    as_of = moment_field(null=False)
    unit = serializers.ChoiceField(Unit.choices)
    sprints = ClosedSprintShown(many=True)


EXAMPLE = {
    "team": "billing",
    "as_of": "2026-11-21T09:00:00Z",
    "unit": "points",
    "sprints": [
        {
            "sprint": "SP-13",
            "name": "Sprint 13",
            "starts_on": "2026-11-02",
            "ends_on": "2026-11-15",
            "capacity": "40",
            "committed": "30",
            "planned_done": "24",
            "unplanned_done": "9",
            "used_by": {
                "p0": "3",
                "p1": "4.5",
                "other": "0",
                "reports": "1",
                "requests": "0.5",
                "pages": "0",
            },
            "reserve_set": "10",
            "reserve_left": "1",
            "overdrafts": {"n": 0, "amount": "0"},
            "injections": {"n": 2, "amount": "8"},
            "swapped_out": {"n": 0, "amount": "0"},
            "carried": {"n": 1, "amount": "5"},
            "goal_met": True,
        }
    ],
}


class SprintRecord(Door):
    """Planned against unplanned, sprint by sprint."""

    told: ClassVar = {
        "GET": Told(
            f"Planned against unplanned work of the last {MOST} closed sprints, newest first",
            SprintRecordShown,
            EXAMPLE,
            refuses=(404,),
        )
    }

    def get(self, request: Request, team: str) -> Response:
        seen = teams_read_by(standing(request.user, self.at))
        one = next((t for t in seen if t.slug == team), None)
        if one is None:
            raise NotFound("There is no such team, or its figures are not yours to see.")
        head = {"team": one.slug, "as_of": moment(self.at), "unit": one.unit}
        return Response(head | {"sprints": [_shown(s) for s in closed_sprints(one)]})


def _shown(one: Closed) -> dict[str, Any]:
    return {
        "sprint": one.reference,
        "name": one.name,
        "starts_on": day(one.starts_on),
        "ends_on": day(one.ends_on),
        "capacity": amount(one.capacity),
        "committed": amount(one.committed),
        "planned_done": amount(one.planned_done),
        "unplanned_done": amount(one.unplanned),
        "used_by": {cause: amount(one.ledger.used[cause]) for cause in CAUSES},
        "reserve_set": amount(one.reserve_set),
        "reserve_left": amount(one.reserve_left),
        "overdrafts": _some(one.overdrafts),
        "injections": _some(one.injected),
        "swapped_out": _some(one.swapped_out),
        "carried": _some(one.carried),
        "goal_met": one.goal_met,
    }


def _some(found: Some) -> dict[str, Any]:
    return {"n": found.n, "amount": amount(found.amount)}


urlpatterns = [
    path("teams/<slug:team>/sprint-record/", SprintRecord.as_view(), name="api-sprint-record"),
]
