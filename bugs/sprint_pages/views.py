"""The front door of sprints: the list, the plan, one sprint's page and its verbs."""

from functools import partial
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bugs.sprint_pages import page
from bugs.sprint_pages.doors import DOORS, url_of
from bugs.sprint_pages.page import Reader
from bugs.sprint_pages.rows import sprint_row
from channels.web import fresh_key, perform, sent_version, shown
from channels.web.acting import Opened, act_by_form
from channels.web.named import named_or_404
from foundation import clock
from foundation.errors import NotAllowed
from foundation.references import whole_number
from oncall.querysets import standing
from sprints import policy, services
from sprints.forms import PlanForm
from sprints.lifecycle import LIFECYCLE, State
from sprints.models import Sprint
from sprints.querysets import visible_to
from teams.lifecycle import TeamKind
from teams.models import Team

PAGE_SIZE = 30


def reader_of(request: HttpRequest) -> Reader:
    at = clock.now()
    return Reader(at, standing(request.user, at))


@login_required
@never_cache
@require_safe
def sprints(request: HttpRequest) -> HttpResponse:
    """What runs, what is planned, then what was, newest first."""
    reader = reader_of(request)
    seen = visible_to(reader.who)
    before = whole_number(request.GET.get("after", ""))
    ahead = [] if before else list(seen.filter(state__in=(State.RUNNING, State.PLANNED)))
    past = seen.filter(state__in=(State.CLOSED, State.CANCELLED)).order_by("-pk")
    past = list((past.filter(pk__lt=before) if before else past)[: PAGE_SIZE + 1])
    shown_past, more = past[:PAGE_SIZE], past[PAGE_SIZE:]
    ahead.sort(key=lambda s: (s.state != State.RUNNING, s.starts_on, s.pk))

    def rows(found: list[Sprint]) -> list[Any]:
        who = reader.who
        return [sprint_row(s, reader.today, inside=policy.sees_inside(who, s)) for s in found]

    context = {
        "ahead": rows(ahead),
        "past": rows(shown_past),
        "record": reader.who.works_in_delivery,
        "plan_url": reverse("plan_sprint") if _teams_planned_by(reader) else "",
        "pager": {
            "previous": reverse("sprints") if before else None,
            "next": f"{reverse('sprints')}?after={shown_past[-1].pk}" if more else None,
            "note": "newest first",
        },
    }
    return render(request, "sprints/list.html", context)


@login_required
@never_cache
def plan(request: HttpRequest) -> HttpResponse:
    reader = reader_of(request)
    teams = _teams_planned_by(reader)
    if not teams:
        refusal = shown(NotAllowed("Only a product owner, a lead or an admin plans sprints."))
        return _plan_page(request, None, refusal, NotAllowed.status)
    if request.method != "POST":
        asked = next((t for t in teams if t.slug == request.GET.get("team")), teams[0])
        return _plan_page(request, PlanForm(teams=teams, initial=page.first_values(asked)))

    def do(given: dict[str, Any]) -> Sprint:
        team = next(t for t in teams if t.slug == given["team"])
        told = {k: v for k, v in given.items() if k != "team"}
        return services.plan(team, **told, by=request.user, at=reader.at)

    return perform(
        request,
        sent_form=lambda: PlanForm(request.POST, teams=teams),
        act=do,
        leads_to=url_of,
        show=partial(_plan_page, request),
    )


@login_required
@never_cache
@require_safe
def sprint(request: HttpRequest, reference: str) -> HttpResponse:
    reader = reader_of(request)
    return _page(request, sprint_or_404(reader, reference), reader)


@login_required
@never_cache
def act(request: HttpRequest, reference: str, verb: str) -> HttpResponse:
    """One verb of the table; what it refuses is shown beside its form, with what was typed."""
    reader = reader_of(request)
    one = sprint_or_404(reader, reference)
    if request.method != "POST":
        return redirect(url_of(one))

    def draw(opened: Opened, status: int) -> HttpResponse:
        return _page(request, sprint_or_404(reader, reference), reader, opened, status)

    return act_by_form(
        request,
        verb,
        DOORS[verb],
        one,
        at=reader.at,
        version=sent_version(request),
        refusal=policy.may(verb, reader.who, one),
        lifecycle=LIFECYCLE,
        asks=partial(DOORS[verb].asks, sprint=one),
        leads_to=url_of,
        draw=draw,
    )


def sprint_or_404(reader: Reader, reference: str) -> Sprint:
    return named_or_404(visible_to(reader.who), "SP", reference, "sprint")


def _teams_planned_by(reader: Reader) -> list[Team]:
    mine = Team.objects.filter(pk__in=reader.who.teams, kind=TeamKind.DELIVERY).order_by(
        "name", "pk"
    )
    return [t for t in mine if policy.may_plan(reader.who, t.pk) is policy.YES]


def _page(
    request: HttpRequest,
    one: Sprint,
    reader: Reader,
    opened: Opened | None = None,
    status: int = 200,
) -> HttpResponse:
    context = page.context(one, reader, opened)
    return render(request, "sprints/detail.html", context, status=status)


def _plan_page(  # type: ignore[no-untyped-def]
    request: HttpRequest, form: PlanForm | None, refusal=None, status: int = 200
) -> HttpResponse:
    context = {"form": form, "refusal": refusal, "idempotency_key": fresh_key()}
    return render(request, "sprints/plan.html", context, status=status)
