"""Which bugs the list shows: the filters, and the addresses of its tabs and further pages."""

from typing import Any

from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import cached_property

from bugs.lifecycle import OPEN, Priority, State
from foundation.lifecycle import words
from foundation.references import whole_number
from oncall.querysets import work_read_by
from oncall.rules import Standing
from teams.lifecycle import TeamKind
from teams.models import ProductArea, Team

ANY = [("", "Any")]
TABS = {"open": "Open", "done": "Fixed or declined", "all": "All"}
STATES = {
    "open": OPEN,
    "done": tuple(s for s in State if s not in OPEN),
    "all": tuple(State),
}


class BugFilter(forms.Form):
    """A filter that makes no sense chooses nothing; it never fails the page."""

    state = forms.ChoiceField(required=False, choices=ANY)
    priority = forms.ChoiceField(required=False, choices=[*ANY, *Priority.choices])
    team = forms.ChoiceField(required=False)
    product_area = forms.ChoiceField(label="Area", required=False)

    def __init__(self, data: QueryDict, *, who: Standing) -> None:
        super().__init__(data, auto_id="filter_%s")
        self.who = who
        shown = data.get("show", "open")
        self.shown = shown if shown in TABS else "open"
        states = [(s, words(s).capitalize()) for s in STATES[self.shown]]
        self.fields["state"].choices = [*ANY, *states]
        if not who.works_in_delivery:
            # L1 reads reference, state and promise: choosing by more would tell more.
            for name in ("priority", "team", "product_area"):
                del self.fields[name]
            return
        teams = Team.objects.filter(work_read_by(who, ""), kind=TeamKind.DELIVERY).order_by(
            "name", "pk"
        )
        areas = ProductArea.objects.filter(team__in=teams).order_by("name", "pk")
        self.fields["team"].choices = [*ANY, *teams.values_list("slug", "name")]
        self.fields["product_area"].choices = [*ANY, *areas.values_list("slug", "name")]

    @cached_property
    def wanted(self) -> Q:
        """What the list keeps."""
        self.is_valid()
        said: dict[str, Any] = {k: v for k, v in self.cleaned_data.items() if v}
        wanted = Q(state__in=STATES[self.shown])
        if "state" in said:
            wanted &= Q(state=said["state"])
        if "priority" in said:
            wanted &= Q(priority=said["priority"]) & work_read_by(self.who)
        if "team" in said:
            wanted &= Q(team__slug=said["team"])
        if "product_area" in said:
            wanted &= Q(product_area__slug=said["product_area"])
        return wanted

    @property
    def before(self) -> int | None:
        return whole_number(self.data.get("after", ""))

    def tabs(self) -> list[dict[str, Any]]:
        return [
            {
                "name": name,
                "url": self._address(show=key),
                "count": None,
                "current": key == self.shown,
            }
            for key, name in TABS.items()
        ]

    def pager(self, last: int | None) -> dict[str, Any]:
        said = {k: v for k, v in self.cleaned_data.items() if v} | {"show": self.shown}
        return {
            "previous": self._address(**said) if self.before else None,
            "next": self._address(**said, after=last) if last else None,
            "note": "newest first",
        }

    def _address(self, **query: Any) -> str:
        asked = QueryDict(mutable=True)
        asked.update(query)
        return f"{reverse('bugs')}?{asked.urlencode()}"
