"""The address that explains the deadlines of a report (SLA-6), and what its answer looks like."""

from typing import Any, ClassVar

from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from channels.rest.shapes import Shape, moment, text, whole
from channels.rest.told import Told
from problem_reports import policy, representations
from problem_reports.api.doors import ONE, ReportDoor
from problem_reports.clocks.explained import WEEKEND
from problem_reports.clocks.models import TimerKind, TimerState
from problem_reports.clocks.rules import PauseKind, StepKind

KINDS = [*map(str, StepKind), WEEKEND, *map(str, PauseKind)]


def seconds(says: str) -> Any:
    return serializers.FloatField(help_text=says)


class Interval(Shape):
    begins = moment(null=False)
    ends = moment(null=False)
    kind = serializers.ChoiceField(KINDS)
    why = text(says="In words; a holiday by its name.")
    counted = serializers.BooleanField()
    open_seconds = seconds(
        "How much of it are open hours; where it did not count, a pause took them."
    )
    total_seconds = seconds("How much of the target had been used by its end.")


class PolicyOfEpoch(Shape):
    team = text()
    version = whole()
    published_at = moment(null=False)


class CalendarOfEpoch(Shape):
    name = text()
    version = whole()
    zone = text()
    published_at = moment(null=False)


class Paused(Shape):
    since = moment(null=False)
    kind = serializers.ChoiceField([*map(str, PauseKind)])
    left_seconds = seconds("What is left of the target, in open time.")


class Epoch(Shape):
    """One epoch of a clock. The intervals lead from its start to its due moment; of a paused one, to now."""

    epoch = whole()
    state = serializers.ChoiceField(TimerState.choices)
    priority = text(null=True, says="Null for a clock whose target is the same at every priority.")
    target_seconds = seconds("How long it may take, in open time.")
    policy = PolicyOfEpoch()
    calendar = CalendarOfEpoch(allow_null=True, help_text="Null around the clock.")
    because = text(says="The act by which this epoch began: file, prioritise, route, policy …")
    began_at = moment(null=False)
    started_at = moment(null=False)
    warn_at = moment(null=False)
    due_at = moment(null=False)
    escalate_at = moment(null=False)
    paused = Paused(allow_null=True)
    stopped_at = moment()
    stopped_by = serializers.IntegerField(allow_null=True, help_text="The history item.")
    in_time = serializers.BooleanField(allow_null=True, help_text="Null while nothing stopped it.")
    late_seconds = seconds("By how much open time it was late, or is now; 0 when not.")
    replaced_at = moment()
    intervals = Interval(many=True)


class Clock(Shape):
    kind = serializers.ChoiceField(TimerKind.choices)
    now = Epoch()
    earlier = Epoch(many=True)


class Clocks(Shape):
    clocks = Clock(many=True)


EXAMPLE = {
    "clocks": [
        {
            "kind": "first_response",
            "now": {
                "epoch": 1,
                "state": "met",
                "priority": "P1",
                "target_seconds": 14400.0,
                "policy": {
                    "team": "billing",
                    "version": 2,
                    "published_at": "2026-11-02T08:00:00Z",
                },
                "calendar": {
                    "name": "Office",
                    "version": 3,
                    "zone": "Europe/Brussels",
                    "published_at": "2026-11-01T08:00:00Z",
                },
                "because": "file",
                "began_at": "2026-11-20T10:00:00Z",
                "started_at": "2026-11-20T10:00:00Z",
                "warn_at": "2026-11-20T14:00:00Z",
                "due_at": "2026-11-20T15:00:00Z",
                "escalate_at": "2026-11-20T16:00:00Z",
                "paused": None,
                "stopped_at": "2026-11-20T10:15:00Z",
                "stopped_by": 43,
                "in_time": True,
                "late_seconds": 0.0,
                "replaced_at": None,
                "intervals": [
                    {
                        "begins": "2026-11-20T10:00:00Z",
                        "ends": "2026-11-20T11:30:00Z",
                        "kind": "open",
                        "why": "Open hours",
                        "counted": True,
                        "open_seconds": 5400.0,
                        "total_seconds": 5400.0,
                    },
                    {
                        "begins": "2026-11-20T11:30:00Z",
                        "ends": "2026-11-20T12:30:00Z",
                        "kind": "break",
                        "why": "Lunch",
                        "counted": False,
                        "open_seconds": 0.0,
                        "total_seconds": 5400.0,
                    },
                    {
                        "begins": "2026-11-20T12:30:00Z",
                        "ends": "2026-11-20T15:00:00Z",
                        "kind": "open",
                        "why": "Open hours",
                        "counted": True,
                        "open_seconds": 9000.0,
                        "total_seconds": 14400.0,
                    },
                ],
            },
            "earlier": [],
        }
    ]
}


class ReportClocks(ReportDoor):
    """Why each deadline is when it is; outside the delivery team, of the two promises only."""

    told: ClassVar = {
        "GET": Told(
            "Why each deadline of a report is when it is, interval by interval",
            Clocks,
            EXAMPLE,
            refuses=(404,),
        )
    }

    def get(self, request: Request, reference: str) -> Response:
        report = self.find(reference)
        inside = policy.sees_inside(self.who, report)
        return Response({"clocks": representations.clocks(report.pk, self.at, inside=inside)})


urlpatterns = [path(f"{ONE}clocks/", ReportClocks.as_view(), name="api-report-clocks")]
