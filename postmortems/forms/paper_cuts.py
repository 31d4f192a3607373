"""What is asked of paper cuts: which days, and a review of one cluster."""

from datetime import date
from typing import Any

from django import forms

from channels.web.fields import day
from postmortems.forms import words


class ReviewForm(forms.Form):
    """Ask for an aggregate review of small reports."""

    reason = words("Why", help_text="What makes these worth learning from together?")


class SpanForm(forms.Form):
    """From one day to another, both counted in."""

    since = day("From", required=False)
    until = day("To", required=False)

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
