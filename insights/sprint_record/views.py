"""The page of planned against unplanned over closed sprints, and its file."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from channels.web import spreadsheet
from channels.web.teams import team_tabs
from foundation import clock
from insights.sprint_record import shown
from insights.sprint_record.reading import MOST, closed_sprints
from insights.sprint_record.rules import summary
from insights.views import team_asked_for
from oncall.querysets import standing, teams_read_by
from teams.models import Team


def _teams(request: HttpRequest) -> list[Team]:
    return teams_read_by(standing(request.user, clock.now()))


@login_required
@never_cache
@require_safe
def sprint_record(request: HttpRequest) -> HttpResponse:
    teams = _teams(request)
    team = team_asked_for(request, teams)
    closed = closed_sprints(team)
    told = summary(closed)
    today = clock.now().astimezone(timezone.get_current_timezone()).date()
    context = {
        "team": team,
        "teams": team_tabs("sprint_record", teams, team),
        "lines": shown.lines(closed, today),
        "causes": [shown.NAMES[cause] for cause in shown.causes_of(closed)],
        "lead": shown.lead(told, team.unit),
        "goals": shown.goals(told),
        "has_committed": any(one.committed is not None for one in closed),
        "most": MOST if len(closed) == MOST else None,
        "chart": shown.picture(closed, team.unit),
        "csv_url": f"{reverse('sprint_record_csv')}?team={team.slug}",
    }
    return render(request, "insights/sprint_record.html", context)


@login_required
@never_cache
@require_safe
def sprint_record_csv(request: HttpRequest) -> HttpResponse:
    team = team_asked_for(request, _teams(request))
    lines = shown.cells(closed_sprints(team), team.slug, team.unit)
    return spreadsheet(f"sprint-record-{team.slug}.csv", shown.COLUMNS, lines)
