"""What an injection would cost, before it is done (SPR-4)."""

from decimal import Decimal
from typing import Any, ClassVar

from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from bugs import policy
from bugs.api.doors import BugDoor
from bugs.models import Bug
from bugs.querysets import suggested_price
from channels.rest.plain import amount as plain
from channels.rest.shapes import Shape, amount, names, text, whole
from channels.rest.told import Told
from foundation.errors import NotAllowed
from sprints.querysets import Chances, chances, planned_work, running
from sprints.rules.chance import ENOUGH
from sprints.rules.leaving import Option, options
from sprints.rules.reserve import draw
from teams.lifecycle import Unit


class WayOut(Shape):
    """Planned work that could leave; `name` says in what it is the least."""

    name = text()
    leaves = names("By reference.")
    frees = amount()
    serving_goal = whole("How many of them serve the goal.")


class GoalChance(Shape):
    """From the team's own closed sprints; null while they are fewer than `needed`."""

    closed_sprints = whole()
    needed = whole()
    before = amount(null=True)
    after = amount(null=True)


class PriceShown(Shape):
    bug = text()
    sprint = text(null=True, says="Null while none runs: the entry waits for the next one.")
    unit = serializers.ChoiceField(Unit.choices)
    available = amount(null=True)
    price = amount(null=True)
    basis = text(null=True)
    n = whole("How many bugs the price stands on; 0 for an estimate.")
    missing = amount()
    options = WayOut(many=True)
    chance = GoalChance(allow_null=True, help_text="Null where no planned work serves a goal.")


PRICE = {
    "bug": "BUG-41",
    "sprint": "SP-14",
    "unit": "points",
    "available": "2",
    "price": "5",
    "basis": "what 7 of 10 P1 bugs took",
    "n": 9,
    "missing": "3",
    "options": [
        {
            "name": "least value lost",
            "leaves": ["BI-3"],
            "frees": "3",
            "serving_goal": 0,
        }
    ],
    "chance": {"closed_sprints": 9, "needed": 8, "before": "0.72", "after": "0.61"},
}


class BugPrice(BugDoor):
    """Read before *inject*."""

    told: ClassVar = {
        "GET": Told(
            "What an injection would cost: reserve, what could leave, the chance of the goal",
            PriceShown,
            PRICE,
            refuses=(404,),
        )
    }

    def get(self, request: Request, reference: str) -> Response:
        bug = self.find(reference)
        if not policy.sees_inside(self.who, bug):
            raise NotAllowed(f"What it costs is {bug.team.name}'s to read.")
        return Response(self._price(bug))

    def _price(self, bug: Bug) -> dict[str, Any]:
        sprint, offer = running(bug.team_id), suggested_price(bug)
        price = offer.amount if offer else Decimal(0)
        pieces = planned_work(sprint.pk) if sprint else []
        missing = draw(price, available=sprint.available).overdraft if sprint else Decimal(0)
        return {
            "bug": bug.reference,
            "sprint": sprint.reference if sprint else None,
            "unit": bug.team.unit,
            "available": plain(sprint.available) if sprint else None,
            "price": plain(offer.amount) if offer else None,
            "basis": offer.basis if offer else None,
            "n": offer.n if offer else 0,
            "missing": plain(missing),
            "options": [_way_out(option) for option in options(pieces, missing)],
            "chance": _chance(chances(sprint, pieces, price, self.at)) if sprint else None,
        }


def _way_out(option: Option) -> dict[str, Any]:
    return {
        "name": option.name,
        "leaves": [piece.reference for piece in option.pieces],
        "frees": plain(option.points),
        "serving_goal": option.goal_pieces,
    }


def _chance(found: Chances | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "closed_sprints": found.sprints,
        "needed": ENOUGH,
        "before": _share(found.before),
        "after": _share(found.after),
    }


def _share(found: float | None) -> str | None:
    return None if found is None else f"{found:.2f}"


urlpatterns = [path("bugs/<str:reference>/price/", BugPrice.as_view(), name="api-bug-price")]
