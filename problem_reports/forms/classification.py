"""The shape of a classification: every outcome's evidence in one form (PR-2)."""

from decimal import Decimal
from typing import Any

from django import forms

from bugs.querysets import visible_to as bugs_visible_to
from foundation.references import parse
from problem_reports.forms.verbs import VerbForm, text
from problem_reports.lifecycle import Cause, Outcome, Priority
from problem_reports.services.classification import NewBug
from sprints.querysets import items_visible_to
from teams.models import ProductArea


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
    item_title = forms.CharField(
        label="What is wished for",
        max_length=200,
        required=False,
        help_text="It opens a backlog item; the product owner decides, and the reporter sees it here.",
    )
    item = forms.CharField(
        label="Or join a backlog item that is there already",
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "BI-3"}),
    )
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
        self.fields["item_title"].initial = self.report.title
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
        if number is None:
            raise forms.ValidationError("Name the report that it repeats, as in PR-12.")
        return number

    def clean_item(self) -> int | None:
        named = self.cleaned_data["item"].strip()
        if not named or self.data.get("outcome") != Outcome.EVOLUTION:
            return None
        number = parse(named, "BI")
        if number is None or not items_visible_to(self.reader.who).filter(pk=number).exists():
            raise forms.ValidationError(f"There is no backlog item called {named}.")
        return number

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        outcome = cleaned.get("outcome")
        if outcome == Outcome.BUG and not cleaned.get("existing_bug"):
            self._ask("bug_title", "Say in a few words what is broken.")
            self._ask("bug_confirmed_by", "Say how it was confirmed, so that anybody can see it.")
        if outcome == Outcome.ALREADY_FIXED:
            self._ask("already_fixed_in", "Name the version that holds the fix.")
        if outcome == Outcome.EVOLUTION and not cleaned.get("item") and "item" not in self.errors:
            self._ask("item_title", "Say in a few words what is wished for, or name the item.")
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
            "item": given["item"],
            # An item that is named wins over the title that the form offers.
            "item_title": given["item_title"]
            if outcome == Outcome.EVOLUTION and not given["item"]
            else "",
        }
