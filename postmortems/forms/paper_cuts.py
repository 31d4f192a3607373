"""What is asked of paper cuts: which days, and a review of one cluster."""

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from postmortems.forms import words
from postmortems.rules.paper_cuts import FIRST_DAY, LAST_DAY


def _day(label: str) -> forms.DateField:
    picker = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    reach = [MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)]
    return forms.DateField(label=label, widget=picker, required=False, validators=reach)


class ReviewForm(forms.Form):
    """Ask for an aggregate review of small reports."""

    reason = words("Why", help_text="What makes these worth learning from together?")


class SpanForm(forms.Form):
    """From one day to another, both counted in."""

    since = _day("From")
    until = _day("To")

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        since, until = said.get("since"), said.get("until")
        if since and until and until < since:
            self.add_error("until", "It ends before it begins.")
        return said

    def days(self) -> tuple[date | None, date | None]:
        """What was asked for; nothing where nothing was, or nothing that fits."""
        said = self.cleaned_data if self.is_valid() else {}
        return said.get("since"), said.get("until")
