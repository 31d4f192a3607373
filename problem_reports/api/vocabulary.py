"""The words that a report is filed and classified with: product areas and causes."""

from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response

from channels.rest import cursors
from channels.rest.views import Door
from problem_reports.lifecycle import Cause
from problem_reports.querysets import areas_visible_to, viewer
from teams.models import AreaExpert


class ProductAreas(Door):
    """The areas that one may file into, those of one's own teams first."""

    def get(self, request: Request) -> Response:
        areas = list(areas_visible_to(viewer(request.user, self.at)))
        page = cursors.page_of_few(request, areas, lambda area: area.slug)
        experts: dict[int, list[str]] = {area.pk: [] for area in page.rows}
        pairs = AreaExpert.objects.filter(area_id__in=experts, person__is_active=True)
        for area, username in pairs.order_by("person__username").values_list(
            "area_id", "person__username"
        ):
            experts[area].append(username)
        shown = [
            {"slug": a.slug, "name": a.name, "team": a.team.slug, "experts": experts[a.pk]}
            for a in page.rows
        ]
        return Response(page.shown(shown))


class Causes(Door):
    """What may have caused it: a closed list, so that figures compare."""

    def get(self, request: Request) -> Response:
        page = cursors.page_of_few(request, Cause.choices, lambda cause: cause[0])
        return Response(page.shown([{"slug": s, "name": str(n)} for s, n in page.rows]))


urlpatterns = [
    path("product-areas/", ProductAreas.as_view(), name="api-product-areas"),
    path("causes/", Causes.as_view(), name="api-causes"),
]
