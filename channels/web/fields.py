"""Fields that forms of every app have: a day and a moment, within the years that people plan and remember."""

from datetime import UTC, date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.dateparse import parse_datetime

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


class MomentField(forms.DateTimeField):
    """A moment by the reader's wall clock. Of the hour that comes twice it is the first one, as everywhere here
    (ONC-2): Django refuses both, and what began in that hour could never be changed again."""

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except forms.ValidationError as error:
            wall = parse_datetime(str(value)) if error.code == "ambiguous_timezone" else None
            if wall is None:
                raise
            zone = timezone.get_current_timezone()
            at = wall.replace(tzinfo=zone)
            if at.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != wall:
                raise  # the hour that is left out
            return at


def moment(label: str, help_text: str = "", **more: Any) -> MomentField:
    """By the reader's own wall clock."""
    picker = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return MomentField(label=label, help_text=help_text, widget=picker, validators=[within], **more)
