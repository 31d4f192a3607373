"""What each verb of a backlog item takes by POST, and what it is told (SPR-9)."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from channels.rest.fields import Amount, Text
from channels.rest.shapes import Shape
from channels.rest.views import Act
from foundation.errors import Invalid
from foundation.references import parse
from sprints.lifecycle import DebtKind, ItemKind
from sprints.models import BacklogItem
from sprints.querysets import items_visible_to, visible_to
from sprints.services import backlog as services


class Described(Shape):
    kind = serializers.ChoiceField(ItemKind.choices)
    debt = serializers.ChoiceField(DebtKind.choices, required=False, allow_blank=True)
    rationale = Text(required=False, allow_blank=True, max_length=5000)
    product_area = Text(required=False, max_length=60)
    url = serializers.URLField(required=False, allow_blank=True, max_length=500)
    stock = serializers.BooleanField(
        required=False, help_text="Old work that the stock stream has hours for (SPR-12)."
    )


class AddItem(Described):
    """With the `key` of a tracker, a repeated request answers with the first item."""

    team = Text(max_length=60)
    title = Text(max_length=200)
    key = Text(required=False, allow_blank=True, max_length=60)


class EditItem(Described):
    title = Text(required=False, max_length=200)
    kind = serializers.ChoiceField(ItemKind.choices, required=False)


class EstimateItem(Shape):
    points = Amount(smallest="0.01")


class OrderItem(Shape):
    after = Text(
        max_length=30, allow_null=True, help_text="BI-3: right behind it. Null: first of all."
    )


class DeclineItem(Shape):
    reason = Text()


class ScheduleItem(Shape):
    sprint = Text(max_length=30)


class FinishItem(Shape):
    ticked = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**62),
        required=False,
        max_length=100,
        help_text="Keys of the clauses of the definition of done that are met: /api/v1/agreements/.",
    )
    open_because = Text(
        required=False, allow_blank=True, help_text="Why the others are not; needed when there are."
    )


class MarkItem(Shape):
    swappable = serializers.BooleanField()
    serves_goal = serializers.BooleanField()


def _order(door: Any, item: BacklogItem, typed: Mapping[str, Any]) -> dict[str, Any]:
    named = typed["after"]
    if named is None:
        return {"after": None}
    key = parse(named, "BI")
    if key is None or not items_visible_to(door.who).filter(pk=key).exists():
        raise Invalid({"after": [f"There is no backlog item {named}."]})
    return {"after": key}


def _schedule(door: Any, item: BacklogItem, typed: Mapping[str, Any]) -> dict[str, Any]:
    key = parse(typed["sprint"], "SP")
    if key is None or not visible_to(door.who).filter(pk=key).exists():
        raise Invalid({"sprint": [f"There is no sprint {typed['sprint']}."]})
    return {"sprint_id": key}


ACTS = (
    Act(
        "order",
        services.order,
        "Move it in the product owner's order",
        OrderItem,
        _order,
        {"after": "BI-2"},
    ),
    Act(
        "estimate",
        services.estimate,
        "Say what it takes, in the team's unit",
        EstimateItem,
        example={"points": "3"},
    ),
    Act("accept", services.accept, "It is wanted"),
    Act(
        "decline",
        services.decline,
        "It will not be done",
        DeclineItem,
        example={"reason": "The import goes away in version 6."},
    ),
    Act(
        "schedule",
        services.schedule,
        "Plan it in a planned or running sprint",
        ScheduleItem,
        _schedule,
        {"sprint": "SP-15"},
    ),
    Act("take-out", services.take_out, "Take it out of its sprint, back to the backlog"),
    Act(
        "mark",
        services.mark,
        "May it leave for an injection without a question, does it serve the goal",
        MarkItem,
        example={"swappable": True, "serves_goal": False},
    ),
    Act("start", services.start, "Start to work on it"),
    Act("finish", services.finish, "It is done", FinishItem, example={"ticked": [1, 2, 3]}),
)
