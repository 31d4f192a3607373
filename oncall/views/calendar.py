"""*On call*: who is on duty when, of a team and mine; two weeks or a month (ONC-4)."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
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
from oncall.querysets import readable_teams, standing
from oncall.querysets.gaps import gaps_of
from oncall.querysets.ladder import learning
from oncall.querysets.rotas import segments
from oncall.rules import Standing
from oncall.rules.checks import year_fits
from teams.models import Team

VIEWS = {"weeks": "Two weeks", "month": "Month"}
#: Of no team: what one is on duty for oneself, in every team.
MINE = "mine"
MOST_MINE = 40
AHEAD = timedelta(weeks=26)


@dataclass(frozen=True)
class Stretch:
    """The days that are shown: whole weeks, and which of them lie in the month that was asked for."""

    view: str
    first: date
    count: int
    title: str
    earlier: date
    later: date
    month: tuple[int, int] | None = None

    def moments(self, zone: tzinfo) -> tuple[datetime, datetime]:
        ends = self.first + timedelta(days=self.count)
        return datetime.combine(self.first, time(), zone), datetime.combine(ends, time(), zone)

    def marked(self, weeks: list[list[rows.Day]]) -> list[list[rows.Day]]:
        for day in (day for week in weeks for day in week):
            day.outside = self.month is not None and (day.on.year, day.on.month) != self.month
        return weeks


@login_required
@never_cache
@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    at, zone = clock.now(), timezone.get_current_timezone()
    who = standing(request.user, at)
    teams = teams_of(who)
    if not teams:
        return render(request, "oncall/calendar.html", {"team": None})
    mine = request.GET.get("team") == MINE
    team = _team_of(request, teams)
    shown = _stretch(request, at.astimezone(zone).date())
    here = MINE if mine else team.slug
    tabs = [_tab(t.name, _address(t.slug, shown), not mine and t == team) for t in teams]
    context = {
        "team": team,
        "alone": mine,
        "teams": [*tabs, _tab("Mine", _address(MINE, shown), mine)],
        "views": [
            _tab(name, _address(here, shown, key), key == shown.view) for key, name in VIEWS.items()
        ],
        "title": shown.title,
        "earlier": _address(here, shown, first=shown.earlier),
        "today": _address(here, shown, first=at.astimezone(zone).date()),
        "later": _address(here, shown, first=shown.later),
        "duties": [] if mine else _duties(team, shown, at, zone, who),
        "weeks": _my_weeks(who, shown, at, zone) if mine else [],
        "mine": _mine(who, at, zone),
        "zone": str(zone),
        "weekdays": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    }
    return render(request, "oncall/calendar.html", context)


def teams_of(who: Standing) -> list[Team]:
    """Whose schedule they read, their own first."""
    found = readable_teams(who).select_related("calendar")
    return sorted(found, key=lambda team: team.pk not in who.teams)


def _team_of(request: HttpRequest, teams: list[Team]) -> Team:
    asked = request.GET.get("team") or request.session.get("team")
    return next((t for t in teams if t.slug == asked), teams[0])


def _stretch(request: HttpRequest, today: date) -> Stretch:
    """Two weeks from the Monday before the day that is asked for, or its month in whole weeks."""
    try:
        asked = parse_date(request.GET.get("from", "")[:10])
    except ValueError:
        asked = None
    day = asked if asked and year_fits(asked) else today
    if request.GET.get("view") != "month":
        first, two = rows.monday_of(day), timedelta(weeks=2)
        last = first + two - timedelta(days=1)
        title = f"{first:%-d %b} to {last:%-d %b %Y}"
        return Stretch("weeks", first, 14, title, first - two, first + two)
    begins, ends = day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])
    first, after = rows.monday_of(begins), rows.monday_of(ends) + timedelta(weeks=1)
    return Stretch(
        "month",
        first,
        (after - first).days,
        f"{begins:%B %Y}",
        (begins - timedelta(days=1)).replace(day=1),
        ends + timedelta(days=1),
        (day.year, day.month),
    )


def _address(team: str, shown: Stretch, view: str = "", first: date | None = None) -> str:
    """A month keeps its own days when only the view changes: the first that it holds."""
    day = first or (date(*shown.month, 1) if shown.month else shown.first)
    said = {"team": team, "view": view or shown.view, "from": day.isoformat()}
    return f"{reverse('on_call')}?{urlencode(said)}"


def _tab(name: str, url: str, current: bool) -> dict[str, Any]:
    return {"name": name, "url": url, "count": None, "current": current}


def _duties(
    team: Team, shown: Stretch, at: datetime, zone: Any, who: Standing
) -> list[dict[str, Any]]:
    since, until = shown.moments(zone)
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
            "weeks": shown.marked(
                rows.days(
                    [d for d in found if d.duty == kind],
                    shown.first,
                    shown.count,
                    at=at,
                    zone=zone,
                    me=who.person_id,
                )
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
        "gaps": rows.gap_lines(gaps_of(team, kind, at, segments(held)), at, zone)
        if rotation
        else [],
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


def _my_weeks(who: Standing, shown: Stretch, at: datetime, zone: Any) -> list[list[rows.Day]]:
    span = DateTimeTZRange(*shown.moments(zone))
    own = Duty.objects.filter(person=who.person_id, during__overlap=span).order_by("during", "pk")
    held = list(own.select_related("team", "instead_of"))
    return shown.marked(rows.my_days(held, shown.first, shown.count, at=at, zone=zone))


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
