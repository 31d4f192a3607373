"""The page of the recommended reserve, its file, and the one line that a planning form shows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from channels.web.teams import team_tabs
from foundation import clock
from insights import rows, words
from insights.forms import CostsForm, SprintForm
from insights.reserve import advice
from insights.reserve.series import has_imported
from oncall.querysets import standing, teams_read_by
from teams.models import Team

SPRINTS, LOG = "sprints", "log"


@dataclass(frozen=True)
class Asked:
    """One team's figure, as an address asks for it."""

    at: datetime
    team: Team
    teams: list[Team]
    series: str
    has_log: bool
    costs: CostsForm

    @property
    def unit(self) -> str:
        return "reports" if self.series == LOG else self.team.unit

    def found(self) -> advice.Advice:
        q = self.costs.chance()
        if self.series == LOG:
            return advice.advise_on_imported(self.team, self.at, q=q)
        return advice.advise(self.team, self.at, q=q)

    def url(self, name: str, **other: str) -> str:
        said = {key: self.costs.data[key] for key in self.costs.fields if self.costs.data.get(key)}
        query = {"team": self.team.slug, "series": self.series, **said, **other}
        return f"{reverse(name)}?{urlencode(query)}"


def _asked(request: HttpRequest) -> Asked:
    at = clock.now()
    teams = teams_read_by(standing(request.user, at))
    team = team_asked_for(request, teams)
    has_log = has_imported(team)
    series = request.GET.get("series", "")
    if series not in (SPRINTS, LOG) or (series == LOG and not has_log):
        # A team that only holds a log has no sprints to show first.
        series = LOG if has_log and not team.sprints.exists() else SPRINTS
    return Asked(at, team, teams, series, has_log, CostsForm(request.GET))


def team_asked_for(request: HttpRequest, teams: list[Team]) -> Team:
    """The team asked for, the one whose desk was open last, or the first."""
    if not teams:
        raise PermissionDenied(
            "These figures are the delivery teams'. Yours is the list of your reports."
        )
    by_slug = {team.slug: team for team in teams}
    asked = request.GET.get("team")
    if asked and asked not in by_slug:
        raise Http404("There is no such team, or its figures are not yours to see.")
    return by_slug.get(asked or request.session.get("team", ""), teams[0])


@login_required
@never_cache
@require_safe
def reserve(request: HttpRequest) -> HttpResponse:
    asked = _asked(request)
    found = asked.found()
    return render(request, "insights/reserve.html", _context(asked, found))


def _context(asked: Asked, found: advice.Advice) -> dict[str, Any]:
    zone = ZoneInfo(asked.team.calendar.zone)
    here, unit = asked.at.astimezone(zone), asked.unit
    told = found.recommendation
    context = {
        "team": asked.team,
        "teams": team_tabs("recommended_reserve", asked.teams, asked.team),
        "tabs": _tabs(asked),
        "unit": unit,
        "is_log": asked.series == LOG,
        "series": asked.series,
        "lead": words.lead(told, unit),
        "empty": told.amount is None and not found.history,
        "plan_url": reverse("plan_sprint"),
        "facts": rows.facts(told, unit, f"{here:%-d %B %Y, %H:%M}"),
        "warnings": words.warnings(told),
        "asked_words": f"Now {100 * told.q:.0f} % is asked: enough in {words.chance(told.q)} sprints.",
        "costs": asked.costs,
        "can_pull_forward": found.can_pull_forward,
    }
    if not found.history:
        return context
    return context | {
        "demand": words.demand(found.history, unit),
        "chart": rows.picture(found, unit),
        "lines": rows.sprint_lines(found, here.date()),
        "has_chosen": any(past.chosen is not None for past in found.history),
        "tried": [rows.tried(one, found, unit) for one in found.backtests],
        "csv_url": asked.url("recommended_reserve_csv"),
    }


def _tabs(asked: Asked) -> list[dict[str, Any]]:
    if not asked.has_log:
        return []
    return [
        {
            "name": name,
            "url": asked.url("recommended_reserve", series=series),
            "current": series == asked.series,
            "count": None,
        }
        for series, name in ((SPRINTS, "Its sprints"), (LOG, "Its imported log, in two weeks"))
    ]


@login_required
@never_cache
@require_safe
def sprints_csv(request: HttpRequest) -> HttpResponse:
    asked = _asked(request)
    answer = HttpResponse(
        rows.as_csv(asked.found(), asked.unit, asked.at), content_type="text/csv; charset=utf-8"
    )
    name = f"recommended-reserve-{asked.team.slug}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@login_required
@never_cache
@require_safe
def suggestion(request: HttpRequest) -> HttpResponse:
    """One line for the form that plans a sprint, as a fragment; empty where nothing is known."""
    at = clock.now()
    team = team_asked_for(request, teams_read_by(standing(request.user, at)))
    coming = SprintForm(request.GET).asked()
    found = advice.recommend(team, at, days=coming.days, capacity=coming.capacity)
    context = {
        "words": "" if found.amount is None else words.lead(found, team.unit),
        "band": ""
        if found.band is None
        else f"{words.plain(found.band.low)} to {words.plain(found.band.high)}",
        "url": f"{reverse('recommended_reserve')}?team={team.slug}&series={SPRINTS}",
    }
    return render(request, "insights/_suggestion.html", context)
