"""*On call*: who is on duty when, of a team and mine; two weeks or a month (ONC-4)."""

from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from psycopg2.extras import DateTimeTZRange

from foundation import clock
from foundation.moments import in_words
from oncall import policy, rows
from oncall.models import Duty, DutyKind, Rotation
from oncall.querysets import standing
from oncall.querysets.ladder import learning
from oncall.rules import Standing
from oncall.rules.checks import year_fits
from teams.lifecycle import TeamKind
from teams.models import Team

VIEWS = {"weeks": ("Two weeks", 14), "month": ("Five weeks", 35)}
MOST_MINE = 40
AHEAD = timedelta(weeks=26)


@login_required
@never_cache
@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    at, zone = clock.now(), timezone.get_current_timezone()
    who = standing(request.user, at)
    teams = teams_of(who)
    if not teams:
        return render(request, "oncall/calendar.html", {"team": None})
    team = _team_of(request, teams)
    view = request.GET.get("view", "")
    view = view if view in VIEWS else "weeks"
    count = VIEWS[view][1]
    first = _first_day(request, at.astimezone(zone).date())
    context = {
        "team": team,
        "teams": [_tab(t.name, _address(t, view, first), t == team) for t in teams],
        "views": [
            _tab(name, _address(team, key, first), key == view) for key, (name, _) in VIEWS.items()
        ],
        "earlier": _address(team, view, first - timedelta(days=count)),
        "later": _address(team, view, first + timedelta(days=count)),
        "duties": _duties(team, first, count, at, zone, who),
        "mine": _mine(who, at, zone),
        "zone": str(zone),
        "weekdays": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    }
    return render(request, "oncall/calendar.html", context)


def teams_of(who: Standing) -> list[Team]:
    """Whose schedule they read: delivery teams' people everybody's, others those they belong to. Their own first."""
    found = Team.objects.filter(kind=TeamKind.DELIVERY).order_by("name", "pk")
    if not who.works_in_delivery:
        found = found.filter(pk__in=who.teams)
    return sorted(found, key=lambda team: team.pk not in who.teams)


def _team_of(request: HttpRequest, teams: list[Team]) -> Team:
    asked = request.GET.get("team") or request.session.get("team")
    return next((t for t in teams if t.slug == asked), teams[0])


def _first_day(request: HttpRequest, today: date) -> date:
    try:
        asked = parse_date(request.GET.get("from", "")[:10])
    except ValueError:
        asked = None
    return rows.monday_of(asked if asked and year_fits(asked) else today)


def _address(team: Team, view: str, first: date) -> str:
    said = {"team": team.slug, "view": view, "from": first.isoformat()}
    return f"{reverse('on_call')}?{urlencode(said)}"


def _tab(name: str, url: str, current: bool) -> dict[str, Any]:
    return {"name": name, "url": url, "count": None, "current": current}


def _duties(
    team: Team, first: date, count: int, at: datetime, zone: Any, who: Standing
) -> list[dict[str, Any]]:
    since, until = (
        datetime.combine(day, time(), zone) for day in (first, first + timedelta(days=count))
    )
    span = DateTimeTZRange(min(since, at), max(until, at + AHEAD))
    held = Duty.objects.filter(team=team, during__overlap=span).order_by("during", "pk")
    found = list(held.select_related("person", "instead_of"))
    rotations = {r.duty: r for r in Rotation.objects.filter(team=team)}
    learn = learning(who.person_id)
    return [
        _duty(
            team,
            kind,
            [d for d in found if d.duty == kind],
            rotations.get(kind),
            at,
            zone,
            who,
            learns=(team.pk, kind) in learn,
        )
        | {
            "weeks": rows.days(
                [d for d in found if d.duty == kind],
                first,
                count,
                at=at,
                zone=zone,
                me=who.person_id,
            )
        }
        for kind in DutyKind.values
    ]


def _duty(
    team: Team,
    kind: str,
    held: list[Duty],
    rotation: Rotation | None,
    at: datetime,
    zone: Any,
    who: Standing,
    *,
    learns: bool,
) -> dict[str, Any]:
    """Who is on duty now, until when and why, and who is next. `learns`: the reader takes no turns alone yet."""
    runs = next((d for d in held if d.during.lower <= at < d.during.upper), None)
    others = (
        d for d in held if d.during.lower > at and (not runs or d.person_id != runs.person_id)
    )
    following = next(others, None)
    edits = policy.may_set_up_rotation(who, team) is policy.YES
    return {
        "name": DutyKind(kind).label,
        "key": kind,
        "now": str(runs.person) if runs else "",
        "until": in_words(runs.during.upper, at, zone) if runs else "",
        "why": rows.because(runs) if runs else "",
        "next": str(following.person) if following else "",
        "next_when": in_words(following.during.lower, at, zone) if following else "",
        "url": reverse("rotation", args=[rotation.pk]) if rotation else "",
        "set_up": reverse("set_up_rotation", args=[team.slug, kind.replace("_", "-")])
        if edits and not rotation
        else "",
        "take": reverse("rotation_act", args=[rotation.pk, "take-shift"])
        if rotation
        and rotation.published_at <= at
        and (not runs or runs.person_id != who.person_id)
        and policy.may_take_shift(who, team) is policy.YES
        and not learns
        else "",
    }


def _mine(who: Standing, at: datetime, zone: Any) -> list[dict[str, str]]:
    span = DateTimeTZRange(at, at + AHEAD)
    own = Duty.objects.filter(person=who.person_id, during__overlap=span).order_by("during", "pk")
    return [
        {
            "when": rows.span(d.during.lower, d.during.upper, zone),
            "duty": f"{d.get_duty_display()}, {d.team.name}",
            "why": rows.because(d),
            "url": reverse("rotation", args=[d.rotation_id]) if d.rotation_id else "",
        }
        for d in own.select_related("team", "instead_of")[:MOST_MINE]
    ]
