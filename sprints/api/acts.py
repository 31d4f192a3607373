"""What may be done to a sprint over REST: each verb with the shape of its body (SPR-2, SPR-4, SPR-7, SPR-11)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from rest_framework import serializers

from channels.rest.fields import Amount, Text
from channels.rest.shapes import Shape
from channels.rest.views import Act
from foundation.errors import Invalid
from sprints import services
from sprints.models import Sprint
from sprints.querysets import planning_of
from teams.querysets import developers_of

MOST_PEOPLE = 200


class Present(Shape):
    """How much somebody is there. Who is not named is not there."""

    person = Text(max_length=150)
    days_off = Amount(max_digits=5, smallest="0", required=False)
    share_percent = serializers.IntegerField(min_value=1, max_value=100, required=False)
    focus_percent = serializers.IntegerField(
        min_value=1, max_value=100, required=False, help_text="The team's own unless said."
    )


class SetCapacity(Shape):
    """An amount, or the people of whom it is reckoned."""

    capacity = Amount(smallest="0", required=False)
    people = Present(many=True, required=False)
    stock_stream = Amount(smallest="0", required=False)


class SetReserve(Shape):
    reserve = Amount(smallest="0")


class Commit(Shape):
    reason = Text(
        required=False,
        allow_blank=True,
        max_length=5000,
        help_text="Needed for more than the commit limit.",
    )


class GoalRisk(Shape):
    reason = Text(max_length=5000)


class PullForward(Shape):
    thing = Text(max_length=30, help_text="BUG-7 or BI-3.")


class CloseSprint(Shape):
    reasons = serializers.DictField(
        child=Text(max_length=5000),
        required=False,
        help_text="By reference, why each unfinished piece is carried.",
    )
    goal_met = serializers.BooleanField(
        required=False, allow_null=True, help_text="Asked of a sprint with a goal."
    )


class CancelSprint(Shape):
    reason = Text(max_length=5000)


def _present(door: Any, sprint: Sprint, typed: Mapping[str, Any]) -> dict[str, Any]:
    """Usernames into people of the team, and the team's focus where none is said."""
    people = typed.get("people", [])
    if len(people) > MOST_PEOPLE:
        raise Invalid({"people": [f"Name at most {MOST_PEOPLE}."]})
    known = dict(developers_of(sprint.team_id).values_list("username", "pk"))
    if strangers := sorted({row["person"] for row in people} - known.keys()):
        raise Invalid({"people": [f"{', '.join(strangers)}: no developer of {sprint.team.name}."]})
    focus = planning_of(sprint.team).focus_percent
    there = [
        services.There(
            person_id=known[row["person"]],
            days_off=row.get("days_off", Decimal(0)),
            share_percent=row.get("share_percent", 100),
            focus_percent=row.get("focus_percent", focus),
        )
        for row in people
    ]
    given = {"capacity": typed.get("capacity"), "stock_stream": typed.get("stock_stream")}
    return given | {"people": there}


def _set_capacity(sprint_id: int, *, people: list[services.There], **said: Any) -> Sprint:
    """The verb, with what it says about one person beside the field that the API knows."""
    try:
        return services.set_capacity(sprint_id, people=people, **said)
    except Invalid as error:
        fields: dict[str, list[str]] = {}
        for name, words in error.fields.items():
            known = "people" if name.rpartition("_")[2].isdecimal() else name
            fields.setdefault(known, []).extend(words)
        raise Invalid(fields) from error


def _thing(door: Any, sprint: Sprint, typed: Mapping[str, Any]) -> dict[str, Any]:
    return {"thing": typed["thing"].upper()}


def _close(door: Any, sprint: Sprint, typed: Mapping[str, Any]) -> dict[str, Any]:
    reasons = {name.upper(): words for name, words in typed.get("reasons", {}).items()}
    return {"reasons": reasons, "goal_met": typed.get("goal_met")}


ACTS = (
    Act(
        "set-capacity",
        _set_capacity,
        "Set the working capacity: an amount, or reckoned of the people who are there",
        SetCapacity,
        _present,
        {"people": [{"person": "ines", "days_off": "2", "share_percent": 80}]},
    ),
    Act(
        "set-reserve",
        services.set_reserve,
        "Set the reserve anew, never below what is held or spent",
        SetReserve,
        example={"reserve": "10"},
    ),
    Act(
        "commit",
        services.commit,
        "Commit to what is planned now",
        Commit,
        example={"reason": "Two of these are nearly done."},
    ),
    Act("start", services.start, "Start the sprint"),
    Act(
        "flag-goal-risk",
        services.flag_goal_risk,
        "Say that the goal is at risk; the product owner hears of it",
        GoalRisk,
        example={"reason": "The bank's test system is down."},
    ),
    Act("see-goal-risk", services.see_goal_risk, "The product owner has seen the risk"),
    Act(
        "pull-forward",
        services.pull_forward,
        "Bring an overdue payback or a scheduled bug into it, on unused reserve",
        PullForward,
        _thing,
        {"thing": "BUG-41"},
    ),
    Act(
        "close",
        services.close,
        "Close the sprint, with a reason for each unfinished piece and a word on its goal",
        CloseSprint,
        _close,
        {"reasons": {"BUG-41": "It waits for the bank."}, "goal_met": True},
    ),
    Act(
        "cancel",
        services.cancel,
        "End the sprint early; what is unfinished goes back for this reason",
        CancelSprint,
        example={"reason": "The law changed."},
    ),
)
