"""The shape of what each verb asks for. Who may and whether it fits is decided by the services.

Every form takes `report` and `reader`, for its words and its choices.
"""

from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone

from bugs.querysets import visible_to as bugs_visible_to
from foundation.references import parse
from problem_reports.attachments import LIMIT_BYTES
from problem_reports.lifecycle import Cause, Outcome, Priority
from problem_reports.querysets import areas_visible_to
from problem_reports.services.classification import NewBug
from problem_reports.services.filing import EDITABLE
from teams.models import Person, ProductArea
from teams.querysets import developers_of

LONGEST_TEXT = 20_000
MORNING = time(8)


def text(label: str, *, rows: int = 3, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": rows}),
        **more,
    )


class VerbForm(forms.Form):
    """What one verb asks for; ids carry a prefix, because several stand on one page."""

    def __init__(self, *args: Any, report: Any, reader: Any, **kwargs: Any) -> None:
        self.report, self.reader = report, reader
        kwargs.setdefault("auto_id", f"id_{type(self).__name__}_%s")
        super().__init__(*args, **kwargs)


class MessageForm(VerbForm):
    message = text("Message")


class ReturnForm(VerbForm):
    reason = text("What is missing, or where it belongs")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = f"{self.report.filed_by} reads this as your answer."


class ReopenForm(VerbForm):
    reason = text("What was wrong with the classification")


class DisputeForm(VerbForm):
    message = text("What the answer misses")


class SnoozeForm(VerbForm):
    reason = text("Why it rests", rows=2)
    until = forms.DateField(label="Wake it on", widget=forms.DateInput(attrs={"type": "date"}))

    def clean_until(self) -> datetime:
        """The morning of that day, by the reader's wall clock."""
        morning = datetime.combine(self.cleaned_data["until"], MORNING)
        try:
            until: datetime = timezone.make_aware(morning).astimezone(self.reader.at.tzinfo)
        except (ValueError, OverflowError) as error:
            raise forms.ValidationError("There is no such day.") from error
        if until > self.reader.at + timedelta(days=3660):
            raise forms.ValidationError("Wake it within ten years.")
        return until


class PrioritiseForm(VerbForm):
    priority = forms.ChoiceField(choices=Priority.choices)
    reason = text("Why, when it changes", rows=2, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("priority", self.report.priority)
        stated = self.report.stated_priority
        self.fields["priority"].help_text = f"Stated as {stated}, from impact and urgency."


class RouteForm(VerbForm):
    product_area = forms.ChoiceField(label="Product area")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Where it is now stays a choice: the same form sent twice must read the same both times.
        self.areas: dict[str, ProductArea] = {
            area.slug: area for area in areas_visible_to(self.reader.who)
        }
        self.initial.setdefault("product_area", self.report.product_area.slug)
        self.fields["product_area"].choices = grouped(self.areas.values())  # type: ignore[attr-defined]

    def clean_product_area(self) -> ProductArea:
        return self.areas[self.cleaned_data["product_area"]]


class AssignForm(VerbForm):
    assignee = forms.CharField(max_length=150)

    def clean_assignee(self) -> Person:
        people = developers_of(self.report.team_id)
        person = people.filter(username=self.cleaned_data["assignee"]).first()
        if person is None:
            raise forms.ValidationError(f"Choose a developer of {self.report.team}.")
        return person


class JoinForm(VerbForm):
    customer = forms.CharField(label="Customer who has it too", max_length=120)


class AttachForm(VerbForm):
    file = forms.FileField(
        label="File", help_text="png, jpeg, gif, pdf, txt, log, csv, json, har or zip, up to 10 MB."
    )

    def clean_file(self) -> Any:
        if self.cleaned_data["file"].size > LIMIT_BYTES:
            raise forms.ValidationError("A file may have at most 10 MB.")
        return self.cleaned_data["file"]


class EditForm(VerbForm):
    title = forms.CharField(max_length=200)
    description = text("What happened", rows=8)
    steps = text("Steps", rows=4, required=False)
    expected = text("What was expected", required=False)
    actual = text("What came instead", required=False)
    affected_version = forms.CharField(label="Version", max_length=80, required=False)
    environment = forms.CharField(max_length=120, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in EDITABLE:
            self.initial.setdefault(name, getattr(self.report, name))


class ClassifyForm(VerbForm):
    """Every outcome's evidence in one form; only that of the chosen outcome is asked for (PR-2)."""

    outcome = forms.ChoiceField(
        choices=Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what it is.", "invalid_choice": "Choose what it is."},
    )
    bug_title = forms.CharField(label="Title of the bug", max_length=200, required=False)
    bug_area = forms.ChoiceField(label="Product area", required=False)
    bug_priority = forms.ChoiceField(label="Priority", choices=Priority.choices, required=False)
    bug_confirmed_by = text(
        "How it was confirmed",
        rows=4,
        required=False,
        help_text="The steps with which anybody sees it, and what comes instead.",
    )
    existing_bug = forms.CharField(
        label="Or link a bug that is open already",
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "BUG-7"}),
    )
    duplicate_of = forms.CharField(
        label="The report that it repeats",
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "PR-12"}),
        help_text="It inherits that report's cause when you leave the cause open.",
    )
    already_fixed_in = forms.CharField(label="Fixed in version", max_length=80, required=False)
    message = text("What the reporter reads", rows=5)
    cause = forms.ChoiceField(
        required=False, choices=[("", "Choose one"), *Cause.choices], label="Cause"
    )
    hours = forms.DecimalField(
        label="Hours it took",
        min_value=Decimal(0),
        max_value=Decimal(1000),
        max_digits=6,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"step": "0.25"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        areas = self.report.team.areas.order_by("name", "pk")
        self.areas: dict[str, ProductArea] = {area.slug: area for area in areas}
        self.fields["bug_area"].choices = [  # type: ignore[attr-defined]
            (area.slug, area.name) for area in self.areas.values()
        ]

    def clean_existing_bug(self) -> int | None:
        named = self.cleaned_data["existing_bug"].strip()
        if not named or self.data.get("outcome") != Outcome.BUG:
            return None
        number = parse(named, "BUG")
        bugs = bugs_visible_to(self.reader.who)
        if number is None or not bugs.filter(pk=number).exists():
            raise forms.ValidationError(f"There is no bug called {named}.")
        return number

    def clean_duplicate_of(self) -> int | None:
        if self.data.get("outcome") != Outcome.DUPLICATE:
            return None
        named = self.cleaned_data["duplicate_of"].strip()
        number = parse(named, "PR")
        if number is None or number >= 2**63:
            raise forms.ValidationError("Name the report that it repeats, as in PR-12.")
        return number

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        outcome = cleaned.get("outcome")
        if outcome == Outcome.BUG and not cleaned.get("existing_bug"):
            self._ask("bug_title", "Say in a few words what is broken.")
            self._ask("bug_confirmed_by", "Say how it was confirmed, so that anybody can see it.")
        if outcome == Outcome.ALREADY_FIXED:
            self._ask("already_fixed_in", "Name the version that holds the fix.")
        if outcome and outcome != Outcome.DUPLICATE:
            self._ask("cause", "Choose the cause; unknown is a cause too.")
        return cleaned

    def _ask(self, name: str, words: str) -> None:
        if name not in self.errors and not str(self.cleaned_data.get(name) or "").strip():
            self.add_error(name, words)

    def as_evidence(self) -> dict[str, Any]:
        """What `classify` takes: the evidence of the chosen outcome, and nothing of the others."""
        given = self.cleaned_data
        outcome = given["outcome"]
        bug = None
        if outcome == Outcome.BUG and not given["existing_bug"]:
            bug = NewBug(
                title=given["bug_title"],
                priority=given["bug_priority"] or self.report.priority,
                confirmed_by_steps=given["bug_confirmed_by"],
                product_area=self.areas.get(given["bug_area"]),
            )
        return {
            "outcome": outcome,
            "message": given["message"],
            "cause": given["cause"],
            "hours": given["hours"],
            "duplicate_of": given["duplicate_of"],
            "already_fixed_in": given["already_fixed_in"]
            if outcome == Outcome.ALREADY_FIXED
            else "",
            "bug": bug,
            "existing_bug": given["existing_bug"],
        }


def grouped(areas: Any) -> list[tuple[str, list[tuple[str, str]]]]:
    """Areas by team, as a select shows them."""
    teams: dict[str, list[tuple[str, str]]] = {}
    for area in areas:
        teams.setdefault(area.team.name, []).append((area.slug, area.name))
    return list(teams.items())
