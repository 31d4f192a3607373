"""The shape of what is typed about rotations and shifts. Whether it may be is decided by the verbs."""

import re
from collections.abc import Iterable
from datetime import time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from channels.web.fields import moment
from oncall.lifecycle import TurnUnit
from oncall.rules import hours
from oncall.rules.rota import Layer
from teams.models import Person
from teams.rules import Hours, is_zone

MOST_LAYERS = 4


class PersonForm(forms.Form):
    """Who: somebody of the team."""

    def __init__(self, *args: Any, people: Iterable[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {p.username: p for p in people}
        for name in ("person", "to"):
            if name in self.fields:
                first = [("", "Anybody of the team")] if name == "to" else []
                names = [(key, str(p)) for key, p in self.people.items()]
                self.fields[name].choices = [*first, *names]

    def who(self, name: str = "person") -> Person | None:
        return self.people.get(self.cleaned_data[name])


class OverrideForm(PersonForm):
    person = forms.ChoiceField(label="Who")
    start = moment("From")
    end = moment("Until")

    def given(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {"person": self.who(), "start": said["start"], "end": said["end"]}


class AwayForm(PersonForm):
    person = forms.ChoiceField(
        label="Who",
        widget=forms.Select(
            attrs={
                "hx-get": "/on-call/away/",
                "hx-trigger": "change, focus",
                "hx-target": "#away-moves",
            }
        ),
    )
    start = moment("From")
    end = moment("Until", help_text="Why is nobody's business here.")
    #: Where the page says what this would move, as soon as somebody is chosen.
    moves = "away-moves"
    moves_words = "What they have not begun goes back to the queue; the release manager is asked about the rest."

    given = OverrideForm.given


class SinceForm(PersonForm):
    """Joining and leaving."""

    person = forms.ChoiceField(label="Who")
    since = moment("From", required=False, help_text="Empty is now.")

    def given(self) -> dict[str, Any]:
        return {"person": self.who(), "since": self.cleaned_data["since"]}


class SwapForm(PersonForm):
    #: Where the page says what this would move between sprints, as soon as something is chosen.
    moves = "swap-moves"

    slot = forms.ChoiceField(label="Which shift")
    to = forms.ChoiceField(
        label="To whom",
        required=False,
        help_text="First those who could take the first of these shifts and are furthest behind their share.",
    )
    in_return = forms.ChoiceField(label="In return for", required=False)

    def __init__(
        self,
        *args: Any,
        rotation: int,
        shifts: list[tuple[str, str]],
        others: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slot"].choices = shifts
        self.fields["in_return"].choices = [("", "Nothing"), *others]
        for name in ("slot", "to", "in_return"):
            self.fields[name].widget.attrs |= {
                "hx-get": f"/on-call/swapped/?rotation={rotation}",
                "hx-include": "[name^='swap-']",
                "hx-trigger": "change, focus once",
                "hx-target": f"#{self.moves}",
            }

    def given(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {"slot": said["slot"], "to": self.who("to"), "in_return": said["in_return"]}


class VersionForm(forms.Form):
    since = moment("From", required=False, help_text="Empty is now. The past is a record.")
    until = moment(
        "Until",
        required=False,
        help_text="Empty is for good, not for a while.",
    )


class LayerForm(forms.Form):
    """One layer; one without a name is none."""

    name = forms.CharField(max_length=40, required=False, label="Name of the layer")
    people = forms.CharField(
        max_length=2000,
        required=False,
        label="People, in order",
        help_text="User names, one after the other: “otto, ines, rhea”.",
    )
    unit = forms.ChoiceField(label="Turns of", choices=TurnUnit.choices, initial=TurnUnit.WEEK)
    length = forms.IntegerField(label="How many", min_value=1, max_value=60, initial=1)
    starts = forms.DateField(
        label="First handoff",
        required=False,
        # As browsers want it: they show no date at all that is written otherwise.
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )
    handoff = forms.TimeField(
        label="At", initial=time(9), widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    )
    zone = forms.CharField(label="Time zone", max_length=60, initial="Europe/Brussels")
    week = forms.CharField(
        label="Only at these hours",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": "Mon-Fri 09:00-12:00, 13:00-17:00"}),
        help_text="A line for each kind of day: “Mon-Fri 09:00-12:00, 13:00-17:00”. Empty: always on duty.",
    )

    def __init__(self, *args: Any, people: dict[str, Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = people

    def clean_zone(self) -> str:
        zone: str = self.cleaned_data["zone"]
        if not is_zone(zone):
            raise forms.ValidationError(f"There is no time zone called “{zone}”.")
        return zone

    def clean_people(self) -> tuple[int, ...]:
        names = [n for n in re.split(r"[\s,;]+", self.cleaned_data["people"].lower()) if n]
        strangers = [n for n in names if n not in self.known]
        if strangers:
            raise forms.ValidationError(f"Not of this team: {', '.join(strangers)}.")
        return tuple(self.known[n].pk for n in names)

    def clean_week(self) -> frozenset[Hours]:
        week, wrong = hours.typed(self.cleaned_data["week"])
        if wrong:
            raise forms.ValidationError(wrong)
        return week

    def clean(self) -> None:
        said = self.cleaned_data
        if said.get("name") and not said.get("starts") and "starts" not in self.errors:
            self.add_error("starts", "Say on which day the first turn starts.")

    def layer(self) -> Layer | None:
        said = self.cleaned_data
        if not said.get("name"):
            return None
        return Layer(
            name=said["name"],
            zone=ZoneInfo(said["zone"]),
            starts=said["starts"],
            handoff=said["handoff"],
            unit=said["unit"],
            length=said["length"],
            participants=said["people"],
            hours=said["week"],
        )


LayerForms = forms.formset_factory(LayerForm, extra=1, max_num=MOST_LAYERS, absolute_max=10)


def typed(layer: Layer, names: dict[int, str]) -> dict[str, Any]:
    """A layer as its form shows it."""
    return {
        "name": layer.name,
        "people": ", ".join(names.get(p, "") for p in layer.participants),
        "unit": layer.unit,
        "length": layer.length,
        "starts": layer.starts,
        "handoff": layer.handoff,
        "zone": layer.zone.key,
        "week": hours.written(layer.hours),
    }
