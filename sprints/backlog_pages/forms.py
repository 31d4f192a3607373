"""The shape of what is typed about backlog items. Whether it may be is decided by the services."""

from collections.abc import Sequence
from typing import Any

from django import forms

from foundation.amounts import plain
from foundation.references import parse
from sprints.forms import amount
from sprints.lifecycle import DebtKind, ItemKind
from sprints.models import BacklogItem
from sprints.querysets import ahead_of
from teams.models import ProductArea, Team
from teams.querysets import clauses_of


class _Described(forms.Form):
    title = forms.CharField(label="Title", max_length=200)
    kind = forms.ChoiceField(label="Kind", choices=ItemKind.choices)
    debt = forms.ChoiceField(
        label="Kind of debt",
        help_text="Only for debt.",
        choices=[("", "–"), *DebtKind.choices],
        required=False,
    )
    rationale = forms.CharField(
        label="Why the business wants it",
        help_text="Debt and prevention do not go without: reports, hours, customers that it costs.",
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=5000,
        required=False,
    )
    product_area = forms.ChoiceField(label="Product area", required=False)
    url = forms.URLField(
        label="Link to the tracker", max_length=500, required=False, assume_scheme="https"
    )

    def offer(self, areas: Sequence[ProductArea]) -> None:
        self.areas = {area.slug: area for area in areas}
        self.fields["product_area"].choices = [("", "–"), *((a.slug, a.name) for a in areas)]

    def given(self) -> dict[str, Any]:
        area = self.cleaned_data["product_area"]
        return {**self.cleaned_data, "product_area": self.areas[area] if area else None}


class AddForm(_Described):
    key = forms.CharField(
        label="Key in the tracker",
        help_text="Added twice, it is one item.",
        max_length=60,
        required=False,
    )

    def __init__(self, *args: Any, team: Team, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer(list(ProductArea.objects.filter(team=team).order_by("name", "pk")))


class ItemForm(forms.Form):
    """What one verb on an item asks for. Ids carry a prefix: several forms stand on one page."""

    def __init__(self, *args: Any, item: BacklogItem, **kwargs: Any) -> None:
        super().__init__(*args, auto_id=f"id_{type(self).__name__}_%s", **kwargs)
        self.prepare(item)

    def prepare(self, item: BacklogItem) -> None:
        """Fill in what depends on the item."""


class EditForm(_Described, ItemForm):
    def prepare(self, item: BacklogItem) -> None:
        self.offer(list(ProductArea.objects.filter(team=item.team).order_by("name", "pk")))
        for name in ("title", "kind", "debt", "rationale", "url"):
            self.fields[name].initial = getattr(item, name)
        self.fields["product_area"].initial = item.product_area.slug if item.product_area else ""

    def given(self) -> dict[str, Any]:
        return {"changes": super().given()}


class EstimateForm(ItemForm):
    points = amount("It takes")

    def prepare(self, item: BacklogItem) -> None:
        self.fields["points"].label = f"It takes, in {item.team.unit}"
        if item.estimate is not None:
            self.fields["points"].initial = plain(item.estimate)


class DeclineForm(ItemForm):
    reason = forms.CharField(
        label="Why not",
        help_text="Who asked for it reads this.",
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=5000,
    )


class ScheduleForm(ItemForm):
    sprint = forms.ChoiceField(label="Sprint")

    def prepare(self, item: BacklogItem) -> None:
        self.fields["sprint"].choices = [
            (s.reference, f"{s.name} ({s.state})")
            for s in ahead_of(item.team_id)
            if s.pk != item.sprint_id
        ]

    def given(self) -> dict[str, Any]:
        return {"sprint_id": parse(self.cleaned_data["sprint"], "SP")}


class FinishForm(ItemForm):
    """It asks for nothing where the team has no clause."""

    ticked = forms.TypedMultipleChoiceField(
        label="Definition of done", coerce=int, required=False, widget=forms.CheckboxSelectMultiple,
        help_text="Tick what is met.",
    )  # fmt: skip
    open_because = forms.CharField(
        label="Why the rest is open",
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def prepare(self, item: BacklogItem) -> None:
        self.fields["ticked"].choices = [(c.pk, c.text) for c in clauses_of(item.team_id)]
        if not self.fields["ticked"].choices:
            self.fields.clear()


class MarkForm(ItemForm):
    swappable = forms.BooleanField(
        label="May leave for an injection without a question", required=False
    )
    serves_goal = forms.BooleanField(label="Serves the goal of the sprint", required=False)

    def prepare(self, item: BacklogItem) -> None:
        self.fields["swappable"].initial = item.swappable
        self.fields["serves_goal"].initial = item.serves_goal


class OrderForm(ItemForm):
    """Behind which item it goes; empty for the top."""

    after = forms.CharField(max_length=30, required=False)

    def clean_after(self) -> int | None:
        named = self.cleaned_data["after"]
        if not named:
            return None
        key = parse(named, "BI")
        if key is None:
            raise forms.ValidationError(f"There is no backlog item {named}.")
        return key
