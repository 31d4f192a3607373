"""The shape of how a person wants to hear."""

from collections.abc import Mapping
from typing import Any

from django import forms

from channels.lifecycle import CHOSEN, How


class _Clock(forms.TimeField):
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class HearingForm(forms.Form):
    """One choice a topic, the hour of the digest, and the quiet hours (both or none)."""

    digest_at = _Clock(
        label="Daily digest at", help_text="Comes only when there is something in it."
    )
    quiet_from = _Clock(label="Quiet from", required=False)
    quiet_until = _Clock(label="Quiet until", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for topic, told in CHOSEN.items():
            self.fields[topic.value] = forms.ChoiceField(
                label=topic.label,
                help_text=told.audience,
                choices=How.choices,
                widget=forms.RadioSelect,
            )

    @property
    def topics(self) -> list[forms.BoundField]:
        return [self[topic.value] for topic in CHOSEN]

    def given(self) -> dict[str, Any]:
        said: Mapping[str, Any] = self.cleaned_data
        return {
            "ways": {topic.value: said[topic.value] for topic in CHOSEN},
            **{name: said[name] for name in ("digest_at", "quiet_from", "quiet_until")},
        }
