"""Planning one sprint: what goes into it from the backlog, and who is there (SPR-1, SPR-2)."""

from decimal import Decimal
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bugs.querysets import awaiting_schedule, in_sprint
from bugs.sprint_pages import page, rows
from bugs.sprint_pages.doors import button, url_of
from bugs.sprint_pages.page import Reader
from bugs.sprint_pages.plan_rows import nobody_puts_in, plan_rows, waiting_bugs
from bugs.sprint_pages.views import reader_of, sprint_or_404
from channels.web import Refusal, fresh_key, perform, sent_version, shown
from channels.web.acting import Opened
from foundation.amounts import plain
from foundation.errors import Conflict, NotAllowed, Refused
from sprints import policy, services
from sprints.forms import AvailabilityForm
from sprints.lifecycle import AHEAD, ItemState
from sprints.models import BacklogItem, Sprint
from sprints.querysets import items_of, working_days
from teams.lifecycle import Binds
from teams.querysets import cited

#: More than these nobody plans from: the order says which come first.
MOST = 100


@login_required
@never_cache
@require_safe
def plan_work(request: HttpRequest, reference: str) -> HttpResponse:
    """Left the ordered backlog, right the sprint; between them buttons, and the limit above."""
    reader = reader_of(request)
    one = sprint_or_404(reader, reference)
    if error := _refusal(reader, one):
        return _instead(request, one, reader, error)
    items, bugs = list(items_of(one.pk)), list(in_sprint(one.pk))
    planned = [bug for bug in bugs if not bug.was_injected]
    points = [thing.estimate or Decimal(0) for thing in (*items, *planned)]
    accepted = BacklogItem.objects.filter(team_id=one.team_id, state=ItemState.ACCEPTED)
    ordered = list(accepted.select_related("team").order_by("position", "pk")[:MOST])
    waiting = list(awaiting_schedule(one.team_id).order_by("priority", "opened_at", "pk")[:MOST])
    context = {
        **_head(one, reader),
        "bar": rows.bar(one, sum(points, Decimal(0))),
        "waiting": plan_rows(ordered, moved_by=reader.who),
        "bugs": waiting_bugs(waiting, one, reader.who),
        "nobody_puts_in": nobody_puts_in(waiting, one, reader.who),
        "items": plan_rows(items),
        "planned": rows.work_rows(planned),
        "commit": button("commit", one, bugs, None) if one.state in AHEAD else None,
        "cited": list(cited(one.team_id, Binds.PLANNING, reader.today)),
        "backlog_url": f"{reverse('backlog')}?team={one.team.slug}",
    }
    return render(request, "sprints/plan_work.html", context)


@login_required
@never_cache
def capacity(request: HttpRequest, reference: str) -> HttpResponse:
    """A row per developer, and what comes of it."""
    reader = reader_of(request)
    one = sprint_or_404(reader, reference)
    if error := _refusal(reader, one):
        return _instead(request, one, reader, error)
    if request.method != "POST":
        return _people(request, one, reader, AvailabilityForm(sprint=one))

    def reckon(given: dict[str, Any]) -> Sprint:
        told = {"by": request.user, "at": reader.at, "version": sent_version(request)}
        done = services.set_capacity(one.pk, **given, **told)
        messages.success(request, f"The capacity of {done.name} is reckoned.")
        return done

    return perform(
        request,
        sent_form=lambda: AvailabilityForm(request.POST, sprint=one),
        act=reckon,
        leads_to=lambda done: url_of(done, "capacity"),
        show=partial(_people, request, one, reader),
    )


def _people(
    request: HttpRequest,
    one: Sprint,
    reader: Reader,
    form: AvailabilityForm,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    now = Sprint.objects.select_related("team__calendar").get(pk=one.pk)
    days = working_days(now)
    context = {
        **_head(now, reader),
        "form": form,
        "people": form.rows(),
        "working_days": len(days),
        "hours": plain(sum(days.values(), Decimal(0))),
        "facts": rows.capacity_facts(now),
        "refusal": refusal,
    }
    return render(request, "sprints/capacity.html", context, status=status)


def _head(one: Sprint, reader: Reader) -> dict[str, Any]:
    return {
        "sprint": rows.sprint_row(one, reader.today, inside=True),
        "team": one.team.name,
        "unit": one.team.unit,
        "version": one.version,
        "idempotency_key": fresh_key(),
    }


def _refusal(reader: Reader, one: Sprint) -> Refused | None:
    if refusal := policy.may_plan(reader.who, one.team_id):
        return NotAllowed(refusal)
    if one.state not in AHEAD:
        return Conflict(f"{one.name} is {one.state}: its plan changes no more.")
    return None


def _instead(request: HttpRequest, one: Sprint, reader: Reader, error: Refused) -> HttpResponse:
    """The sprint's page, with the reason why there is nothing to plan."""
    context = page.context(one, reader, Opened("plan", refusal=shown(error)))
    return render(request, "sprints/detail.html", context, status=error.status)
