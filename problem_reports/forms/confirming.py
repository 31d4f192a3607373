"""What confirming a P0 asks for, all of it filled in and the price said before the click (PR-4, SPR-4), and what is
told of it later."""

from decimal import Decimal
from typing import Any

from django import forms

from bugs.models import Bug
from bugs.querysets import price_to_begin
from foundation.amounts import plain, with_unit
from problem_reports.forms.verbs import VerbForm, text
from problem_reports.lifecycle import Cause, Priority
from problem_reports.models import ProblemReport
from problem_reports.services.confirming import MESSAGE
from sprints.querysets import running
from sprints.rules.reserve import CENT, draw
from teams.models import ProductArea


class ConfirmForm(VerbForm):
    title = forms.CharField(label="Title of the bug", max_length=200)
    product_area = forms.ChoiceField(label="Product area")
    points = forms.DecimalField(
        label="Hold for it",
        min_value=CENT,
        max_digits=8,
        decimal_places=2,
        # A price of 1.33 is no multiple of a step: a browser would hold the form up without a word.
        widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
    )
    message = text("What the reporter reads", rows=2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        areas = self.report.team.areas.order_by("name", "pk")
        self.areas: dict[str, ProductArea] = {area.slug: area for area in areas}
        self.fields["product_area"].choices = [  # type: ignore[attr-defined]
            (slug, area.name) for slug, area in self.areas.items()
        ]
        self.price, self.fields["points"].help_text = price_in_words(self.report)
        offered = {
            "title": self.report.title,
            "product_area": self.report.product_area.slug,
            "points": plain(self.price),
            "message": MESSAGE,
        }
        self.initial = offered | self.initial

    def clean_product_area(self) -> ProductArea | None:
        return self.areas.get(self.cleaned_data["product_area"])


class TellCauseForm(VerbForm):
    cause = forms.ChoiceField(
        choices=[("", "Choose one"), *Cause.choices], help_text="Unknown is a cause too."
    )
    hours = forms.DecimalField(
        label="Hours it took",
        min_value=Decimal(0),
        max_value=Decimal(1000),
        max_digits=6,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"}),
    )


def price_in_words(report: ProblemReport) -> tuple[Decimal, str]:
    """What is held for it unless something else is said, in the team's unit, and what that comes to."""
    team, sprint = report.team, running(report.team_id)
    offer = price_to_begin(
        Bug(pk=0, team=team, product_area=report.product_area, priority=Priority.P0)
    )
    takes, basis = with_unit(offer.amount, team.unit), f"It is {offer.basis}."
    if sprint is None:
        return offer.amount, f"{takes}; no sprint runs, so the next one pays. {basis}"
    left = f"{plain(sprint.available)} left in the reserve of {sprint.name}"
    missing = draw(offer.amount, available=sprint.available).overdraft
    if not missing:
        return offer.amount, f"{takes} of the {left}. {basis}"
    beyond = f"A P0 goes in all the same: {plain(missing)} beyond it is written down by name."
    return offer.amount, f"{takes}, with {left}. {beyond} {basis}"
