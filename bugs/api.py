"""The side door of bugs: read them, and every verb by POST. A bug is opened by *classify* only."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import django_filters as filters
from django.db.models import QuerySet
from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bugs import policy, representations, services
from bugs.lifecycle import Priority, State
from bugs.models import Bug
from bugs.querysets import visible_to
from channels.rest import conditions, cursors
from channels.rest.fields import Amount, Text, Until, as_day
from channels.rest.filtering import filtered
from channels.rest.plain import hyphens
from channels.rest.views import Act, Door, ThingDoor, VerbDoor
from foundation.errors import Invalid, NotFound, RuleBroken
from foundation.references import parse
from oncall.querysets import standing
from oncall.rules import Standing
from sprints.models import Sprint
from sprints.querysets import running
from sprints.querysets import visible_to as sprints_visible_to
from teams.models import ProductArea, Team

Shape = serializers.Serializer[Any]
LARGEST_LIST = 50


class Reason(Shape):
    reason = Text()


class Prioritise(Reason):
    priority = serializers.ChoiceField(Priority.choices)


class Estimate(Shape):
    points = Amount(min_value=1)


class Inject(Reason):
    """Without `sprint` into the running one; without `points` at the developers' estimate."""

    sprint = Text(max_length=30, required=False)
    points = Amount(required=False)
    leaves = serializers.ListField(
        child=Text(max_length=30), required=False, max_length=LARGEST_LIST
    )


class Schedule(Shape):
    sprint = Text(max_length=30)


class Postpone(Reason):
    until = Until()


class Fix(Shape):
    links = serializers.ListField(
        child=serializers.URLField(max_length=500), min_length=1, max_length=LARGEST_LIST
    )


def _inject(door: Any, bug: Bug, typed: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "sprint_id": _sprint(door, typed["sprint"]) if "sprint" in typed else _running(bug),
        "points": typed.get("points"),
        "reason": typed["reason"],
        "leaves": [_leaving(door, name, n) for n, name in enumerate(typed.get("leaves", ()))],
    }


def _schedule(door: Any, bug: Bug, typed: Mapping[str, Any]) -> dict[str, Any]:
    return {"sprint_id": _sprint(door, typed["sprint"])}


def _postpone(door: Any, bug: Bug, typed: Mapping[str, Any]) -> dict[str, Any]:
    zone = ZoneInfo(bug.team.calendar.zone)
    return {"until": as_day(typed["until"], zone), "reason": typed["reason"]}


def _sprint(door: Any, named: str) -> int:
    key = parse(named, "SP")
    if key is None or not sprints_visible_to(door.who).filter(pk=key).exists():
        raise Invalid({"sprint": [f"There is no sprint {named}."]})
    return key


def _running(bug: Bug) -> int:
    sprint = running(bug.team_id)
    if sprint is None:
        raise RuleBroken(f"{bug.team.name} has no running sprint to inject it into.")
    return sprint.pk


def _leaving(door: Any, named: str, n: int) -> int:
    key = parse(named, "BUG")
    if key is None or not visible_to(door.who).filter(pk=key).exists():
        raise Invalid({f"leaves.{n}": [f"There is no bug {named}."]})
    return key


ACTS = (
    Act(
        "prioritise",
        services.prioritise,
        "Decide the priority",
        Prioritise,
        example={"priority": "P1", "reason": "It blocks the month's invoices."},
    ),
    Act(
        "estimate",
        services.estimate,
        "Say what the fix takes, in the team's unit",
        Estimate,
        example={"points": "3"},
    ),
    Act(
        "inject",
        services.inject,
        "Bring a P0 or P1 into the running sprint",
        Inject,
        _inject,
        {"sprint": "SP-14", "points": "3", "reason": "Invoices go out on Monday.", "leaves": []},
    ),
    Act(
        "schedule",
        services.schedule,
        "Promise the fix in a later sprint",
        Schedule,
        _schedule,
        {"sprint": "SP-15"},
    ),
    Act(
        "postpone",
        services.postpone,
        "Not now: look again on a date",
        Postpone,
        _postpone,
        {"until": "2027-01-11", "reason": "Rare, and there is a way around."},
    ),
    Act(
        "decline",
        services.decline,
        "It will not be fixed",
        Reason,
        example={"reason": "The export goes away in version 6."},
    ),
    Act("start", services.start, "Start to fix it"),
    Act(
        "fix",
        services.fix,
        "It is repaired in code; name where",
        Fix,
        example={"links": ["https://git.example.org/billing/pull/9"]},
    ),
    Act("verify", services.verify, "Somebody else has seen that it is fixed"),
    Act(
        "reopen",
        services.reopen,
        "It is back, or the decision was wrong",
        Reason,
        example={"reason": "Seen again in 5.1."},
    ),
)


class BugFilter(filters.FilterSet):
    state = filters.MultipleChoiceFilter(choices=State.choices)
    priority = filters.MultipleChoiceFilter(choices=Priority.choices)
    team = filters.ModelChoiceFilter(queryset=Team.objects.only("pk"), to_field_name="slug")
    product_area = filters.ModelChoiceFilter(
        queryset=ProductArea.objects.only("pk"), to_field_name="slug"
    )
    sprint = filters.CharFilter(method="in_sprint")

    def in_sprint(self, rows: QuerySet[Bug], name: str, value: str) -> QuerySet[Bug]:
        key = parse(value, "SP")
        if key is None or not Sprint.objects.filter(pk=key).exists():
            raise Invalid({"sprint": [f"There is no sprint {value}."]})
        return rows.filter(sprint_id=key)


class BugDoor(ThingDoor):
    @cached_property
    def who(self) -> Standing:
        return standing(self.request.user, self.at)

    def find(self, reference: str) -> Bug:
        key = parse(reference, "BUG")
        rows = visible_to(self.who).select_related("team__calendar")
        bug = rows.filter(pk=key).first() if key is not None else None
        if bug is None:
            raise NotFound("There is no such bug.")
        return bug

    def show(self, thing: Bug) -> dict[str, Any]:
        return representations.whole(thing, self.who)

    def refusal(self, verb: str, thing: Bug) -> str | None:
        return policy.may(verb, self.who, thing)

    def allowed_now(self, reference: str) -> list[str]:
        return [hyphens(v) for v in policy.allowed(self.who, self.find(reference))]


class Bugs(Door):
    """The list."""

    def get(self, request: Request) -> Response:
        who = standing(request.user, self.at)
        rows = filtered(BugFilter, request, visible_to(who))
        page = cursors.page(request, rows)
        return Response(page.shown([representations.card(bug, who) for bug in page.rows]))


class OneBug(BugDoor):
    """One bug, whole for who reads inside, else its state and promise."""

    def get(self, request: Request, reference: str) -> Response:
        bug = self.find(reference)
        etag = {"ETag": conditions.etag(bug.version)}
        if conditions.already_known(request, bug.version) and not bug.sprint_id:
            return Response(status=304, headers=etag)
        return Response(self.show(bug), headers=etag)


def _verb_door(act: Act) -> Any:
    name = "".join(part.capitalize() for part in act.verb.split("-"))
    return type(f"{name}Bug", (BugDoor, VerbDoor), {"verb": act, "__doc__": act.says})


urlpatterns = [
    path("bugs/", Bugs.as_view(), name="api-bugs"),
    path("bugs/<str:reference>/", OneBug.as_view(), name="api-bug"),
    *(
        path(
            f"bugs/<str:reference>/{act.verb}/",
            _verb_door(act).as_view(),
            name=f"api-bug-{act.verb}",
        )
        for act in ACTS
    ),
]
