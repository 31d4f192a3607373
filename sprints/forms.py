"""The shape of what is typed about sprints. Whether it may be is decided by the services."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms

from sprints.models import Sprint
from teams.models import Team


def amount(label: str, help_text: str = "") -> forms.DecimalField:
    """Points or hours, zero or more, as the ledger keeps them."""
    return forms.DecimalField(
        label=label,
        help_text=help_text,
        min_value=Decimal(0),
        max_digits=8,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
    )


def day(label: str) -> forms.DateField:
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class PlanForm(forms.Form):
    """`teams`: those whose sprints the person plans."""

    team = forms.ChoiceField(label="Team")
    name = forms.CharField(label="Name", max_length=80)
    goal = forms.CharField(
        label="Goal",
        help_text="What is better for a user when the sprint is over.",
        max_length=300,
        required=False,
    )
    starts_on = day("First day")
    ends_on = day("Last day")
    capacity = amount("Working capacity", "What the team can do in these days.")
    reserve = amount("Reserve", "Set aside for what nobody can plan. It is not slack.")

    def __init__(self, *args: Any, teams: Sequence[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].choices = [(team.slug, team.name) for team in teams]


class SteerForm(forms.Form):
    """What one verb on a sprint asks for. Ids carry a prefix: several forms stand on one page."""

    def __init__(self, *args: Any, sprint: Sprint, **kwargs: Any) -> None:
        super().__init__(*args, auto_id=f"id_{type(self).__name__}_%s", **kwargs)
        self.prepare(sprint)

    def prepare(self, sprint: Sprint) -> None:
        """Fill in what depends on the sprint."""

    def given(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class CapacityForm(SteerForm):
    capacity = amount("Working capacity")

    def prepare(self, sprint: Sprint) -> None:
        self.fields["capacity"].label = f"Working capacity, in {sprint.team.unit}"
        self.fields["capacity"].initial = f"{sprint.capacity.normalize():f}"


class ReserveForm(SteerForm):
    reserve = amount("Reserve")

    def prepare(self, sprint: Sprint) -> None:
        self.fields["reserve"].label = f"Reserve, in {sprint.team.unit}"
        self.fields["reserve"].initial = f"{sprint.size.normalize():f}"


class CloseForm(SteerForm):
    """Nothing to type: the form asks once, because closing cannot be undone."""
