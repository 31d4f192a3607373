"""When a team's bugs ask for a post-mortem, over REST: every version, and the next one (PM-1)."""

from dataclasses import asdict, fields
from typing import Any, ClassVar

from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from channels.rest import bodies, plain
from channels.rest.shapes import Shape, moment, text, whole
from channels.rest.told import Told
from channels.rest.views import SOURCE, ActingDoor, Shown
from oncall.querysets import own_delivery_team
from postmortems import services
from postmortems.models import TriggerRules
from postmortems.querysets.cutting import cuts_would_have_raised
from postmortems.querysets.triggers import plain as plain_rules
from postmortems.querysets.triggers import rules_of, would_have_raised
from postmortems.rules.triggers import Rules

_COUNT: dict[str, Any] = {"min_value": 1, "max_value": 1000, "allow_null": True}


class RulesShape(Shape):
    """null or false: that rule is off."""

    p0 = serializers.BooleanField(help_text="It was a P0.")
    broken_promise = serializers.BooleanField(help_text="A promise on a P0 or P1 was broken.")
    reports = serializers.IntegerField(
        **_COUNT, help_text="So many reports, of at least `customers`."
    )
    customers = serializers.IntegerField(**_COUNT)
    displaced = serializers.DecimalField(
        max_digits=8, decimal_places=2, **_COUNT, help_text="Planned work that made room, in the team's unit."
    )  # fmt: skip
    loan_days = serializers.IntegerField(**_COUNT, help_text="Days that a payback is overdue.")
    came_back = serializers.BooleanField(help_text="It came back after it was fixed.")
    cut_reports = serializers.IntegerField(
        **_COUNT,
        default=Rules.cut_reports,
        help_text="Small reports of one area and cause in 30 days.",
    )
    cut_hours = serializers.IntegerField(
        **_COUNT, default=Rules.cut_hours, help_text="Or the hours that two or more took."
    )


class TriggerRulesShown(RulesShape):
    number = whole("The version.")
    published_by = text()
    published_at = moment(null=False)


class TriggerRulesOfTeam(Shape):
    in_force = RulesShape()
    would_have_raised = whole("How many bugs of the last 12 months the rules in force ask about.")
    would_have_raised_reviews = whole("And how many reviews of paper cuts.")
    versions = TriggerRulesShown(many=True)


RULES = {
    "p0": True, "broken_promise": True, "reports": 5, "customers": 3, "displaced": "5.00", "loan_days": 7,
    "came_back": True, "cut_reports": 10, "cut_hours": 16,
}  # fmt: skip
VERSION = {**RULES, "number": 2, "published_by": "rhea", "published_at": "2026-11-29T09:00:00Z"}


class TriggerRulesDoor(ActingDoor):
    told: ClassVar = {
        "GET": Told(
            "When a team's bugs ask for a post-mortem",
            TriggerRulesOfTeam,
            {
                "in_force": RULES,
                "would_have_raised": 7,
                "would_have_raised_reviews": 2,
                "versions": [VERSION],
            },
            refuses=(404,),
        ),
        "POST": Told(
            "Say when they ask from now on",
            TriggerRulesShown,
            VERSION,
            takes=RulesShape,
            sends=RULES,
            status=201,
            refuses=(404,),
        ),
    }

    def get(self, request: Request, team: str) -> Response:
        mine = own_delivery_team(team, request.user, self.at)
        versions = TriggerRules.objects.filter(team=mine).select_related("published_by")
        rules = rules_of(mine.pk)
        return Response(
            {
                "in_force": _plain(rules),
                "would_have_raised": len(would_have_raised(mine, rules, self.at)),
                "would_have_raised_reviews": cuts_would_have_raised(mine, rules, self.at),
                "versions": [_shown(one) for one in versions.order_by("-number")],
            }
        )

    def act_on(self, request: Request, **where: str) -> Shown:
        team = own_delivery_team(where["team"], request.user, self.at)
        typed = bodies.shaped(RulesShape, bodies.read_object(request))
        rules = Rules(**{field.name: typed[field.name] for field in fields(Rules)})
        made = services.publish_trigger_rules(
            team.pk, rules=rules, by=request.user, at=self.at, source=SOURCE
        )
        return Shown(_shown(made), 201)


def _plain(rules: Rules) -> dict[str, Any]:
    displaced = None if rules.displaced is None else f"{rules.displaced:.2f}"
    return {**asdict(rules), "displaced": displaced}


def _shown(one: TriggerRules) -> dict[str, Any]:
    return {
        **_plain(plain_rules(one)),
        "number": one.number,
        "published_by": one.published_by.username,
        "published_at": plain.moment(one.published_at),
    }


urlpatterns = [
    path("teams/<slug:team>/trigger-rules/", TriggerRulesDoor.as_view(), name="api-trigger-rules"),
]
