"""The front door of direct requests: log one, take one's own back, and read what they cost the team (PR-12)."""

from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from channels.web import Refusal, act_once, back_to, fresh_key, perform, shown
from channels.web.teams import chosen_team, team_tabs, team_url
from foundation import clock
from foundation.amounts import plain
from foundation.errors import Refused
from oncall.querysets import standing
from oncall.rules import Standing
from sprints import services
from sprints.lifecycle import WorkKind
from sprints.models import WorkLog
from sprints.work_pages.forms import DirectRequestForm
from teams.lifecycle import TeamKind
from teams.models import Team

DAYS = 28
MOST = 20
#: What it costs to come back to what one was at, beyond the minutes of the request itself.
INTERRUPTION_MINUTES = 45
QUICK = ((15, "¼ h"), (30, "½ h"), (60, "1 h"), (120, "2 h"))


@login_required
@never_cache
def work(request: HttpRequest) -> HttpResponse:
    at = clock.now()
    teams = _teams(standing(request.user, at))
    team = chosen_team(request, teams) or teams[0]

    def show(form: DirectRequestForm, refusal: Refusal | None, status: int) -> HttpResponse:
        return _page(request, team, teams, at, form, refusal, status)

    if request.method != "POST":
        return show(DirectRequestForm(team=team), None, 200)
    return perform(
        request,
        sent_form=lambda: DirectRequestForm(request.POST, team=team),
        act=partial(_log, request, team, at),
        leads_to=_page_of,
        show=show,
    )


@login_required
@never_cache
def take_back(request: HttpRequest, key: int) -> HttpResponse:
    at = clock.now()
    teams = _teams(standing(request.user, at))
    if request.method != "POST":
        return redirect("work")
    mine = WorkLog.objects.filter(pk=key, by=request.user, team__in=teams)
    found = mine.select_related("team").first()
    there = back_to(request)
    if found is None:
        raise Http404("There are no such hours of yours.")
    try:
        do = partial(services.take_back_work, found.pk, by=request.user, at=at)
        address = act_once(request, do, leads_to=lambda done: there or _page_of(done))
    except Refused as error:
        if there:
            messages.error(request, shown(error).words)
            return redirect(there)
        form = DirectRequestForm(team=found.team)
        return _page(request, found.team, teams, at, form, shown(error), error.status)
    if there:
        messages.success(request, f"{plain(found.hours)} h are taken back.")
    return redirect(address)


def _page(
    request: HttpRequest,
    team: Team,
    teams: list[Team],
    at: datetime,
    form: DirectRequestForm,
    refusal: Any,
    status: int,
) -> HttpResponse:
    since = at.astimezone(ZoneInfo(team.calendar.zone)).date() - timedelta(days=DAYS - 1)
    count = _standing_work(team, since).filter(kind=WorkKind.SHADOW).count()
    context = {
        "team": team,
        "tabs": team_tabs("work", teams, team),
        "form": form,
        "quick": QUICK,
        "refusal": refusal,
        "kinds": _kinds(team, since),
        "mine": _mine(team, since, request),
        "count": count,
        "hidden": f"{round(count * INTERRUPTION_MINUTES / 60, 1):g}",
        "minutes": INTERRUPTION_MINUTES,
        "days": DAYS,
        "file_here": request.build_absolute_uri(reverse("file_report")),
        "idempotency_key": fresh_key(),
    }
    return render(request, "work/list.html", context, status=status)


def _standing_work(team: Team, since: date) -> Any:
    """What was logged and not taken back."""
    return WorkLog.objects.filter(
        team=team, on__gte=since, takes_back__isnull=True, taken_back__isnull=True
    )


def _kinds(team: Team, since: date) -> list[tuple[str, int, str]]:
    sums = _standing_work(team, since).values("kind").annotate(n=Count("pk"), h=Sum("hours"))
    by_kind = {row["kind"]: row for row in sums}
    return [
        (kind.label, row["n"], plain(row["h"])) for kind in WorkKind if (row := by_kind.get(kind))
    ]


def _mine(
    team: Team, since: date, request: HttpRequest
) -> list[tuple[str, str, date, str, str, str]]:
    """The reader's own, to take back, or to file after all; of nobody else."""
    own = _standing_work(team, since).filter(kind=WorkKind.SHADOW, by=request.user)
    return [
        (
            plain(w.hours),
            str(w.source_team or ""),
            w.on,
            w.note,
            reverse("work_take_back", args=[w.pk]),
            _filed(w),
        )
        for w in own.select_related("source_team", "area").order_by("-pk")[:MOST]
    ]


def _filed(work: WorkLog) -> str:
    """The address that files it as a report, with what is known of it already typed."""
    known = {"title": work.note, "product_area": work.area.slug if work.area else ""}
    said = urlencode({name: value for name, value in known.items() if value})
    return f"{reverse('file_report')}{'?' if said else ''}{said}"


def _log(request: HttpRequest, team: Team, at: datetime, given: dict[str, Any]) -> WorkLog:
    done = services.log_work(team, **given, by=request.user, at=at)
    messages.success(request, f"Logged {plain(done.hours)} h. Thank you: it counts now.")
    return done


def _page_of(done: WorkLog) -> str:
    return team_url("work", done.team)


def _teams(who: Standing) -> list[Team]:
    """The person's own delivery teams: what is logged there is nobody else's to read."""
    found = Team.objects.filter(pk__in=who.teams, kind=TeamKind.DELIVERY)
    teams = list(found.select_related("calendar").order_by("name", "pk"))
    if not teams:
        raise Http404("Work is logged by delivery teams.")
    return teams
