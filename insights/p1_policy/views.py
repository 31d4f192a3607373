"""The page that prices a team's ways of fixing a P1 on its own year, and its file (BUG-7)."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from channels.web.teams import team_tabs
from foundation import clock
from insights.p1_policy import shown
from insights.p1_policy.reading import fixed_p1s, fixes_by_area
from insights.p1_policy.rules import LEAST, known, priced
from insights.views import team_asked_for
from oncall.querysets import standing, teams_read_by


@login_required
@never_cache
@require_safe
def p1_policy(request: HttpRequest) -> HttpResponse:
    at = clock.now()
    teams = teams_read_by(standing(request.user, at))
    team = team_asked_for(request, teams)
    fixed = fixed_p1s(team, at)
    found = priced(fixed, shown.WAYS)
    context = {
        "team": team,
        "teams": team_tabs("p1_policy", teams, team),
        "lines": shown.lines(found),
        "n": sum(one.n for one in found),
        "deviated": sum(one.deviated for one in fixed),
        "areas": shown.areas(known(fixes_by_area(team, at))),
        "least": LEAST,
        "csv_url": f"{reverse('p1_policy_csv')}?team={team.slug}",
        "policy_url": f"/settings/{team.slug}/p1-policy/",
    }
    return render(request, "insights/p1_policy.html", context)


@login_required
@never_cache
@require_safe
def p1_policy_csv(request: HttpRequest) -> HttpResponse:
    at = clock.now()
    team = team_asked_for(request, teams_read_by(standing(request.user, at)))
    found = priced(fixed_p1s(team, at), shown.WAYS)
    told = shown.as_csv(found, team=team.slug, unit=team.unit, at=at)
    answer = HttpResponse(told, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="p1-policy-{team.slug}.csv"'
    return answer
