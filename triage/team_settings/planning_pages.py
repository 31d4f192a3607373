"""The settings' front door for what a team reckons with when it plans (SPR-1, SPR-2, SPR-12)."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from channels.web import sent_version
from foundation.amounts import plain
from foundation.moments import on_day
from journal.models import Event
from sprints import services
from sprints.models import Planning
from sprints.policy import may_set_planning
from sprints.querysets import has_amounts, planning_of
from teams.lifecycle import TeamKind, Unit
from triage.team_settings.page import Place, Sheet, place_or_404, send, show
from triage.team_settings.rows import SettingRow

MOST_CHANGES = 20


def percent(label: str, help_text: str, least: int) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, help_text=help_text, min_value=least, max_value=100, widget=_number("1")
    )


def hours(label: str, help_text: str, least: str) -> forms.DecimalField:
    return forms.DecimalField(
        label=label, help_text=help_text, min_value=Decimal(least), max_digits=6, decimal_places=2,
        widget=_number("any"),
    )  # fmt: skip


def _number(step: str) -> forms.NumberInput:
    return forms.NumberInput(attrs={"step": step, "inputmode": "decimal"})


class PlanningForm(forms.Form):
    """`fixed`: the unit is chosen already, because something is planned in it."""

    unit = forms.ChoiceField(
        label="Plans in",
        choices=Unit.choices,
        help_text="Chosen once: it cannot change when something is planned or estimated.",
    )
    focus_percent = percent(
        "Focus in percent",
        "How much of a working day goes into planned work, on average. A first value for each person.",
        1,
    )
    hours_per_point = hours(
        "Hours a point takes", "A guess, until the team's own record says it.", "0.01"
    )
    on_call_percent = percent(
        "On call takes, in percent",
        "Of each working day of who is on call. It supplies the reserve.",
        0,
    )
    release_manager_percent = percent(
        "The release manager's duty takes, in percent", "Of each working day of who has it.", 0
    )
    stock_hours = hours(
        "Stock stream, in hours a sprint", "Set aside for old reports, beside the reserve.", "0"
    )
    mentor_hours = hours(
        "An accompanied shift takes its holder, in hours",
        "Whoever lets a trainee go along explains as they go: that time is no capacity.",
        "0",
    )
    night_hours = hours(
        "A page at night takes of the day after, in hours",
        "Once a night, from whoever was told between 22:00 and 07:00: they rest, and the sprint knows.",
        "0",
    )
    default_reserve = forms.DecimalField(
        label="Reserve of a new sprint",
        help_text="A first value when you plan one. Empty: as much as the sprint before.",
        min_value=Decimal(0),
        max_digits=8,
        decimal_places=2,
        required=False,
        widget=_number("any"),
    )

    def __init__(self, *args: Any, fixed: bool, unit: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["default_reserve"].label += f", in {unit}"
        if fixed:
            del self.fields["unit"]
        if fixed and unit == Unit.HOURS:
            del self.fields["hours_per_point"]


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def planning(request: HttpRequest, team: str) -> HttpResponse:
    place = place_or_404(request, team, asked=may_set_planning)
    if place.team.kind != TeamKind.DELIVERY:
        raise Http404("Only a delivery team plans sprints.")
    kept = planning_of(place.team)
    form = PlanningForm(
        request.POST or None,
        fixed=has_amounts(place.team),
        unit=place.team.unit,
        initial=_first_values(kept),
    )
    if request.method != "POST":
        return show(place, _sheet(place, kept), form)

    def keep(said: dict[str, Any]) -> None:
        services.set_planning(
            place.team.pk, changes=said, version=sent_version(request), **place.act
        )
        messages.success(request, "From the next sprint on it is planned with this.")

    def sheet() -> Sheet:
        return _sheet(place, planning_of(place.team))

    return send(place, sheet, form, keep, leads_to=request.path)


def _first_values(kept: Planning) -> dict[str, Any]:
    return {
        "unit": kept.team.unit,
        "focus_percent": kept.focus_percent,
        "hours_per_point": plain(Decimal(kept.hours_per_point)),
        "on_call_percent": kept.on_call_percent,
        "release_manager_percent": kept.release_manager_percent,
        "stock_hours": plain(Decimal(kept.stock_hours)),
        "mentor_hours": plain(Decimal(kept.mentor_hours)),
        "night_hours": plain(Decimal(kept.night_hours)),
        "default_reserve": plain(kept.default_reserve),
    }


def _sheet(place: Place, kept: Planning) -> Sheet:
    told = Event.objects.filter(kind="team", name="team.planning_set", subject=place.team.pk)
    return Sheet(
        section="planning",
        title="Planning",
        lead="What a sprint is reckoned with when it is planned. A sprint that has started keeps what it started with.",
        columns=("What changed", "When", "By"),
        rows=[
            SettingRow(
                cells=(
                    ", ".join(event.data["changed"]),
                    on_day(place.day_of(event.at), place.today),
                    str(event.by),
                )
            )
            for event in told.select_related("by").order_by("-pk")[:MOST_CHANGES]
        ],
        empty={
            "title": "Nothing was set yet",
            "words": "Sprints are planned with the values below.",
        },
        form_title="What the next sprint is planned with",
        send="Keep it",
        version=kept.version,
    )
