"""A team's balance of duties over REST: the team without names, one's own part, and what counts (ONC-5)."""

from datetime import timedelta
from decimal import Decimal
from typing import Any, ClassVar

from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from channels.rest import bodies, conditions
from channels.rest.fields import Amount
from channels.rest.plain import amount, moment
from channels.rest.shapes import VERSION, Shape, text, whole
from channels.rest.shapes import amount as amount_field
from channels.rest.shapes import moment as moment_field
from channels.rest.told import Told
from channels.rest.views import SOURCE, ActingDoor, Shown
from foundation.errors import Invalid, NotFound
from oncall.models import DutyKind
from oncall.policy.fairness import may_read_fairness
from oncall.querysets import standing
from oncall.querysets.fairness import Balance, balance_of, weights_of
from oncall.rules.fairness import CLASSES, HOURS
from oncall.services.fairness import set_fairness_weights
from teams.lifecycle import TeamKind
from teams.models import Team

MOST_WEEKS, USUAL = 104, 26


class WeightsShown(Shape):
    """Points an hour of each class, and a page."""

    day = amount_field()
    evening = amount_field()
    night = amount_field()
    weekend = amount_field()
    holiday = amount_field()
    page = amount_field()
    night_page = amount_field()


class HoursShown(Shape):
    day = amount_field()
    evening = amount_field()
    night = amount_field()
    weekend = amount_field()
    holiday = amount_field()


class MineShown(Shape):
    """Your own part; nobody else's is told."""

    served = amount_field(says="In points.")
    share = amount_field(says="What of it would be yours by when you could have served.")
    hours = HoursShown()


class DutyBalance(Shape):
    duty = serializers.ChoiceField(DutyKind.choices)
    people = whole("How many took part, or could have.")
    jain = amount_field(says="Jain's index: 1 is even.")
    spread = amount_field(
        says="From the furthest behind their share to the furthest beyond, in points."
    )
    chance = amount_field(
        says="Share of random ways to give out the same shifts that are as uneven."
    )
    flagged = serializers.BooleanField(help_text="Less even than chance would make it.")
    mine = MineShown(allow_null=True)


class FairnessShown(Shape):
    team = text()
    version = whole(VERSION)
    since = moment_field(null=False)
    until = moment_field(null=False)
    weights = WeightsShown()
    duties = DutyBalance(many=True)


class SetWeights(Shape):
    """What is left out stays as it is."""

    day = Amount(max_digits=4, smallest="0.01", required=False)
    evening = Amount(max_digits=4, smallest="0", required=False)
    night = Amount(max_digits=4, smallest="0", required=False)
    weekend = Amount(max_digits=4, smallest="0", required=False)
    holiday = Amount(max_digits=4, smallest="0", required=False)
    page = Amount(max_digits=4, smallest="0", required=False)
    night_page = Amount(max_digits=4, smallest="0", required=False)


COUNTED = {"day": "1", "evening": "1.5", "night": "2", "weekend": "2", "holiday": "3"}
EXAMPLE = {
    "team": "billing",
    "version": 1,
    "since": "2026-05-31T09:00:00Z",
    "until": "2026-11-29T09:00:00Z",
    "weights": {**COUNTED, "page": "1", "night_page": "3"},
    "duties": [
        {
            "duty": "on_call",
            "people": 4,
            "jain": "0.97",
            "spread": "84.5",
            "chance": "0.62",
            "flagged": False,
            "mine": {
                "served": "1780",
                "share": "1742.25",
                "hours": {"day": "385", "evening": "140", "night": "315", "weekend": "336", "holiday": "0"},
            },
        }
    ],
}  # fmt: skip


class Fairness(ActingDoor):
    told: ClassVar = {
        "GET": Told(
            "How a team shares its duties, and your own part",
            FairnessShown,
            EXAMPLE,
            versioned=True,
            asks={"weeks": f"How far back, from 1 to {MOST_WEEKS}; {USUAL} unless said."},
            refuses=(400, 404),
        ),
        "POST": Told(
            "Set what hours and pages count",
            FairnessShown,
            EXAMPLE,
            takes=SetWeights,
            sends={"night": "2.5"},
            versioned=True,
            refuses=(404, 412),
        ),
    }

    def get(self, request: Request, team: str) -> Response:
        return self._answer(self.find(team), _weeks(request)).sent()

    def act_on(self, request: Request, **where: str) -> Shown:
        team = self.find(where["team"])
        set_fairness_weights(
            team.pk,
            changes=bodies.shaped(SetWeights, bodies.read_object(request)),
            by=request.user,
            at=self.at,
            source=SOURCE,
            version=conditions.demanded(request, weights_of(team).version),
        )
        return self._answer(team, USUAL)

    def find(self, slug: str) -> Team:
        who = standing(self.request.user, self.at)
        teams = Team.objects.filter(slug=slug, kind=TeamKind.DELIVERY).select_related("calendar")
        found = teams.first()
        if found is None or may_read_fairness(who, found):
            raise NotFound("There is no such delivery team, or it is not yours.")
        return found

    def _answer(self, team: Team, weeks: int) -> Shown:
        since, weights = self.at - timedelta(weeks=weeks), weights_of(team)
        body = {
            "team": team.slug,
            "version": weights.version,
            "since": moment(since),
            "until": moment(self.at),
            "weights": {name: _said(getattr(weights, name)) for name in CLASSES},
            "duties": [
                _shown(balance_of(team, duty, since, self.at), self.request.user.pk)
                for duty in DutyKind.values
            ],
        }
        return Shown(body, headers={"ETag": conditions.etag(weights.version)})


def _shown(balance: Balance, person: int) -> dict[str, Any]:
    judged = balance.judged
    mine = judged.positions.get(person)
    hours = balance.hours.get(person, {})
    return {
        "duty": balance.duty,
        "people": len(judged.positions),
        "jain": _said(judged.jain),
        "spread": _said(judged.spread),
        "chance": _said(judged.chance),
        "flagged": judged.flagged,
        "mine": mine
        and {
            "served": _said(mine.served),
            "share": _said(mine.share),
            "hours": {name: _said(hours.get(name, 0.0)) for name in HOURS},
        },
    }


def _said(value: float | Decimal) -> str | None:
    return amount(Decimal(str(value)).quantize(Decimal("0.01")))


def _weeks(request: Request) -> int:
    asked = request.query_params.get("weeks", str(USUAL))
    if not (
        asked.isascii() and asked.isdecimal() and len(asked) < 4 and 1 <= int(asked) <= MOST_WEEKS
    ):
        raise Invalid({"weeks": [f"From 1 to {MOST_WEEKS}."]})
    return int(asked)


urlpatterns = [
    path("teams/<slug:team>/fairness/", Fairness.as_view(), name="api-team-fairness"),
]
