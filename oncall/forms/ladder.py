"""The shape of what is typed about the ladder. Whether it may be is decided by the verbs (ONC-7)."""

from typing import Any

from django import forms
from django.utils import timezone

from oncall.forms import PersonForm
from oncall.models import Duty, Pairing, Stage
from oncall.rules.ladder import BEGINS, INCIDENTS, OBSERVE, Gate

LATER = [(s, Stage(s).label) for s in Stage.values if s != OBSERVE]


class ClimberForm(PersonForm):
    """Whom it is about, and what is said of them."""

    person = forms.ChoiceField(label="Who")

    def given(self) -> dict[str, Any]:
        return {**self.cleaned_data, "person": self.who()}


def words(label: str, help_text: str = "") -> forms.CharField:
    return forms.CharField(
        label=label, help_text=help_text, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )


class AdvanceForm(ClimberForm):
    stage = forms.ChoiceField(
        label="Begins at",
        required=False,
        choices=[("", "The next stage, or observing"), *((s, Stage(s).label) for s in BEGINS)],
        help_text="Only for who is new on this ladder: who takes turns already begins there.",
    )
    evidence = words("What was seen", "You vouch for it. It stays on the record.")


class SpeakForm(ClimberForm):
    text = words("Your word", "What went well, and what is still to be practised.")


class IncidentForm(ClimberForm):
    incident = forms.ChoiceField(label="Class", choices=[(i, i) for i in INCIDENTS])
    text = words("Which one, and what they did")


class PairForm(PersonForm):
    shift = forms.ChoiceField(label="Shift")
    person = forms.ChoiceField(label="Who goes along")

    def __init__(self, *args: Any, shifts: list[Duty], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shift"].choices = [(str(d.pk), f"{d.person}: {span_words(d)}") for d in shifts]

    def given(self) -> dict[str, Any]:
        return {"duty_id": int(self.cleaned_data["shift"]), "trainee": self.who()}


class GateForm(forms.Form):
    stage = forms.ChoiceField(label="Before", choices=LATER)
    shifts = forms.IntegerField(label="Accompanied shifts", min_value=0, max_value=50)
    incidents = forms.MultipleChoiceField(
        label="Incidents seen",
        choices=[(i, i) for i in INCIDENTS],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    mentor_word = forms.BooleanField(label="A mentor's word", required=False)
    own_word = forms.BooleanField(label="Their own word", required=False)

    def given(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        return {
            "stage": data.pop("stage"),
            "gate": Gate(**data | {"incidents": tuple(data["incidents"])}),
        }


def span_words(row: Duty | Pairing) -> str:
    """Mon 7 Dec 09:00 to Mon 7 Dec 17:00, by the reader's clock."""
    zone = timezone.get_current_timezone()
    start, end = (m.astimezone(zone) for m in (row.during.lower, row.during.upper))
    return f"{start:%a %-d %b %H:%M} to {end:%a %-d %b %H:%M}"
