"""The address that says what a team promises: its policy version in force (SLA-1)."""

from typing import Any, ClassVar

from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from channels.rest import plain
from channels.rest.shapes import Shape, moment, text, whole
from channels.rest.told import Told
from channels.rest.views import Door
from foundation.errors import NotFound
from problem_reports.clocks.models import TimerKind
from problem_reports.clocks.policies import in_force
from problem_reports.lifecycle import Priority
from problem_reports.querysets import viewer
from teams.lifecycle import TeamKind
from teams.models import Team


class TargetShown(Shape):
    kind = serializers.ChoiceField(TimerKind.choices)
    priority = serializers.ChoiceField(
        Priority.choices, allow_null=True, help_text="Null when it is the same at every priority."
    )
    seconds = whole("How long it may take: of open hours, or around the clock.")
    around_the_clock = serializers.BooleanField()


class PolicyShown(Shape):
    team = text()
    version = serializers.IntegerField(
        allow_null=True, help_text="Null before the first: what a team begins with."
    )
    published_at = moment()
    published_by = text(null=True, says="Null for what a team begins with.")
    warn_percent = whole("Of its time, after which a holder is warned.")
    escalate_percent = whole("Of its time, after which the lead hears.")
    targets = TargetShown(many=True)


EXAMPLE = {
    "team": "billing",
    "version": 2,
    "published_at": "2026-11-02T08:00:00Z",
    "published_by": "rhea",
    "warn_percent": 75,
    "escalate_percent": 125,
    "targets": [
        {"kind": "first_response", "priority": "P0", "seconds": 3600, "around_the_clock": True},
        {"kind": "timebox", "priority": None, "seconds": 28800, "around_the_clock": False},
    ],
}


class TeamPolicy(Door):
    """What a report that is filed now is promised. Everybody who may file reads it, as they read the promises."""

    told: ClassVar = {
        "GET": Told(
            "What a team promises: its policy in force", PolicyShown, EXAMPLE, refuses=(404,)
        )
    }

    def get(self, request: Request, team: str) -> Response:
        who = viewer(request.user, self.at)
        promises = Team.objects.filter(slug=team, kind=TeamKind.DELIVERY).first()
        if not who.roles or promises is None:
            raise NotFound("There is no team of this name that promises anything.")
        return Response(_policy(promises))


def _policy(team: Team) -> dict[str, Any]:
    version, policy = in_force(team.pk)
    by = version and version.published_by
    return {
        "team": team.slug,
        "version": version and version.number,
        "published_at": plain.moment(version.published_at) if version else None,
        "published_by": by and by.username,
        "warn_percent": round(policy.warn * 100),
        "escalate_percent": round(policy.escalate * 100),
        "targets": [
            {
                "kind": kind,
                "priority": priority or None,
                "seconds": round(target.span.total_seconds()),
                "around_the_clock": target.around_the_clock,
            }
            for (kind, priority), target in sorted(policy.targets.items())
        ],
    }


urlpatterns = [
    path("teams/<slug:team>/policy/", TeamPolicy.as_view(), name="api-team-policy"),
]
