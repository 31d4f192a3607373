"""The shape of a direct request as it is typed. Whether it may be logged is decided by the service."""

from decimal import Decimal
from typing import Any

from django import forms

from sprints.lifecycle import WorkKind
from teams.lifecycle import TeamKind
from teams.models import ProductArea, Team


class DirectRequestForm(forms.Form):
    """The minutes come from the button that sent it."""

    source_team = forms.ChoiceField(label="Who asked")
    area = forms.ChoiceField(label="Product area", required=False)
    note = forms.CharField(label="What for", max_length=200, required=False)
    minutes = forms.IntegerField(min_value=1, max_value=24 * 60)

    def __init__(self, *args: Any, team: Team, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        askers = Team.objects.filter(kind=TeamKind.SUPPORT).order_by("name", "pk")
        areas = ProductArea.objects.filter(team=team).order_by("name", "pk")
        self.teams = {t.slug: t for t in askers}
        self.areas = {a.slug: a for a in areas}
        self.fields["source_team"].choices = [(t.slug, t.name) for t in self.teams.values()]
        self.fields["area"].choices = [
            ("", "–"),
            *((a.slug, a.name) for a in self.areas.values()),
        ]

    def given(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {
            "kind": WorkKind.SHADOW,
            "hours": round(Decimal(said["minutes"]) / 60, 2),
            "note": said["note"],
            "source_team": self.teams[said["source_team"]],
            "area": self.areas.get(said["area"]),
        }
