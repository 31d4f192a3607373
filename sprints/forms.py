"""The shape of what is typed about sprints. Whether it may be is decided by the services."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms

from channels.web.fields import day
from foundation.amounts import plain
from sprints.models import Sprint
from sprints.querysets import planning_of, unfinished
from sprints.services import There
from teams.lifecycle import PersonKind
from teams.models import Person, Team
from teams.querysets import developers_of


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


#: The hours that one click logs: what is sent, what the button says, and what is read aloud.
QUICK_HOURS = (
    ("0.25", "¼ h", "Log a quarter of an hour"),
    ("0.5", "½ h", "Log half an hour"),
    ("1", "1 h", "Log one hour"),
    ("2", "2 h", "Log two hours"),
)


class HoursForm(forms.Form):
    """Hours of one day on a report or a bug (SPR-10)."""

    hours = forms.DecimalField(
        label="Hours",
        min_value=Decimal("0.01"),
        max_value=Decimal(24),
        decimal_places=2,
        widget=forms.NumberInput(attrs={"step": "0.25", "inputmode": "decimal"}),
    )
    on = day("On", "Today, unless you name a day.", required=False)
    note = forms.CharField(label="What for", max_length=200, required=False)


def why(label: str, help_text: str = "", rows: int = 2) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


GOAL_MET = (("yes", "Yes"), ("no", "No"))


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


class CapacityForm(SteerForm):
    capacity = amount("Working capacity")

    def prepare(self, sprint: Sprint) -> None:
        self.fields["capacity"].label = f"Working capacity, in {sprint.team.unit}"
        self.fields["capacity"].initial = plain(sprint.capacity)


class ReserveForm(SteerForm):
    reserve = amount("Reserve")

    def prepare(self, sprint: Sprint) -> None:
        self.fields["reserve"].label = f"Reserve, in {sprint.team.unit}"
        self.fields["reserve"].initial = plain(sprint.size)


class CommitForm(SteerForm):
    reason = forms.CharField(
        label="Why more than the limit",
        help_text="Only when what is planned goes beyond the commit limit.",
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=5000,
        required=False,
    )


class PullForwardForm(SteerForm):
    """What a button names; the verb says what is wrong with anything else."""

    thing = forms.CharField(required=False, widget=forms.HiddenInput)

    def given(self) -> dict[str, Any]:
        return {"thing": self.cleaned_data["thing"][:30]}


class AvailabilityForm(SteerForm):
    """Who is there, a row per developer, and what is set aside for the old backlog."""

    stock_stream = amount("Stock stream", "Set aside for old reports, beside the reserve.")

    def prepare(self, sprint: Sprint) -> None:
        planning = planning_of(sprint.team)
        kept = {row.person_id: row for row in sprint.availability.all()}
        self.people = list(developers_of(sprint.team_id).filter(kind=PersonKind.PERSON))
        self.fields["stock_stream"].label = f"Stock stream, in {sprint.team.unit}"
        self.fields["stock_stream"].initial = _plain(
            sprint.stock_stream or planning.stock_hours / sprint.hours_per_unit
        )
        for person in self.people:
            row = kept.get(person.pk)
            share = row.share_percent if row else 0 if kept else 100
            self._column(person, "days_off", "days off", row.days_off if row else 0, 366)
            self._column(
                person, "share_percent", "part time in percent, 0 is not there", share, 100
            )
            focus = row.focus_percent if row else planning.focus_percent
            self._column(person, "focus_percent", "focus in percent", focus, 100)

    def _column(self, person: Person, name: str, says: str, initial: Any, most: int) -> None:
        days = name == "days_off"
        kind = forms.DecimalField if days else forms.IntegerField
        self.fields[f"{name}_{person.pk}"] = kind(
            label=f"{person}: {says}",
            min_value=0,
            max_value=most,
            initial=_plain(Decimal(initial)),
            widget=forms.NumberInput(
                attrs={"step": "0.5" if days else "1", "aria-label": f"{person}: {says}"}
            ),
            **({"max_digits": 5, "decimal_places": 2} if days else {}),
        )

    def rows(self) -> list[tuple[Person, list[forms.BoundField]]]:
        names = ("days_off", "share_percent", "focus_percent")
        return [(p, [self[f"{name}_{p.pk}"] for name in names]) for p in self.people]

    def given(self) -> dict[str, Any]:
        said = self.cleaned_data
        there = [
            There(
                person_id=p.pk,
                days_off=said[f"days_off_{p.pk}"],
                share_percent=said[f"share_percent_{p.pk}"],
                focus_percent=said[f"focus_percent_{p.pk}"],
            )
            for p in self.people
            if said[f"share_percent_{p.pk}"]
        ]
        return {"people": there, "stock_stream": said["stock_stream"]}


def _plain(value: Decimal) -> str:
    return plain(round(value, 2))


class CloseForm(SteerForm):
    """A reason for each unfinished piece, and whether the goal was met, when there is one (SPR-11).

    A piece that came in while somebody typed stands in the form as it is sent back.
    """

    def prepare(self, sprint: Sprint) -> None:
        if sprint.goal:
            self.fields["goal_met"] = forms.ChoiceField(
                label="Was the goal met?",
                help_text=sprint.goal,
                choices=GOAL_MET,
                widget=forms.RadioSelect,
            )
        self.pieces = unfinished(sprint.pk)
        for piece in self.pieces:
            self.fields[piece.reference] = why(
                f"Why {piece.reference} is carried", piece.title, rows=1
            )

    def given(self) -> dict[str, Any]:
        met = self.cleaned_data.get("goal_met")
        reasons = {p.reference: self.cleaned_data[p.reference] for p in self.pieces}
        return {"reasons": reasons, "goal_met": met == "yes" if met else None}


class CancelForm(SteerForm):
    reason = why("Why it ends now", "It is told to the reporters whose fixes have to wait.")


class GoalRiskForm(SteerForm):
    reason = why("What puts the goal at risk", "The product owner hears of it at once.")
