"""The side door of figures: the recommended reserve of a team, with its back-tests (SPR-6)."""

from dataclasses import asdict
from typing import Any, ClassVar

from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from channels.rest.plain import moment
from channels.rest.shapes import Shape, text, whole
from channels.rest.shapes import moment as moment_field
from channels.rest.told import Told
from channels.rest.views import Door
from foundation.errors import Invalid, NotFound
from insights import words
from insights.reserve.advice import Advice, advise
from oncall.querysets import standing, teams_read_by
from sprints.recommending.backtest import Backtest, Score
from sprints.recommending.ladder import Rung
from teams.lifecycle import Unit

#: How the API names the rungs.
RUNGS = {rung: rung.name.lower() for rung in Rung}


def number(says: str, *, null: bool = False) -> Any:
    return serializers.FloatField(help_text=says, allow_null=null)


class BandShown(Shape):
    """The middle 80 % of what the method says of the sprints drawn anew (stationary bootstrap, 500)."""

    low = number("In the team's unit.")
    high = number("In the team's unit.")


class DriftShown(Shape):
    since = text(says="The sprint with which the new level began.")
    ratio = number("The new level by the one before; null when that was zero.", null=True)


class DeliveredShown(Shape):
    """What so few sprints really deliver while the level holds, as shares of sprints."""

    asked = number("The chance asked for.")
    ladder = number("By this method.")
    percentile = number("By a plain percentile.")
    mean = number("By the mean.")


class ScoreShown(Shape):
    """Shares of mean demand, but for `coverage` and its 95 % interval."""

    method = serializers.ChoiceField(list(words.METHODS))
    enough = whole("In how many of the sprints it would have been enough.")
    coverage = number("The same as a share.")
    low = number("Wilson's interval.")
    high = number("Wilson's interval.")
    reserve = number("Set aside, on average.")
    idle = number("Left unused, on average.")
    overflow = number("Short by, on average.")
    loss = number("Pinball loss at q.")
    skill = number("1 - loss / loss of the mean.")


class BacktestShown(Shape):
    window = whole("Sprints that each forecast saw at most.")
    n = whole("Forecasts.")
    asked = whole("In how many a reserve of chance q should have been enough.")
    demand = number("Mean of what the forecast sprints took, in the team's unit.")
    scores = ScoreShown(many=True)


class ReserveShown(Shape):
    team = text()
    as_of = moment_field(null=False)
    unit = serializers.ChoiceField(Unit.choices)
    amount = number("What to set aside; null where nothing is known.", null=True)
    figure = number(
        "What the method says, before rounding and before noise is left out.", null=True
    )
    band = BandShown(allow_null=True)
    method = serializers.ChoiceField(list(RUNGS.values()))
    method_words = text()
    sentence = text()
    warnings = serializers.ListField(child=serializers.CharField())
    n = whole("Closed sprints that it stands on.")
    q = number("The chance to be enough.")
    days = whole("Days of the calendar of the sprint that it is for.")
    own = number("The team's own number, for as many days.", null=True)
    keeps = serializers.BooleanField(help_text="Whether the team's own number stays.")
    drift = DriftShown(allow_null=True)
    delivered = DeliveredShown(allow_null=True)
    share_of_capacity = number("0 to 1.", null=True)
    share_of_largest = number("Of all demand, what its largest piece of work took.")
    estimated = number("Of all demand, what nobody logged.")
    backtests = BacktestShown(many=True)


EXAMPLE = {
    "team": "billing",
    "as_of": "2026-11-21T09:00:00Z",
    "unit": "points",
    "amount": 11.5,
    "figure": 11.2,
    "band": {"low": 9.0, "high": 13.1},
    "method": "harrell_davis",
    "method_words": words.HOW[Rung.HARRELL_DAVIS],
    "sentence": "Set aside 11.5 points for the next sprint, to be enough in about four of five sprints like "
    "the last 9.",
    "warnings": [],
    "n": 9,
    "q": 0.8,
    "days": 14,
    "own": 8.0,
    "keeps": False,
    "drift": None,
    "delivered": {"asked": 0.8, "ladder": 0.8, "percentile": 0.74, "mean": 0.56},
    "share_of_capacity": 0.29,
    "share_of_largest": 0.08,
    "estimated": 0.6,
    "backtests": [
        {
            "window": 13,
            "n": 1,
            "asked": 1,
            "demand": 9.0,
            "scores": [
                {
                    "method": "ladder",
                    "enough": 1,
                    "coverage": 1.0,
                    "low": 0.21,
                    "high": 1.0,
                    "reserve": 1.24,
                    "idle": 0.24,
                    "overflow": 0.0,
                    "loss": 0.05,
                    "skill": 0.4,
                }
            ],
        }
    ],
}


class RecommendedReserve(Door):
    """How much a team should set aside for unplanned work, and how such advice would have done."""

    told: ClassVar = {
        "GET": Told(
            "The recommended reserve of a team, with its back-tests",
            ReserveShown,
            EXAMPLE,
            refuses=(400, 404),
            asks={
                "q": "The chance to be enough, between 0 and 1; the team's usual one unless said."
            },
        )
    }

    def get(self, request: Request, team: str) -> Response:
        q = _chance(request)
        seen = teams_read_by(standing(request.user, self.at))
        one = next((t for t in seen if t.slug == team), None)
        if one is None:
            raise NotFound("There is no such team, or its figures are not yours to see.")
        head = {"team": one.slug, "as_of": moment(self.at), "unit": one.unit}
        return Response(head | _shown(advise(one, self.at, q=q), one.unit))


def _chance(request: Request) -> float | None:
    if unknown := set(request.query_params) - {"q"}:
        raise Invalid({name: ["This address knows no such question."] for name in sorted(unknown)})
    asked = request.query_params.get("q")
    if asked is None:
        return None
    try:
        q = float(asked)
    except ValueError:
        q = 0.0
    if not 0.01 <= q <= 0.99:
        raise Invalid({"q": ["Say a chance from 0.01 to 0.99."]})
    return q


def _shown(found: Advice, unit: str) -> dict[str, Any]:
    told = found.recommendation
    drift = None
    if told.drift is not None:
        known = told.drift.ratio < float("inf")
        drift = {"since": told.drift_since, "ratio": told.drift.ratio if known else None}
    return {
        "amount": told.amount,
        "figure": told.figure,
        "band": asdict(told.band) if told.band else None,
        "method": RUNGS[told.rung],
        "method_words": words.HOW[told.rung],
        "sentence": words.lead(told, unit),
        "warnings": words.warnings(told),
        "n": told.n,
        "q": told.q,
        "days": told.days,
        "own": told.own,
        "keeps": told.keeps,
        "drift": drift,
        "delivered": asdict(told.delivered) if told.delivered else None,
        "share_of_capacity": told.share_of_capacity,
        "share_of_largest": told.share_of_largest,
        "estimated": told.estimated,
        "backtests": [_backtest(one) for one in found.backtests],
    }


def _backtest(found: Backtest) -> dict[str, Any]:
    return {
        "window": found.window,
        "n": found.n,
        "asked": found.asked,
        "demand": found.demand,
        "scores": [_score(score) for score in found.scores],
    }


def _score(score: Score) -> dict[str, Any]:
    return {
        "method": score.method.key,
        "enough": score.enough,
        "coverage": score.coverage,
        "low": score.interval.low,
        "high": score.interval.high,
        "reserve": score.reserve,
        "idle": score.idle,
        "overflow": score.overflow,
        "loss": score.loss,
        "skill": score.skill,
    }


urlpatterns = [
    path(
        "teams/<slug:team>/recommended-reserve/",
        RecommendedReserve.as_view(),
        name="api-recommended-reserve",
    ),
]
