"""Versions of the product over REST: what each brings, many bugs in one act, and that it is out (BUG-6)."""

from functools import cached_property
from typing import Any, ClassVar

import django_filters as filters
from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bugs import services
from bugs.api.shapes import MOST, PutInVersion
from bugs.models import Release
from bugs.querysets import releases_visible_to, visible_to
from bugs.representations import shapes as shown
from bugs.representations.releases import releases
from channels.rest import bodies, cursors
from channels.rest.fields import Day, Text
from channels.rest.filtering import ByName, filtered
from channels.rest.shapes import Shape
from channels.rest.told import Told
from channels.rest.views import SOURCE, ActingDoor, Door, Shown
from foundation.errors import Invalid, NotFound
from foundation.references import parse
from oncall.querysets import standing
from oncall.rules import Standing
from teams.lifecycle import TeamKind
from teams.models import Team

MANY_BUGS = 200


class ReleaseMany(PutInVersion):
    """All of them go into the version, or none."""

    team = Text(max_length=MOST)
    bugs = serializers.ListField(
        child=Text(max_length=30), min_length=1, max_length=MANY_BUGS, help_text="BUG-7, BUG-9"
    )


class BringOut(Shape):
    on = Day(required=False, help_text="Today when none is named; never ahead.")


class ReleaseFilter(filters.FilterSet):
    team = ByName(Team, "slug")
    out = filters.BooleanFilter(field_name="out_at", lookup_expr="isnull", exclude=True)


class ReleaseDoor(Door):
    @cached_property
    def who(self) -> Standing:
        return standing(self.request.user, self.at)

    def find(self, number: int) -> Release:
        found = releases_visible_to(self.who).filter(pk=number).first()
        if found is None:
            raise NotFound("There is no such release.")
        return found

    def show(self, number: int) -> dict[str, Any]:
        return releases([self.find(number)], self.who)[0]


class Releases(ReleaseDoor, ActingDoor):
    told: ClassVar = {
        "GET": Told(
            "Versions of the teams that you read, newest first",
            shown.Release(many=True),
            shown.RELEASE,
            lists=True,
            filters=ReleaseFilter,
        ),
        "POST": Told(
            "Put many fixes into one version, all or none",
            shown.Release,
            shown.RELEASE,
            takes=ReleaseMany,
            sends={
                "team": "billing",
                "version": "5.2",
                "on": "2026-12-14",
                "bugs": ["BUG-7", "BUG-9"],
            },
            status=201,
        ),
    }

    def get(self, request: Request) -> Response:
        rows = filtered(ReleaseFilter, request, releases_visible_to(self.who))
        page = cursors.page(request, rows)
        return Response(page.shown(releases(page.rows, self.who)))

    def act_on(self, request: Request, **where: str) -> Shown:
        typed = bodies.shaped(ReleaseMany, bodies.read_object(request))
        reads = Team.objects.filter(kind=TeamKind.DELIVERY, pk__in=self.who.reads)
        team = reads.filter(slug=typed["team"]).first()
        if team is None:
            raise Invalid({"team": [f"There is no delivery team {typed['team']}."]})
        done = services.release_many(
            team.pk, named=typed["version"], on=typed["on"], bugs=self.keys(typed["bugs"]),
            by=request.user, at=self.at, source=SOURCE,
        )  # fmt: skip
        return Shown(self.show(done.pk), 201)

    def keys(self, names: list[str]) -> list[int]:
        """The bugs by their references, as far as the caller may know of them."""
        named = [parse(name, "BUG") for name in names]
        seen = set(
            visible_to(self.who).filter(pk__in=[k for k in named if k]).values_list("pk", flat=True)
        )
        wrong = {
            f"bugs.{n}": [f"There is no bug {name}."]
            for n, (name, key) in enumerate(zip(names, named, strict=True))
            if key not in seen
        }
        if wrong:
            raise Invalid(wrong)
        return [key for key in named if key]


class OneRelease(ReleaseDoor):
    told: ClassVar = {
        "GET": Told("One version and what it brings", shown.Release, shown.RELEASE, refuses=(404,))
    }

    def get(self, request: Request, number: int) -> Response:
        return Response(self.show(number))


class BringItOut(ReleaseDoor, ActingDoor):
    told: ClassVar = {
        "POST": Told(
            "A planned version is out: reporters hear of it",
            shown.Release,
            {**shown.RELEASE, "out": True, "out_at": "2026-12-14T10:00:00Z", "allowed": []},
            takes=BringOut,
            sends={"on": "2026-12-14"},
            refuses=(404, 409),
        )
    }

    def act_on(self, request: Request, **where: Any) -> Shown:
        found = self.find(where["number"])
        typed = bodies.shaped(BringOut, bodies.read_object(request))
        services.bring_out(found.pk, on=typed.get("on"), by=request.user, at=self.at, source=SOURCE)
        return Shown(self.show(found.pk))


urlpatterns = [
    path("releases/", Releases.as_view(), name="api-releases"),
    path("releases/<int:number>/", OneRelease.as_view(), name="api-release"),
    path("releases/<int:number>/bring-out/", BringItOut.as_view(), name="api-release-bring-out"),
]
