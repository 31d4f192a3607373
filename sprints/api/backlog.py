"""The addresses of backlog items: read, add, and every verb by POST (SPR-9)."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar

import django_filters as filters
from django.db.models import QuerySet
from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from channels.rest import bodies, conditions, cursors
from channels.rest.filtering import ByName, filtered
from channels.rest.plain import hyphens
from channels.rest.shapes import ALLOWED, VERSION, Shape, amount, moment, names, text, whole
from channels.rest.told import Told
from channels.rest.views import SOURCE, ActingDoor, Shown, ThingDoor, VerbDoor
from foundation.errors import Invalid, NotAllowed, NotFound, VersionNeeded
from foundation.references import parse
from oncall.querysets import standing
from oncall.rules import Standing
from sprints import representations
from sprints.api.backlog_acts import ACTS, AddItem, EditItem
from sprints.lifecycle import DebtKind, ItemKind, ItemState
from sprints.models import BacklogItem, Sprint
from sprints.policy import backlog as policy
from sprints.querysets import items_visible_to
from sprints.services import backlog as services
from teams.lifecycle import Unit
from teams.models import ProductArea, Team

LIST = "/api/v1/backlog-items/"


class ItemShown(Shape):
    reference = text()
    state = serializers.ChoiceField(ItemState.choices)
    version = whole(VERSION)
    title = text()
    team = text()
    product_area = text(null=True)
    kind = serializers.ChoiceField(ItemKind.choices)
    debt = serializers.ChoiceField(DebtKind.choices, allow_null=True)
    rationale = text()
    url = text()
    key = text(says="Its key in the tracker that it is mirrored from; once per team.")
    estimate = amount(null=True)
    unit = serializers.ChoiceField(Unit.choices)
    sprint = text(null=True)
    swappable = serializers.BooleanField()
    serves_goal = serializers.BooleanField()
    stock = serializers.BooleanField()
    worked_on_by = text(null=True)
    added_at = moment(null=False)
    finished_at = moment()
    promises = names("None: promises are made for reports and bugs.")
    allowed = names(ALLOWED)


ITEM = {
    "reference": "BI-3",
    "state": "scheduled",
    "version": 4,
    "title": "Retry the tax service when it is slow",
    "team": "billing",
    "product_area": "invoicing",
    "kind": "debt",
    "debt": "error_handling",
    "rationale": "Four reports since October, 11 hours.",
    "url": "https://tracker.example.org/PAY-118",
    "key": "PAY-118",
    "estimate": "3",
    "unit": "points",
    "sprint": "SP-14",
    "swappable": True,
    "serves_goal": False,
    "stock": False,
    "worked_on_by": None,
    "added_at": "2026-11-21T09:28:11Z",
    "finished_at": None,
    "promises": [],
    "allowed": ["start"],
}


def _in_sprint(rows: QuerySet[BacklogItem], name: str, value: str) -> QuerySet[BacklogItem]:
    key = parse(value, "SP")
    if key is None or not Sprint.objects.filter(pk=key).exists():
        raise Invalid({"sprint": [f"There is no sprint {value}."]})
    return rows.filter(sprint_id=key)


class ItemFilter(filters.FilterSet):
    state = filters.MultipleChoiceFilter(choices=ItemState.choices, distinct=False)
    kind = filters.MultipleChoiceFilter(choices=ItemKind.choices, distinct=False)
    team = ByName(Team, "slug")
    sprint = filters.CharFilter(method=_in_sprint)


class ItemDoor(ThingDoor):
    @cached_property
    def who(self) -> Standing:
        return standing(self.request.user, self.at)

    def find(self, reference: str) -> BacklogItem:
        key = parse(reference, "BI")
        found = items_visible_to(self.who).filter(pk=key).first() if key is not None else None
        if found is None:
            raise NotFound("There is no such backlog item.")
        return found

    def show(self, thing: BacklogItem) -> dict[str, Any]:
        return representations.item(thing, self.who)

    def refusal(self, verb: str, thing: BacklogItem) -> str | None:
        return policy.may(verb, self.who, thing)

    def allowed_now(self, reference: str) -> list[str]:
        return [hyphens(v) for v in policy.allowed(self.who, self.find(reference))]


class Items(ActingDoor):
    """The list, and adding."""

    told: ClassVar = {
        "GET": Told("Backlog items, newest first", ItemShown, ITEM, lists=True, filters=ItemFilter),
        "POST": Told(
            "Propose a piece of planned work, last in the order",
            ItemShown,
            ITEM,
            takes=AddItem,
            sends={
                "team": "billing",
                "title": "Retry the tax service when it is slow",
                "kind": "debt",
                "debt": "error_handling",
                "rationale": "Four reports since October, 11 hours.",
            },
            status=201,
            refuses=(404,),
        ),
    }

    @cached_property
    def who(self) -> Standing:
        return standing(self.request.user, self.at)

    def get(self, request: Request) -> Response:
        page = cursors.page(request, filtered(ItemFilter, request, items_visible_to(self.who)))
        return Response(page.shown([representations.item(i, self.who) for i in page.rows]))

    def act_on(self, request: Request, **where: str) -> Shown:
        typed = bodies.shaped(AddItem, bodies.read_object(request))
        team = Team.objects.filter(slug=typed.pop("team")).first()
        if team is None:
            raise Invalid({"team": ["There is no such team."]})
        typed = _with_area(typed, team)
        item = services.add(team, **typed, by=request.user, at=self.at, source=SOURCE)
        headers = {
            "Location": request.build_absolute_uri(f"{LIST}{item.reference}/"),
            "ETag": conditions.etag(item.version),
        }
        status = 201 if item.added_at == self.at else 200
        return Shown(representations.item(item, self.who), status, headers)


def _with_area(typed: Mapping[str, Any], team: Team) -> dict[str, Any]:
    """The slug of an area as the area; of another team's, the verb says."""
    if "product_area" not in typed:
        return dict(typed)
    area = ProductArea.objects.filter(slug=typed["product_area"], team=team).first()
    if area is None:
        raise Invalid({"product_area": [f"{team.name} has no such product area."]})
    return {**typed, "product_area": area}


class OneItem(ItemDoor):
    """One item: read it, edit what describes it."""

    told: ClassVar = {
        "GET": Told("One backlog item", ItemShown, ITEM, versioned=True, refuses=(404,)),
        "PATCH": Told(
            "Edit what describes it",
            ItemShown,
            ITEM,
            takes=EditItem,
            sends={"rationale": "Six reports since October, 19 hours."},
            versioned=True,
            refuses=(404, 409, 412, 428),
        ),
    }

    def get(self, request: Request, reference: str) -> Response:
        item = self.find(reference)
        etag = {"ETag": conditions.etag(item.version)}
        if conditions.already_known(request, item.version):
            return Response(status=304, headers=etag)
        return Response(self.show(item), headers=etag)

    def patch(self, request: Request, reference: str) -> Response:
        item = self.find(reference)
        changes = bodies.shaped(EditItem, bodies.read_object(request))
        if why := self.refusal("edit", item):
            raise NotAllowed(why)
        if not conditions.has_version(request):
            raise VersionNeeded("Send If-Match with the ETag of what you edit.")
        done = services.edit(
            item.pk,
            changes=_with_area(changes, item.team),
            by=request.user,
            at=self.at,
            source=SOURCE,
            version=conditions.demanded(request, item.version),
        )
        return self.answer(done).sent()


class ItemVerb(ItemDoor, VerbDoor):
    """A verb on a backlog item."""

    shape = ItemShown
    example = ITEM


urlpatterns = [
    path("backlog-items/", Items.as_view(), name="api-backlog-items"),
    path("backlog-items/<str:reference>/", OneItem.as_view(), name="api-backlog-item"),
    *(
        path(
            f"backlog-items/<str:reference>/{act.verb}/",
            ItemVerb.of(act).as_view(),
            name=f"api-backlog-item-{act.verb}",
        )
        for act in ACTS
    ),
]
