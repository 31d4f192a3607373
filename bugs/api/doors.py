"""The addresses of bugs."""

from functools import cached_property
from typing import Any, ClassVar

import django_filters as filters
from django.db.models import QuerySet
from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response

from bugs import policy, representations
from bugs.api.acts import ACTS
from bugs.lifecycle import Priority, State
from bugs.models import Bug
from bugs.querysets import visible_to, with_customer_words
from bugs.representations import shapes as shown
from channels.rest import conditions, cursors
from channels.rest.filtering import ByName, filtered
from channels.rest.plain import hyphens
from channels.rest.told import Told
from channels.rest.views import Door, ThingDoor, VerbDoor
from foundation.errors import Invalid, NotFound
from foundation.references import parse
from oncall.querysets import standing
from oncall.rules import Standing
from sprints.models import Sprint
from teams.models import ProductArea, Team


def _in_sprint(rows: QuerySet[Bug], name: str, value: str) -> QuerySet[Bug]:
    key = parse(value, "SP")
    if key is None or not Sprint.objects.filter(pk=key).exists():
        raise Invalid({"sprint": [f"There is no sprint {value}."]})
    return rows.filter(sprint_id=key)


class BugFilter(filters.FilterSet):
    state = filters.MultipleChoiceFilter(choices=State.choices, distinct=False)
    priority = filters.MultipleChoiceFilter(choices=Priority.choices, distinct=False)
    team = ByName(Team, "slug")
    product_area = ByName(ProductArea, "slug")
    sprint = filters.CharFilter(method=_in_sprint)


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
    """The list, newest first."""

    told: ClassVar = {
        "GET": Told(
            "Bugs that you may know of, newest first",
            shown.as_seen("BugCardAsSeen", shown.BugCard, many=True),
            shown.CARD,
            lists=True,
            filters=BugFilter,
        )
    }

    def get(self, request: Request) -> Response:
        who = standing(request.user, self.at)
        rows = filtered(BugFilter, request, with_customer_words(visible_to(who)))
        page = cursors.page(request, rows)
        return Response(page.shown([representations.card(bug, who) for bug in page.rows]))


class OneBug(BugDoor):
    """One bug, whole for who reads inside, else its state and promise."""

    told: ClassVar = {
        "GET": Told(
            "One bug; to readers outside the delivery team its state and promise",
            shown.as_seen("BugAsSeen", shown.Bug),
            shown.BUG,
            versioned=True,
            refuses=(404,),
        )
    }

    def get(self, request: Request, reference: str) -> Response:
        bug = self.find(reference)
        etag = {"ETag": conditions.etag(bug.version)}
        if conditions.already_known(request, bug.version) and not bug.sprint_id:
            return Response(status=304, headers=etag)
        return Response(self.show(bug), headers=etag)


class BugVerb(BugDoor, VerbDoor):
    """A verb on a bug; who may do one reads it whole."""

    shape = shown.Bug
    example = shown.BUG


urlpatterns = [
    path("bugs/", Bugs.as_view(), name="api-bugs"),
    path("bugs/<str:reference>/", OneBug.as_view(), name="api-bug"),
    *(
        path(
            f"bugs/<str:reference>/{act.verb}/",
            BugVerb.of(act).as_view(),
            name=f"api-bug-{act.verb}",
        )
        for act in ACTS
    ),
]
