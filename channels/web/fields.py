"""Fields that forms of every app have: a day and a moment, within the years that people plan and remember."""

from datetime import date
from typing import Any

from django import forms

from foundation.moments import OUT_OF_REACH, within_reach


def within(day: date) -> None:
    if not within_reach(day):
        raise forms.ValidationError(OUT_OF_REACH)


def day(label: str, help_text: str = "", **more: Any) -> forms.DateField:
    """As browsers want it: they show no date at all that is written otherwise."""
    picker = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(
        label=label, help_text=help_text, widget=picker, validators=[within], **more
    )


def moment(label: str, help_text: str = "", **more: Any) -> forms.DateTimeField:
    """By the reader's own wall clock."""
    picker = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(
        label=label, help_text=help_text, widget=picker, validators=[within], **more
    )
