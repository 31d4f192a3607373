"""The addresses of overdrafts: what waits for the product owner, and its answers (SPR-4)."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar

import django_filters as filters
from django.db.models import QuerySet
from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from channels.rest import conditions, cursors, shapes
from channels.rest.fields import Text
from channels.rest.filtering import filtered
from channels.rest.plain import hyphens
from channels.rest.shapes import ALLOWED, VERSION, Shape, moment, names, text, whole
from channels.rest.told import Told
from channels.rest.views import Act, Door, ThingDoor, VerbDoor
from foundation.errors import Invalid, NotFound
from foundation.references import parse
from oncall.querysets import standing
from oncall.rules import Standing
from sprints import policy, representations, services
from sprints.lifecycle import OverdraftState
from sprints.models import Overdraft
from sprints.policy import overdrafts
from sprints.querysets import overdrafts_visible_to
from teams.lifecycle import Unit

MOST = 50


class LeavingShown(Shape):
    """A piece of planned work that would leave; `asked` works on it and says whether it may."""

    reference = text()
    points = shapes.amount()
    asked = text(null=True)
    let_go_at = moment()


class OverdraftShown(Shape):
    key = whole("Its number in addresses.")
    state = serializers.ChoiceField(OverdraftState.choices)
    version = whole(VERSION)
    sprint = text()
    bug = text(null=True, says="Null for logged work that overdrew.")
    amount = shapes.amount()
    left = shapes.amount()
    unit = serializers.ChoiceField(Unit.choices)
    opened_at = moment(null=False)
    due_at = moment(null=False)
    decided_by = text(null=True)
    decided_at = moment()
    leaving = LeavingShown(many=True)
    allowed = names(ALLOWED)


OVERDRAFT = {
    "key": 3,
    "state": "open",
    "version": 9,
    "sprint": "SP-14",
    "bug": "BUG-41",
    "amount": "4",
    "left": "4",
    "unit": "points",
    "opened_at": "2026-11-25T09:12:04Z",
    "due_at": "2026-11-26T09:12:04Z",
    "decided_by": None,
    "decided_at": None,
    "leaving": [{"reference": "BI-7", "points": "5", "asked": "ines", "let_go_at": None}],
    "allowed": ["propose-swap", "accept-risk"],
}


class ProposeSwap(Shape):
    leaves = serializers.ListField(child=Text(max_length=30), min_length=1, max_length=MOST)


class AcceptRisk(Shape):
    reason = Text()


def _leaves(door: Any, overdraft: Overdraft, typed: Mapping[str, Any]) -> dict[str, Any]:
    return {"leaves": [name.upper() for name in typed["leaves"]]}


ACTS = (
    Act(
        "propose-swap",
        services.propose_swap,
        "Name the planned work that would leave, in place of an earlier proposal",
        ProposeSwap,
        _leaves,
        {"leaves": ["BI-7"]},
    ),
    Act("let-go", services.let_go, "What I work on may leave"),
    Act("swap-out", services.swap_out, "What is proposed leaves the sprint"),
    Act(
        "accept-risk",
        services.accept_risk,
        "Nothing leaves: carry the risk for the goal",
        AcceptRisk,
        example={"reason": "The demo can wait a day."},
    ),
)


def _of_sprint(rows: QuerySet[Overdraft], name: str, value: str) -> QuerySet[Overdraft]:
    key = parse(value, "SP")
    if key is None:
        raise Invalid({"sprint": [f"There is no sprint {value}."]})
    return rows.filter(sprint_id=key)


class OverdraftFilter(filters.FilterSet):
    state = filters.MultipleChoiceFilter(choices=OverdraftState.choices, distinct=False)
    team = filters.CharFilter(field_name="sprint__team__slug")
    sprint = filters.CharFilter(method=_of_sprint)


class Overdrafts(Door):
    """The list, newest first."""

    told: ClassVar = {
        "GET": Told(
            "What went beyond a reserve, newest first",
            OverdraftShown,
            OVERDRAFT,
            lists=True,
            filters=OverdraftFilter,
        )
    }

    def get(self, request: Request) -> Response:
        who = standing(request.user, self.at)
        page = cursors.page(request, filtered(OverdraftFilter, request, overdrafts_visible_to(who)))
        return Response(page.shown([representations.overdraft(o, who) for o in page.rows]))


class OverdraftDoor(ThingDoor):
    @cached_property
    def who(self) -> Standing:
        return standing(self.request.user, self.at)

    def find(self, key: int) -> Overdraft:
        found = overdrafts_visible_to(self.who).filter(pk=key).first()
        if found is None:
            raise NotFound("There is no such overdraft.")
        return found

    def show(self, thing: Overdraft) -> dict[str, Any]:
        return representations.overdraft(self.find(thing.pk), self.who)

    def refusal(self, verb: str, thing: Overdraft) -> str | None:
        return policy.may(verb, self.who, thing.sprint)

    def allowed_now(self, key: int) -> list[str]:
        found = self.find(key)
        return [hyphens(v) for v in overdrafts.allowed(self.who, found, found.leaving.all())]


class OneOverdraft(OverdraftDoor):
    told: ClassVar = {
        "GET": Told("One overdraft", OverdraftShown, OVERDRAFT, versioned=True, refuses=(404,))
    }

    def get(self, request: Request, key: int) -> Response:
        found = self.find(key)
        etag = {"ETag": conditions.etag(found.version)}
        if conditions.already_known(request, found.version):
            return Response(status=304, headers=etag)
        return Response(self.show(found), headers=etag)


class OverdraftVerb(OverdraftDoor, VerbDoor):
    """A verb on an overdraft; the version is its sprint's, whose plan it changes."""

    shape = OverdraftShown
    example = OVERDRAFT

    def answer(self, thing: Any) -> Any:
        return super().answer(self.find(self.kwargs["key"]))


urlpatterns = [
    path("overdrafts/", Overdrafts.as_view(), name="api-overdrafts"),
    path("overdrafts/<int:key>/", OneOverdraft.as_view(), name="api-overdraft"),
    *(
        path(
            f"overdrafts/<int:key>/{act.verb}/",
            OverdraftVerb.of(act).as_view(),
            name=f"api-overdraft-{act.verb}",
        )
        for act in ACTS
    ),
]
