"""What unused reserve is proposed for, late in a sprint (SPR-8). *Pull forward* is a verb of the sprint."""

from typing import ClassVar

from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from channels.rest.shapes import Shape, amount, day, text
from channels.rest.told import Told
from channels.rest.views import Door
from foundation.errors import NotAllowed, NotFound
from foundation.references import parse
from oncall.querysets import standing
from sprints import policy, representations
from sprints.querysets import visible_to
from teams.lifecycle import Unit


class ThingProposed(Shape):
    """An overdue payback (BI-3), or a bug that is scheduled for a later sprint."""

    reference = text()
    title = text()
    points = amount()
    priority = text(null=True, says="Of a bug.")
    since = day(null=False)


class UnusedShown(Shape):
    """`spare` may be given away now: what is unused, less what is kept for the days that are left."""

    sprint = text()
    unit = serializers.ChoiceField(Unit.choices)
    spare = amount()
    kept = amount()
    proposed = ThingProposed(many=True)


UNUSED = {
    "sprint": "SP-14",
    "unit": "points",
    "spare": "5",
    "kept": "2",
    "proposed": [
        {
            "reference": "BUG-41",
            "title": "Rounding of totals",
            "points": "3",
            "priority": "P2",
            "since": "2026-10-12",
        }
    ],
}


class UnusedReserve(Door):
    """What could be pulled forward now."""

    told: ClassVar = {
        "GET": Told(
            "What unused reserve is proposed for, late in a sprint",
            UnusedShown,
            UNUSED,
            refuses=(404,),
        )
    }

    def get(self, request: Request, reference: str) -> Response:
        who, key = standing(request.user, self.at), parse(reference, "SP")
        sprint = visible_to(who).filter(pk=key).first() if key is not None else None
        if sprint is None:
            raise NotFound("There is no such sprint.")
        if not policy.sees_inside(who, sprint):
            raise NotAllowed(policy.INSIDE)
        return Response(representations.unused(sprint, self.at))


urlpatterns = [
    path(
        "sprints/<str:reference>/unused-reserve/",
        UnusedReserve.as_view(),
        name="api-unused-reserve",
    )
]
