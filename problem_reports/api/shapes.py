"""What the bodies of requests must look like."""

from typing import Any

from rest_framework import serializers

from channels.rest.fields import Amount, Day, Text, Until
from channels.rest.shapes import Shape
from problem_reports.lifecycle import Cause, Impact, Outcome, Priority, Urgency

Choice = serializers.ChoiceField


def line(longest: int, **options: Any) -> Text:
    return Text(max_length=longest, **options)


def optional(longest: int | None = None) -> Text:
    return Text(required=False, allow_blank=True, **({"max_length": longest} if longest else {}))


class Descriptive(Shape):
    """The fields that say what the problem is. `version` is the affected version of the product."""

    steps = optional()
    expected = optional()
    actual = optional()
    affected_version = optional(80)
    version = optional(80)
    environment = optional(120)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "version" in attrs:
            named = attrs.pop("version")
            if attrs.setdefault("affected_version", named) != named:
                raise serializers.ValidationError(
                    {"version": "It says something else than affected_version; send one of them."}
                )
        return attrs


class File(Descriptive):
    title = line(200)
    description = Text()
    product_area = line(80)
    impact = Choice(Impact.choices)
    urgency = Choice(Urgency.choices)
    customer = optional(120)


class Edit(Descriptive):
    title = line(200, required=False)
    description = Text(required=False)


class Message(Shape):
    message = Text()


class LogReportWork(Shape):
    """Hours that one person spent on one day."""

    hours = Amount(smallest="0.01")
    on = Day(required=False, help_text="The day of the work; today when none is named.")
    note = optional(200)


class Ask(Message):
    """`third_party`: it waits on them, not on the reporter."""

    third_party = optional(120)


class Reason(Shape):
    reason = Text()


class Assign(Shape):
    assignee = line(150)


class Snooze(Reason):
    until = Until()


class Route(Shape):
    product_area = line(80)


class Prioritise(Shape):
    priority = Choice(Priority.choices)
    reason = optional()


class Join(Shape):
    customer = line(120)


class BugOfReport(Shape):
    title = line(200)
    priority = Choice(Priority.choices)
    confirmed_by_steps = Text()
    product_area = line(80, required=False)


#: Which evidence each outcome asks for; one not named asks for none.
EVIDENCE = {
    Outcome.BUG: ("bug", "existing_bug"),
    Outcome.DUPLICATE: ("duplicate_of",),
    Outcome.ALREADY_FIXED: ("already_fixed_in",),
    Outcome.EVOLUTION: ("item_title", "item"),
}


class Classify(Shape):
    """`bug` or `existing_bug` with outcome bug, `item_title` or `item` (BI-3) with evolution; the rest with theirs."""

    outcome = Choice(Outcome.choices)
    message = Text()
    cause = Choice(Cause.choices, required=False)
    hours = Amount(smallest="0", max_digits=7)
    duplicate_of = line(30, required=False)
    already_fixed_in = line(80, required=False)
    bug = BugOfReport(required=False)
    existing_bug = line(30, required=False)
    item_title = line(200, required=False)
    item = line(30, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        outcome = attrs["outcome"]
        asked = EVIDENCE.get(outcome, ())
        wrong = {
            name: f"Only with outcome {other}."
            for other, names in EVIDENCE.items()
            for name in names
            if name in attrs and other != outcome
        }
        given = [name for name in asked if name in attrs]
        if asked and not given:
            wrong[asked[0]] = f"Outcome {outcome} asks for {' or '.join(asked)}."
        if len(given) > 1:
            wrong[given[1]] = f"Send {given[0]} or {given[1]}, not both."
        if "cause" not in attrs and outcome != Outcome.DUPLICATE:
            # A duplicate inherits the cause of its original.
            wrong["cause"] = "This field is required."
        if wrong:
            raise serializers.ValidationError(wrong)
        return attrs


class Confirm(Shape):
    """What is not said is taken from the report; `points` from what such bugs took, or a working day."""

    title = optional(200)
    product_area = line(80, required=False)
    points = Amount(smallest="0.01", required=False)
    message = optional()


class TellCause(Shape):
    cause = Choice(Cause.choices)
    hours = Amount(smallest="0", max_digits=7)


class CommitText(Shape):
    text = Text(allow_blank=True, trim_whitespace=False)
