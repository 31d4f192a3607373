"""The side door of people and teams: which teams there are and who is on duty, and who I am here.

It lives on this floor because it shows duties, which teams itself does not know (HOUSE, Reading upward).
"""

from collections import defaultdict
from typing import Any

from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response

from channels.rest import cursors
from channels.rest.plain import moment
from channels.rest.views import Door
from oncall.models import DutyKind
from oncall.querysets import on_duty, standing
from teams.models import Team


class Teams(Door):
    """Every team, with who holds its duties now."""

    def get(self, request: Request) -> Response:
        # Who is of no team has nothing to do here yet, and learns nothing of the company.
        known = standing(request.user, self.at).teams
        teams = list(Team.objects.order_by("name", "pk")) if known else []
        page = cursors.page_of_few(request, teams, lambda team: team.slug)
        holders: dict[int, dict[str, str]] = defaultdict(dict)
        for duty in on_duty([team.pk for team in page.rows], self.at):
            holders[duty.team_id][duty.duty] = duty.person.username
        return Response(page.shown([_team(team, holders[team.pk]) for team in page.rows]))


def _team(team: Team, holders: dict[str, str]) -> dict[str, Any]:
    return {
        "slug": team.slug,
        "name": team.name,
        "kind": team.kind,
        "readers": team.readers,
        "unit": team.unit,
        "investigation_limit": team.investigation_limit,
        "on_duty": {kind: holders.get(kind) for kind in DutyKind.values},
    }


class Me(Door):
    """Who I am here: my teams with roles and duties, and what my token reaches."""

    def get(self, request: Request) -> Response:
        person, token = request.user, request.auth
        who = standing(person, self.at)
        slugs = dict(Team.objects.filter(pk__in=who.teams).values_list("pk", "slug"))
        teams = [
            {
                "team": slug,
                "roles": sorted(role for team, role in who.roles if team == key),
                "duties": sorted(duty for team, duty in who.duties if team == key),
            }
            for key, slug in sorted(slugs.items(), key=lambda pair: pair[1])
        ]
        return Response(
            {
                "username": person.username,
                "name": str(person),
                "kind": person.kind,
                "zone": person.zone,
                "teams": teams,
                "token": token
                and {
                    "name": token.name,
                    "scope": token.scope,
                    "expires_at": moment(token.expiry),
                },
            }
        )


urlpatterns = [
    path("teams/", Teams.as_view(), name="api-teams"),
    path("me/", Me.as_view(), name="api-me"),
]
