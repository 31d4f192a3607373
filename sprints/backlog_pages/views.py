"""The front door of the backlog: the order, adding, one item's page and its verbs."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from channels.web import Refusal, back_to, fresh_key, perform, sent_version
from channels.web.acting import Opened, act_by_form
from channels.web.named import named_or_404
from channels.web.teams import chosen_team, team_tabs, team_url
from foundation import clock
from foundation.references import address, parse
from journal.querysets import timeline
from journal.rows import as_html, timeline_rows
from journal.timeline import items as told
from oncall.querysets import standing, teams_read_by
from oncall.rules import Standing
from sprints.backlog_pages import rows
from sprints.backlog_pages.doors import DOORS, button, url_of
from sprints.backlog_pages.forms import AddForm
from sprints.lifecycle import BACKLOG, PLANNED_ITEM, ItemState
from sprints.models import BacklogItem
from sprints.policy import backlog as policy
from sprints.querysets import items_visible_to
from sprints.services import backlog as services
from teams.models import Team

#: More than these of one kind nobody reads here; the API pages through all.
MOST = 200
MOST_OVER = 20
STATES = {
    "backlog_item.added": ItemState.PROPOSED,
    "backlog_item.accepted": ItemState.ACCEPTED,
    "backlog_item.declined": ItemState.DECLINED,
    "backlog_item.scheduled": ItemState.SCHEDULED,
    "backlog_item.taken_out": ItemState.ACCEPTED,
    "backlog_item.swapped_out": ItemState.ACCEPTED,
    "backlog_item.carried": ItemState.ACCEPTED,
    "backlog_item.started": ItemState.IN_PROGRESS,
    "backlog_item.finished": ItemState.FINISHED,
    "backlog_item.opened_again": ItemState.ACCEPTED,
}


@dataclass(frozen=True)
class Reader:
    at: datetime
    who: Standing


def reader_of(request: HttpRequest) -> Reader:
    at = clock.now()
    return Reader(at, standing(request.user, at))


@login_required
@never_cache
def backlog(request: HttpRequest) -> HttpResponse:
    """What is proposed, the product owner's order, what is planned, and what was decided last."""
    reader = reader_of(request)
    if not reader.who.works_in_delivery:
        raise Http404("The backlog is read by delivery teams.")
    teams = teams_read_by(reader.who)
    team = chosen_team(request, teams)
    if team is None:
        return render(request, "backlog/list.html", {"team": None})
    may_add = policy.may_add(reader.who, team.pk) is policy.YES

    def show(form: AddForm, refusal: Refusal | None, status: int) -> HttpResponse:
        context = {
            **_lists(team, reader.who),
            "team": team,
            "tabs": team_tabs("backlog", teams, team),
            "form": form if may_add else None,
            "open": request.method == "POST",
            "refusal": refusal,
            "idempotency_key": fresh_key(),
        }
        return render(request, "backlog/list.html", context, status=status)

    if request.method != "POST":
        return show(AddForm(team=team), None, 200)
    return perform(
        request,
        sent_form=lambda: AddForm(request.POST, team=team),
        act=partial(_add, request, team, reader.at),
        leads_to=_in_list,
        show=show,
    )


def _lists(team: Team, who: Standing) -> dict[str, Any]:
    found = items_visible_to(who).filter(team=team)
    wanted = list(found.filter(state=ItemState.ACCEPTED)[:MOST])
    over = found.filter(state__in=(ItemState.FINISHED, ItemState.DECLINED)).order_by("-pk")
    return {
        "proposed": rows.rows(list(found.filter(state=ItemState.PROPOSED)[:MOST]), who),
        "ordered": rows.rows(wanted, who, ordered=True),
        "planned": rows.rows(list(found.filter(state__in=PLANNED_ITEM)[:MOST]), who),
        "over": rows.rows(list(over[:MOST_OVER]), who),
    }


def _add(request: HttpRequest, team: Team, at: datetime, given: dict[str, Any]) -> BacklogItem:
    item = services.add(team, **given, by=request.user, at=at)
    messages.success(request, f"{item.reference} is in the backlog, to be decided.")
    return item


def _in_list(item: BacklogItem) -> str:
    return f"{team_url('backlog', item.team)}#{item.reference}"


@login_required
@never_cache
def item(request: HttpRequest, reference: str) -> HttpResponse:
    reader = reader_of(request)
    return _page(request, item_or_404(reader, reference), reader)


@login_required
@never_cache
def act(request: HttpRequest, reference: str, verb: str) -> HttpResponse:
    """One verb of the table; what it refuses is shown beside its form, with what was typed."""
    reader = reader_of(request)
    one = item_or_404(reader, reference)
    if request.method != "POST":
        return redirect(url_of(one))

    def draw(opened: Opened, status: int) -> HttpResponse:
        if verb == "order" and opened.form is not None and opened.refusal is None:
            # *Move* has no form of its own on the page: what it refuses is said on top.
            wrong = " ".join(w for words in opened.form.errors.values() for w in words)
            opened = replace(opened, refusal=Refusal(wrong))
        return _page(request, item_or_404(reader, reference), reader, opened, status)

    return act_by_form(
        request,
        verb,
        DOORS[verb],
        one,
        at=reader.at,
        version=sent_version(request),
        refusal=policy.may(verb, reader.who, one),
        lifecycle=BACKLOG,
        asks=partial(DOORS[verb].asks, item=one),
        leads_to=_leads_to(request),
        draw=draw,
    )


def _leads_to(request: HttpRequest) -> Callable[[BacklogItem], str]:
    """Back to where the button stood: the list, the plan of a sprint, another page, or the item's own."""
    then, page = request.POST.get("then", ""), back_to(request)
    if page:
        return lambda item: page
    if then == "list":
        return _in_list
    if key := parse(then, "SP"):
        return lambda item: f"{address('SP', key)}plan/#{item.reference}"
    return url_of


def item_or_404(reader: Reader, reference: str) -> BacklogItem:
    return named_or_404(items_visible_to(reader.who), "BI", reference, "backlog item")


def _page(
    request: HttpRequest,
    one: BacklogItem,
    reader: Reader,
    opened: Opened | None = None,
    status: int = 200,
) -> HttpResponse:
    allowed = [v for v in policy.allowed(reader.who, one) if v != "order"]
    buttons = [button(v, one, opened) for v in allowed]
    drawn = {b.name for b in buttons if b.asks is not None}
    context = {
        "item": rows.rows([one], reader.who)[0],
        "why": as_html(one.rationale),
        "facts": rows.facts(one),
        "items": timeline_rows(
            told(timeline([("backlog_item", one.pk)]), inside=True), now=reader.at, states=STATES
        ),
        "next": None,
        "verbs": [b for b in buttons if b.asks is None],
        "forms": [b for b in buttons if b.asks is not None],
        "refusal": opened.refusal if opened and opened.verb not in drawn else None,
        "version": one.version,
        "back": team_url("backlog", one.team),
        "idempotency_key": fresh_key(),
    }
    return render(request, "backlog/detail.html", context, status=status)
