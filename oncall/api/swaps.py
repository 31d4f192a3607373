"""Offered swaps over REST (ONC-3)."""

from typing import Any, ClassVar

import django_filters as filters
from django.db.models import QuerySet
from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from channels.rest import conditions, cursors
from channels.rest.fields import Text
from channels.rest.filtering import filtered
from channels.rest.plain import hyphens, moment
from channels.rest.shapes import ALLOWED, VERSION, Shape, names, text, whole
from channels.rest.shapes import moment as moment_field
from channels.rest.told import Told
from channels.rest.views import Act, Shown, ThingDoor, VerbDoor
from foundation.errors import NotFound
from oncall import policy, services
from oncall.api.reading import Reading, person_of
from oncall.lifecycle import SwapState
from oncall.models import SwapOffer
from oncall.policy import swaps
from oncall.querysets import readable_teams


class SwapShown(Shape):
    """`to` is null when anybody of the team may take it; the version is its rotation's."""

    key = whole("Its number in addresses.")
    version = whole(VERSION)
    rotation = whole()
    state = serializers.ChoiceField(SwapState.choices)
    shift = text()
    starts_at = moment_field(null=False)
    offered_by = text()
    to = text(null=True)
    in_return = text(null=True)
    taken_by = text(null=True)
    allowed = names(ALLOWED)


class AcceptBody(Shape):
    person = Text(
        max_length=150,
        required=False,
        help_text="On whose behalf a lead accepts what is offered to anybody.",
    )


SWAP = {
    "key": 5,
    "version": 4,
    "rotation": 3,
    "state": "offered",
    "shift": "2026-12-07 Week",
    "starts_at": "2026-12-07T08:00:00Z",
    "offered_by": "otto",
    "to": "ines",
    "in_return": "2026-12-14 Week",
    "taken_by": None,
    "allowed": ["accept-swap", "decline-swap"],
}


class SwapFilter(filters.FilterSet):
    state = filters.MultipleChoiceFilter(choices=SwapState.choices, distinct=False)
    rotation = filters.NumberFilter(field_name="rotation_id", min_value=1, max_value=2**63 - 1)


class SwapDoor(Reading, ThingDoor):
    def swaps(self) -> QuerySet[SwapOffer]:
        found = SwapOffer.objects.filter(rotation__team__in=readable_teams(self.who))
        return found.select_related("rotation__team", "offered_by", "to", "taken_by")

    def find(self, key: int) -> SwapOffer:
        found = self.swaps().filter(pk=key).first()
        if found is None:
            raise NotFound("There is no such offer.")
        return found

    def show(self, thing: SwapOffer) -> dict[str, Any]:
        return {
            "key": thing.pk,
            "version": thing.version,
            "rotation": thing.rotation_id,
            "state": thing.state,
            "shift": thing.slot,
            "starts_at": moment(thing.starts_at),
            "offered_by": thing.offered_by.username,
            "to": thing.to and thing.to.username,
            "in_return": thing.in_return or None,
            "taken_by": thing.taken_by and thing.taken_by.username,
            "allowed": self._allowed(thing),
        }

    def _allowed(self, swap: SwapOffer) -> list[str]:
        rotation = swap.rotation
        learns = (rotation.team_id, rotation.duty) in self.learn
        return [hyphens(v) for v in swaps.allowed(self.who, rotation.team, swap, learning=learns)]

    def refusal(self, verb: str, thing: SwapOffer) -> str | None:
        return policy.may(verb, self.who, thing.rotation.team)

    def allowed_now(self, key: int) -> list[str]:
        return self._allowed(self.find(key))


class Swaps(SwapDoor):
    told: ClassVar = {
        "GET": Told(
            "Offered shifts, newest first", SwapShown, SWAP, lists=True, filters=SwapFilter
        )
    }  # fmt: skip

    def get(self, request: Request) -> Response:
        page = cursors.page(request, filtered(SwapFilter, request, self.swaps()))
        return Response(page.shown([self.show(swap) for swap in page.rows]))


class OneSwap(SwapDoor):
    told: ClassVar = {
        "GET": Told("One offered shift", SwapShown, SWAP, versioned=True, refuses=(404,))
    }

    def get(self, request: Request, key: int) -> Response:
        found = self.find(key)
        return Response(self.show(found), headers={"ETag": conditions.etag(found.version)})


class SwapVerb(SwapDoor, VerbDoor):
    shape = SwapShown
    example = SWAP

    def answer(self, thing: Any) -> Shown:
        return super().answer(self.find(self.kwargs["key"]))


def _on_behalf(door: Any, swap: SwapOffer, typed: dict[str, Any]) -> dict[str, Any]:
    return {name: person_of(name, value) for name, value in typed.items()}


SWAP_ACTS = (
    Act(
        "accept-swap",
        services.accept_swap,
        "Take the shift; the one in return changes hands with it",
        AcceptBody,
        _on_behalf,
    ),
    Act("decline-swap", services.decline_swap, "Say no to what is offered to you"),
    Act("withdraw-swap", services.withdraw_swap, "Keep the shift after all"),
)


urlpatterns = [
    path("swaps/", Swaps.as_view(), name="api-swaps"),
    path("swaps/<int:key>/", OneSwap.as_view(), name="api-swap"),
    *(
        path(
            f"swaps/<int:key>/{act.verb}/", SwapVerb.of(act).as_view(), name=f"api-swap-{act.verb}"
        )
        for act in SWAP_ACTS
    ),
]
