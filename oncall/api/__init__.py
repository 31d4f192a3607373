"""The side door of people and teams: which teams there are and who is on duty, and who I am here.

It lives on this floor because it shows duties, which teams itself does not know (HOUSE, Reading upward).
"""

from collections import defaultdict
from typing import Any, ClassVar

from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from channels.rest import cursors
from channels.rest.plain import moment
from channels.rest.shapes import Shape, names, text, whole
from channels.rest.shapes import moment as moment_field
from channels.rest.told import Told
from channels.rest.views import Door
from oncall.api.exceptions import urlpatterns as exceptions
from oncall.api.fairness import urlpatterns as fairness
from oncall.api.handoff import urlpatterns as handoff
from oncall.api.ladder import urlpatterns as ladder
from oncall.api.rotation_acts import urlpatterns as rotations
from oncall.api.rotations import Now
from oncall.api.swaps import urlpatterns as swaps
from oncall.models import DutyKind
from oncall.querysets import on_duty, standing
from teams.lifecycle import PersonKind, Readers, TeamKind, Unit
from teams.models import Team, TokenScope


class OnDuty(Shape):
    """Who holds each duty now; null is a gap."""

    release_manager = text(null=True)
    on_call = text(null=True)


class TeamShown(Shape):
    slug = text()
    name = text()
    kind = serializers.ChoiceField(TeamKind.choices)
    readers = serializers.ChoiceField(Readers.choices)
    unit = serializers.ChoiceField(Unit.choices)
    investigation_limit = whole("Open investigations that one developer may hold.")
    on_duty = OnDuty()


class MyTeam(Shape):
    team = text()
    roles = names()
    duties = names("Held now.")


class TokenShown(Shape):
    name = text()
    scope = serializers.ChoiceField(TokenScope.choices)
    expires_at = moment_field()


class MeShown(Shape):
    username = text()
    name = text()
    kind = serializers.ChoiceField(PersonKind.choices)
    zone = text()
    teams = MyTeam(many=True)
    token = TokenShown(allow_null=True)


TEAM = {
    "slug": "billing",
    "name": "Billing",
    "kind": "delivery",
    "readers": "filing",
    "unit": "points",
    "investigation_limit": 1,
    "on_duty": {"release_manager": "rhea", "on_call": "otto"},
}
ME = {
    "username": "rhea",
    "name": "Rhea",
    "kind": "person",
    "zone": "Europe/Brussels",
    "teams": [{"team": "billing", "roles": ["developer"], "duties": ["release_manager"]}],
    "token": {"name": "laptop", "scope": "all", "expires_at": "2027-02-19T09:00:00Z"},
}


class Teams(Door):
    """Every team, with who holds its duties now."""

    told: ClassVar = {
        "GET": Told("Teams, with who holds their duties now", TeamShown, TEAM, lists=True)
    }

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

    told: ClassVar = {"GET": Told("Who you are here", MeShown, ME)}

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
    *fairness,
    *handoff,
    *ladder,
    *rotations,
    *swaps,
    *exceptions,
    path("on-call/now/", Now.as_view(), name="api-on-call-now"),
    path("teams/", Teams.as_view(), name="api-teams"),
    path("me/", Me.as_view(), name="api-me"),
]
