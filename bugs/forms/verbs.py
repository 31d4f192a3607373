"""The shape of what each verb on a bug asks for. Whether it may happen is decided by the services."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from bugs.lifecycle import P1Way, Priority
from bugs.models import Bug
from channels.web.fields import day
from foundation.amounts import plain
from foundation.references import parse
from sprints.forms import HoursForm
from sprints.models import Sprint
from sprints.rules.leaving import Piece
from teams.querysets import clauses_of

LONGEST_REASON = 5_000
LONGEST_LINK = 500
MOST_LINKS = 20

is_link = URLValidator(schemes=["http", "https"])


def amount(label: str, **more: Any) -> forms.DecimalField:
    """Points or hours, above zero, as the ledger keeps them."""
    return forms.DecimalField(
        label=label,
        min_value=Decimal("0.01"),
        max_digits=8,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
        **more,
    )


def reason(label: str, help_text: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class VerbForm(forms.Form):
    """What one verb asks for. Ids carry a prefix, because several forms stand on one page."""

    def __init__(self, *args: Any, bug: Bug, choices: Any = None, **kwargs: Any) -> None:
        self.bug, self.choices = bug, choices
        super().__init__(*args, auto_id=f"id_{type(self).__name__}_%s", **kwargs)
        self.prepare()

    def prepare(self) -> None:
        """Fill in the words, choices and first values that depend on the bug."""

    def given(self) -> dict[str, Any]:
        """What the verb takes."""
        return dict(self.cleaned_data)


class PrioritiseForm(VerbForm):
    priority = forms.ChoiceField(label="Priority", choices=Priority.choices)
    reason = reason("Why", "The team reads this.")

    def prepare(self) -> None:
        self.fields["priority"].initial = self.bug.priority


class ReleaseForm(VerbForm):
    """In which version customers have the fix. `choices`: versions that are planned, to choose by writing."""

    named = forms.CharField(label="Version", max_length=80, help_text="As customers know it.")
    on = day("On", "With a day ahead it is planned; today or earlier, it is out.")

    def prepare(self) -> None:
        if self.choices is not None:
            self.fields["named"].initial = self.choices.named
            self.fields["on"].initial = self.choices.on


class RefuteForm(VerbForm):
    reason = reason(
        "Why it is no defect", "Its reporters read this, and their reports are investigated again."
    )


class EstimateForm(VerbForm):
    points = amount("What the fix takes")

    def prepare(self) -> None:
        self.fields["points"].label = f"What the fix takes, in {self.bug.team.unit}"
        self.fields["points"].initial = plain(self.bug.estimate)


class InjectForm(VerbForm):
    """`choices`: the running sprint (None while none runs), the planned work that may leave it, the price offered,
    and the developers of the team.
    """

    sprint = forms.CharField(widget=forms.HiddenInput, required=False)
    points = amount("Price")
    reason = reason("Why it cannot wait", "The product owner and the team read this.")
    leaves = forms.MultipleChoiceField(
        label="Planned work that leaves",
        help_text="What is marked swappable leaves at once; the product owner decides about the rest.",
        required=False,
        error_messages={"invalid_choice": "One of them cannot leave any more; look again."},
        widget=forms.CheckboxSelectMultiple,
    )
    ask_to_accept = forms.BooleanField(
        label="Nothing leaves: ask the product owner to accept the risk", required=False
    )
    pair = forms.ChoiceField(
        label="In a pair with",
        help_text="Works on it beside whoever starts it; both know the area afterwards.",
        required=False,
    )

    def prepare(self) -> None:
        sprint, may_leave, offer, developers = self.choices
        people = [(p.username, str(p)) for p in developers]
        self.fields["pair"].choices = [("", "Nobody yet"), *people]
        self.fields["sprint"].initial = sprint.reference if sprint else ""
        self.fields["points"].label = f"Price, in {self.bug.team.unit}"
        self.fields["points"].initial = plain(offer.amount) if offer else ""
        if may_leave:
            self.fields["leaves"].choices = [(p.reference, leaving_words(p)) for p in may_leave]
        else:
            del self.fields["leaves"]
        if sprint is None:
            del self.fields["ask_to_accept"]

    def clean_sprint(self) -> int | None:
        named = self.cleaned_data["sprint"]
        return sprint_number(named) if named else None

    def given(self) -> dict[str, Any]:
        return {
            "sprint_id": self.cleaned_data["sprint"],
            "points": self.cleaned_data["points"],
            "reason": self.cleaned_data["reason"],
            "leaves": self.cleaned_data.get("leaves", []),
            "ask_to_accept": self.cleaned_data.get("ask_to_accept", False),
            "pair": self.cleaned_data["pair"],
        }


class PairForm(VerbForm):
    """`choices`: the developers of the team."""

    person = forms.ChoiceField(label="Who works on it too")

    def prepare(self) -> None:
        self.fields["person"].choices = [
            (p.username, str(p)) for p in self.choices or () if p.pk != self.bug.worked_on_by_id
        ]
        self.fields["person"].initial = self.bug.paired_with and self.bug.paired_with.username


class ScheduleForm(VerbForm):
    """`choices`: the coming sprints, and the planned points of each."""

    sprint = forms.ChoiceField(label="Into which sprint")

    def prepare(self) -> None:
        coming, planned = self.choices
        self.fields["sprint"].choices = [
            (sprint.reference, sprint_words(sprint, planned)) for sprint in coming
        ]

    def given(self) -> dict[str, Any]:
        return {"sprint_id": sprint_number(self.cleaned_data["sprint"])}


class PostponeForm(VerbForm):
    until = day("Look at it again on")
    reason = reason("Why not now", "The team reads this.")


class DeclineForm(VerbForm):
    reason = reason("Why it will not be fixed", "Everybody who reported it reads this.")


class FixForm(VerbForm):
    links = forms.CharField(
        label="Links to the code that fixes it",
        help_text="Branch, commit or pull request: one address a line.",
        max_length=LONGEST_LINK * MOST_LINKS,
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": "https://"}),
    )

    p1_done_as = forms.ChoiceField(
        label="How it went",
        help_text="Beside the team's way of fixing a P1; figures are about ways, never about people.",
        choices=[("", "As the record of who worked on it says"), *P1Way.choices],
        required=False,
    )

    ticked = forms.TypedMultipleChoiceField(
        label="Definition of done",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Tick what is met.",
    )
    open_because = forms.CharField(
        label="Why the rest is open",
        max_length=LONGEST_REASON,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def prepare(self) -> None:
        self.fields["ticked"].choices = [(c.pk, c.text) for c in clauses_of(self.bug.team_id)]
        if not self.fields["ticked"].choices:
            del self.fields["ticked"], self.fields["open_because"]
        if self.bug.priority != Priority.P1 or not self.bug.was_injected:
            del self.fields["p1_done_as"]

    def clean_links(self) -> list[str]:
        urls = self.cleaned_data["links"].split()
        if len(urls) > MOST_LINKS:
            raise ValidationError(f"At most {MOST_LINKS} links; name the ones that matter.")
        for url in urls:
            if len(url) > LONGEST_LINK:
                raise ValidationError(f"An address may have at most {LONGEST_LINK} characters.")
            try:
                is_link(url)
            except ValidationError as error:
                raise ValidationError(
                    f"“{url[:80]}” is not a web address; it begins with https:// or http://."
                ) from error
        return urls


class MarkForm(VerbForm):
    swappable = forms.BooleanField(label="May leave for an injection, unasked", required=False)
    serves_goal = forms.BooleanField(label="Serves the goal of the sprint", required=False)

    def prepare(self) -> None:
        self.fields["swappable"].initial = self.bug.swappable
        self.fields["serves_goal"].initial = self.bug.serves_goal


class LogWorkForm(HoursForm, VerbForm):
    pass


class ReopenForm(VerbForm):
    reason = reason("What was seen", "The team reads this.")


def leaving_words(piece: Piece) -> str:
    notes = [f"frees {plain(piece.points)}" if piece.points else "not estimated, frees nothing"]
    if piece.serves_goal:
        notes.append("serves the goal")
    if piece.started:
        notes.append("started: who works on it is asked")
    elif piece.swappable:
        notes.append("swappable")
    return f"{piece.reference} {piece.title} ({', '.join(notes)})"


def sprint_words(sprint: Sprint, planned: Mapping[int, Decimal]) -> str:
    taken = plain(planned.get(sprint.pk, Decimal(0))) or "0"
    dates = f"{sprint.starts_on:%-d %b} to {sprint.ends_on:%-d %b}"
    limit = plain(sprint.commit_limit)
    return f"{sprint.name}, {dates}: {taken} of {limit} {sprint.team.unit} taken by bugs"


def sprint_number(text: str) -> int:
    number = parse(text, "SP")
    if number is None:
        raise ValidationError("There is no such sprint.")
    return number


class PageForm(VerbForm):
    reason = reason("What cannot wait")

    def prepare(self) -> None:
        self.fields[
            "reason"
        ].help_text = f"Whoever is on call for {self.bug.team} is told at once, at any hour."
