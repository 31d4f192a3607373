"""The side door of actions. They are agreed on a post-mortem; accepted, declined and finished as backlog items."""

from functools import cached_property
from typing import Any, ClassVar

import django_filters as filters
from django.db.models import QuerySet
from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from channels.rest import conditions, cursors
from channels.rest.fields import Day, Text
from channels.rest.filtering import filtered
from channels.rest.plain import hyphens
from channels.rest.shapes import ALLOWED, VERSION, Shape, moment, names, text, whole
from channels.rest.told import Told
from channels.rest.views import Act, Door, ThingDoor, VerbDoor
from foundation.errors import Invalid, NotFound
from foundation.references import parse
from oncall.querysets import standing
from oncall.rules import Standing
from postmortems import representations
from postmortems.lifecycle.actions import ActionKind, ActionState, Means
from postmortems.models import Action
from postmortems.policy import actions as policy
from postmortems.querysets.actions import rests_on, visible_to
from postmortems.services import actions as services


class FiguresShown(Shape):
    """What there was in 90 days around its bug, or around its factor in the area of the bug."""

    bugs = whole("How many bugs were looked at.")
    reports = whole("Filed in that time.")
    customers = whole("Of these reports, each once.")
    hours = text(says="Logged on these reports and bugs.")


class ActionShown(Shape):
    reference = text(says="Of its backlog item: accept, decline, plan and finish it there.")
    state = serializers.ChoiceField(ActionState.choices)
    version = whole(VERSION)
    what = text()
    post_mortem = text()
    team = text()
    comes_from = text(says="A factor or a barrier, in its own words.")
    kind = serializers.ChoiceField(ActionKind.choices)
    means = serializers.ChoiceField(Means.choices)
    strength = text(says="strong, intermediate or weak: it follows from the means.")
    owner = text()
    due_on = serializers.DateField()
    sprint = text(null=True)
    rests_on = FiguresShown()
    rested_on = FiguresShown(allow_null=True)
    accepted_at = moment()
    done_at = moment()
    done_by = text(null=True)
    verified_at = moment()
    verified_by = text(null=True)
    proof = text(null=True)
    promises = names("None: promises are made for reports and bugs.")
    allowed = names(ALLOWED)


FIGURES = {"bugs": 1, "reports": 3, "customers": 2, "hours": "12.5"}
ACTION = {
    "reference": "BI-12", "state": "accepted", "version": 2, "what": "The build compares totals of many lines.",
    "post_mortem": "PM-3", "team": "billing", "comes_from": "No test compares totals.", "kind": "prevent",
    "means": "guard", "strength": "strong", "owner": "otto", "due_on": "2026-12-27", "sprint": "SP-14",
    "rests_on": FIGURES, "rested_on": FIGURES, "accepted_at": "2026-11-27T10:00:00Z", "done_at": None,
    "done_by": None, "verified_at": None, "verified_by": None, "proof": None, "promises": [], "allowed": ["extend"],
}  # fmt: skip


class AskForMore(Shape):
    question = Text()


class AnswerAction(Shape):
    text = Text()


class ExtendAction(Shape):
    due_on = Day()
    reason = Text()


class VerifyAction(Shape):
    proof = Text()


class SendBackAction(Shape):
    reason = Text()


ACTS = (
    Act("ask-for-more", services.ask_for_more, "The product owner cannot decide yet", AskForMore,
        example={"question": "How long does it take?"}),
    Act("answer", services.answer, "Answer what was asked", AnswerAction, example={"text": "A day."}),
    Act("extend", services.extend, "Move its date, with a reason", ExtendAction,
        example={"due_on": "2027-01-15", "reason": "The supplier is late."}),
    Act("verify", services.verify, "Somebody other than who did it has seen that it holds", VerifyAction,
        example={"proof": "The build of 12 March stopped."}),
    Act("send-back", services.send_back, "Somebody other than who did it has seen that it does not hold",
        SendBackAction, example={"reason": "A total of 2,000 lines passed the build."}),
)  # fmt: skip


def _of(rows: QuerySet[Action], name: str, value: str) -> QuerySet[Action]:
    key = parse(value, "PM")
    if key is None:
        raise Invalid({"post_mortem": [f"There is no post-mortem {value}."]})
    return rows.filter(post_mortem_id=key)


class ActionFilter(filters.FilterSet):
    state = filters.MultipleChoiceFilter(choices=ActionState.choices, distinct=False)
    post_mortem = filters.CharFilter(method=_of)


class ActionDoor(ThingDoor):
    @cached_property
    def who(self) -> Standing:
        return standing(self.request.user, self.at)

    def find(self, reference: str) -> Action:
        key = parse(reference, "BI")
        found = visible_to(self.who).filter(pk=key).first() if key is not None else None
        if found is None:
            raise NotFound("There is no such action.")
        return found

    def show(self, thing: Action) -> dict[str, Any]:
        return representations.action(thing, self.who, rests_on([thing], self.at)[thing.pk])

    def refusal(self, verb: str, thing: Action) -> str | None:
        return policy.may(verb, self.who, thing)

    def allowed_now(self, reference: str) -> list[str]:
        return [hyphens(v) for v in policy.allowed(self.who, self.find(reference))]


class Actions(Door):
    """The list."""

    told: ClassVar = {
        "GET": Told("Actions, newest first", ActionShown, ACTION, lists=True, filters=ActionFilter)
    }

    def get(self, request: Request) -> Response:
        who = standing(request.user, self.at)
        page = cursors.page(request, filtered(ActionFilter, request, visible_to(who)))
        figures = rests_on(page.rows, self.at)
        shown = [representations.action(a, who, figures[a.pk]) for a in page.rows]
        return Response(page.shown(shown))


class OneAction(ActionDoor):
    """One action, with what it rests on now."""

    told: ClassVar = {
        "GET": Told("One action", ActionShown, ACTION, versioned=True, refuses=(404,))
    }

    def get(self, request: Request, reference: str) -> Response:
        # Never 304: what it rests on changes without it.
        thing = self.find(reference)
        return Response(self.show(thing), headers={"ETag": conditions.etag(thing.version)})


class ActionVerb(ActionDoor, VerbDoor):
    """A verb on an action."""

    shape = ActionShown
    example = ACTION


urlpatterns = [
    path("actions/", Actions.as_view(), name="api-actions"),
    path("actions/<str:reference>/", OneAction.as_view(), name="api-action"),
    *(
        path(
            f"actions/<str:reference>/{act.verb}/",
            ActionVerb.of(act).as_view(),
            name=f"api-action-{act.verb}",
        )
        for act in ACTS
    ),
]
