"""The side door of paper cuts: a team's clusters of small reports, and asking for a review of one (PM-9)."""

from datetime import date
from functools import cached_property
from typing import Any, ClassVar

from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from channels.rest import bodies, conditions
from channels.rest.fields import Day, Text
from channels.rest.plain import day, moment
from channels.rest.shapes import Shape, text, whole
from channels.rest.shapes import day as day_field
from channels.rest.shapes import moment as moment_field
from channels.rest.told import Told
from channels.rest.views import SOURCE, ActingDoor, Shown
from foundation.errors import Invalid, NotFound
from oncall.querysets import standing
from oncall.rules import Standing
from postmortems import representations, services
from postmortems.api import LIST, WHOLE, PostMortemShown
from postmortems.forms.paper_cuts import SpanForm
from postmortems.querysets.paper_cuts import clusters, span_of, teams_whose_cuts
from postmortems.rules.paper_cuts import LEAST, Cluster, ranked
from problem_reports.lifecycle import Cause
from teams.models import ProductArea, Team


def _hours(says: str, *, null: bool = False) -> Any:
    return serializers.FloatField(help_text=says, allow_null=null)


class ClusterShown(Shape):
    area = text()
    cause = serializers.ChoiceField(Cause.choices)
    reports = whole()
    hours = _hours("Working hours that its reports took together.")
    estimated_hours = _hours("Of these, what nobody logged: an import knows no hours.")
    low = _hours(
        "Where the hours would lie in four of five such spans; null with too few.", null=True
    )
    high = _hours("The other end.", null=True)
    comparable = serializers.BooleanField(help_text=f"False under {LEAST} reports: read them.")
    customers = whole()
    first = moment_field(null=False)
    last = moment_field(null=False)


class PaperCutsShown(Shape):
    """Small reports, neither P0 nor P1, by area and cause; most hours first, too few to compare last."""

    team = text()
    as_of = moment_field(null=False)
    since = day_field(null=False)
    until = day_field(null=False)
    clusters = ClusterShown(many=True)


EXAMPLE = {
    "team": "billing",
    "as_of": "2026-11-21T09:00:00Z",
    "since": "2026-08-24",
    "until": "2026-11-21",
    "clusters": [
        {
            "area": "invoicing",
            "cause": "usability",
            "reports": 31,
            "hours": 46.5,
            "estimated_hours": 0.0,
            "low": 34.1,
            "high": 63.4,
            "comparable": True,
            "customers": 19,
            "first": "2026-08-25T07:40:00Z",
            "last": "2026-11-20T15:02:11Z",
        }
    ],
}


WHICH = {"area": "invoicing", "cause": "usability", "since": "2026-08-24", "until": "2026-11-21"}


class ProposeReview(Shape):
    area = Text(max_length=80, help_text="The slug of the product area.")
    cause = serializers.ChoiceField(Cause.choices)
    since = Day()
    until = Day()
    reason = Text()


class PaperCuts(ActingDoor):
    """Clusters of a team's small reports; asking for a review of one."""

    told: ClassVar = {
        "GET": Told(
            "Small reports of a team by area and cause, added up",
            PaperCutsShown,
            EXAMPLE,
            refuses=(400, 404),
            asks={
                "since": "The first day, as 2026-08-24; 90 days before the last unless said.",
                "until": "The last day, counted in; today unless said.",
            },
        ),
        "POST": Told(
            "Ask for an aggregate review of the small reports of an area with a cause",
            PostMortemShown,
            {**WHOLE, "bug": None, "paper_cuts": WHICH},
            takes=ProposeReview,
            sends={**WHICH, "reason": "One form, 31 reports."},
            status=201,
            refuses=(404, 409),
        ),
    }  # fmt: skip

    @cached_property
    def who(self) -> Standing:
        return standing(self.request.user, self.at)

    def _team(self, slug: str) -> Team:
        found = teams_whose_cuts(self.who).filter(slug=slug).first()
        if found is None:
            raise NotFound("There is no such team, or its reports are not yours to read.")
        return found

    def get(self, request: Request, team: str) -> Response:
        one = self._team(team)
        since, until = _days(request)
        span = span_of(one, self.at, since, until)
        found = ranked(clusters(one, span))
        areas = ProductArea.objects.in_bulk({cluster.area for cluster in found})
        head = {
            "team": one.slug,
            "as_of": moment(self.at),
            "since": day(span.since),
            "until": day(span.until),
        }
        shown = [_shown(cluster, areas[cluster.area].slug) for cluster in found]
        return Response(head | {"clusters": shown})

    def act_on(self, request: Request, **where: str) -> Shown:
        team = self._team(where["team"])
        typed = bodies.shaped(ProposeReview, bodies.read_object(request))
        area = ProductArea.objects.filter(team=team, slug=typed.pop("area")).first()
        if area is None:
            raise Invalid({"area": [f"{team.name} has no such area."]})
        made = services.propose_review(area.pk, **typed, by=request.user, at=self.at, source=SOURCE)
        headers = {
            "Location": request.build_absolute_uri(f"{LIST}{made.reference}/"),
            "ETag": conditions.etag(made.version),
        }
        return Shown(representations.whole(made, self.who), 201, headers)


def _days(request: Request) -> tuple[date | None, date | None]:
    if unknown := set(request.query_params) - {"since", "until"}:
        raise Invalid({name: ["This address knows no such question."] for name in sorted(unknown)})
    form = SpanForm(request.query_params)
    if not form.is_valid():
        raise Invalid({name: list(said) for name, said in form.errors.items()})
    return form.days()


def _shown(one: Cluster, area: str) -> dict[str, Any]:
    low, high = one.band or (None, None)
    return {
        "area": area,
        "cause": one.cause,
        "reports": one.n,
        "hours": one.hours,
        "estimated_hours": one.estimated,
        "low": low,
        "high": high,
        "comparable": one.comparable,
        "customers": one.customers,
        "first": moment(one.first),
        "last": moment(one.last),
    }


urlpatterns = [
    path("teams/<slug:team>/paper-cuts/", PaperCuts.as_view(), name="api-paper-cuts"),
]
