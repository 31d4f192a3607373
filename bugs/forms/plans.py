"""What the verbs on a plan ask for."""

from typing import Any

from django import forms

from bugs.forms.verbs import LONGEST_REASON, VerbForm, amount, reason
from bugs.models import Plan
from channels.web.fields import day
from foundation.amounts import plain

DEVELOPERS = "Developers own this."
OWNER = "The product owner owns this."


def words(label: str, help_text: str = "", **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
        **more,
    )


class PlanForm(VerbForm):
    """The next revision, filled in with the last one. `choices`: the last one, or None."""

    approach = words("How it is fixed", DEVELOPERS)
    estimate = amount("What it takes")
    outcome = words("What customers have then", OWNER, required=False)
    customer_date = day("Customers have it on", OWNER, required=False)
    workaround = words(
        "Workaround beside it",
        "Developers own this; leave all five empty when none is proposed.",
        required=False,
    )
    workaround_effort = amount("What the workaround takes", required=False)
    workaround_date = day("Customers have the workaround on", required=False)
    behaviour = words("What it changes for customers", required=False)
    consequences = words("What follows from it", "Flows, data, what changes again.", required=False)
    by_workaround = forms.BooleanField(
        label="First the workaround, the proper fix later", required=False
    )

    def prepare(self) -> None:
        unit = self.bug.team.unit
        self.fields["estimate"].label = f"What it takes, in {unit}"
        self.fields["workaround_effort"].label = f"What the workaround takes, in {unit}"
        last: Plan | None = self.choices
        if last is None:
            self.fields["estimate"].initial = plain(self.bug.estimate)
            return
        for name in self.fields:
            kept = getattr(last, name)
            is_amount = name in ("estimate", "workaround_effort")
            self.fields[name].initial = plain(kept) if is_amount else kept
        self.fields["reason"] = reason(
            "Why the plan changes", "Everybody who agreed to the last revision reads this."
        )


class AgreeForm(VerbForm):
    """`choices`: the last revision; what was read is what is agreed to."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=100_000)

    def prepare(self) -> None:
        self.fields["revision"].initial = self.choices.revision if self.choices else ""


class ObjectForm(AgreeForm):
    reason = reason("What is wrong with it", "It stays on the record.")


class OverrideForm(AgreeForm):
    reason = reason("Why it is done all the same", "Everybody who was asked reads this.")
