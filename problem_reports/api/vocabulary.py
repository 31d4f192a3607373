"""The words that a report is filed and classified with: product areas and causes."""

from typing import ClassVar

from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response

from channels.rest import cursors
from channels.rest.told import Told
from channels.rest.views import Door
from problem_reports.api import shown
from problem_reports.lifecycle import Cause
from problem_reports.querysets import areas_visible_to, viewer
from teams.models import AreaExpert


class ProductAreas(Door):
    """The areas that one may file into, those of one's own teams first."""

    told: ClassVar = {
        "GET": Told(
            "The areas that you may file into, your own teams' first",
            shown.Area,
            shown.AREA,
            lists=True,
        )
    }

    def get(self, request: Request) -> Response:
        areas = list(areas_visible_to(viewer(request.user, self.at)))
        page = cursors.page_of_few(request, areas, lambda area: area.slug)
        experts: dict[int, list[str]] = {area.pk: [] for area in page.rows}
        pairs = AreaExpert.objects.filter(area_id__in=experts, person__is_active=True)
        for area, username in pairs.order_by("person__username").values_list(
            "area_id", "person__username"
        ):
            experts[area].append(username)
        results = [
            {"slug": a.slug, "name": a.name, "team": a.team.slug, "experts": experts[a.pk]}
            for a in page.rows
        ]
        return Response(page.shown(results))


class Causes(Door):
    """What may have caused it: a closed list, so that figures compare."""

    told: ClassVar = {
        "GET": Told("What may have caused a problem", shown.CauseWord, shown.CAUSE, lists=True)
    }

    def get(self, request: Request) -> Response:
        page = cursors.page_of_few(request, Cause.choices, lambda cause: cause[0])
        return Response(page.shown([{"slug": s, "name": str(n)} for s, n in page.rows]))


urlpatterns = [
    path("product-areas/", ProductAreas.as_view(), name="api-product-areas"),
    path("causes/", Causes.as_view(), name="api-causes"),
]
