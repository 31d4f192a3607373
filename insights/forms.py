"""What may be asked of a figure, read from the query of its address."""

from dataclasses import dataclass

from django import forms

from sprints.recommending.recommendation import quantile


def _percent(label: str, help_text: str) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        help_text=help_text,
        min_value=0,
        max_value=100,
        required=False,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "step": 5}),
    )


class CostsForm(forms.Form):
    """The two costs behind the chance to be enough (`research/flow.md` §3.2)."""

    recovered = _percent(
        "Unused reserve put to use, %", "How much of it becomes scheduled bugs pulled forward."
    )
    disruption = _percent(
        "Extra cost of displacing work, %", "What stopping a started item costs on top of its size."
    )

    def chance(self) -> float | None:
        """q, or nothing when nothing was said: then the usual one holds."""
        said = self.cleaned_data if self.is_valid() else {}
        recovered, disruption = said.get("recovered"), said.get("disruption")
        if recovered is None and disruption is None:
            return None
        # Nothing is idle for free: at a whole 100 % no reserve would be large enough.
        return quantile(min((recovered or 0) / 100, 0.95), (disruption or 0) / 100)


@dataclass(frozen=True)
class SprintAsked:
    """A sprint that somebody is planning, as the address says it; None where it says nothing that fits."""

    days: int | None
    capacity: float | None


class SprintForm(forms.Form):
    starts_on = forms.DateField(required=False)
    ends_on = forms.DateField(required=False)
    capacity = forms.FloatField(required=False, min_value=0, max_value=999_999)

    def asked(self) -> SprintAsked:
        self.is_valid()
        said = self.cleaned_data
        starts, ends = said.get("starts_on"), said.get("ends_on")
        days = (ends - starts).days + 1 if starts and ends else 0
        return SprintAsked(days if 0 < days < 400 else None, said.get("capacity") or None)
