"""The side door of sprints: read only; they are planned and run on their page."""

from typing import Any

import django_filters as filters
from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response

from channels.rest import conditions, cursors
from channels.rest.filtering import filtered
from channels.rest.views import Door
from foundation.errors import NotFound
from foundation.references import parse
from oncall.querysets import standing
from sprints import representations
from sprints.lifecycle import State
from sprints.querysets import visible_to
from teams.models import Team


class SprintFilter(filters.FilterSet):
    state = filters.MultipleChoiceFilter(choices=State.choices)
    team = filters.ModelChoiceFilter(queryset=Team.objects.only("pk"), to_field_name="slug")


class Sprints(Door):
    """The list, newest first."""

    def get(self, request: Request) -> Response:
        who = standing(request.user, self.at)
        page = cursors.page(request, filtered(SprintFilter, request, visible_to(who)))
        return Response(page.shown([representations.card(s) for s in page.rows]))


class OneSprint(Door):
    """One sprint with its reserve."""

    def get(self, request: Request, reference: str) -> Response:
        rows: Any = visible_to(standing(request.user, self.at))
        key = parse(reference, "SP")
        sprint = rows.filter(pk=key).first() if key is not None else None
        if sprint is None:
            raise NotFound("There is no such sprint.")
        etag = {"ETag": conditions.etag(sprint.version)}
        if conditions.already_known(request, sprint.version):
            return Response(status=304, headers=etag)
        return Response(representations.card(sprint), headers=etag)


urlpatterns = [
    path("sprints/", Sprints.as_view(), name="api-sprints"),
    path("sprints/<str:reference>/", OneSprint.as_view(), name="api-sprint"),
]
