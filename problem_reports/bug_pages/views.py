"""The front door of bugs: the list, one bug's page, and its verbs."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bugs import policy
from bugs.forms import VerbForm
from bugs.lifecycle import LIFECYCLE
from bugs.models import Bug
from bugs.querysets import visible_to
from channels.web import back_to, fresh_key, sent_version
from channels.web.acting import Opened, act_by_form
from channels.web.named import named_or_404
from foundation.errors import RuleBroken
from problem_reports.bug_pages import page
from problem_reports.bug_pages.asking import form_for, line, price_as_typed
from problem_reports.bug_pages.doors import DOORS, url_of
from problem_reports.bug_pages.forms import BugFilter
from problem_reports.bug_pages.querysets import listed, reach
from problem_reports.bug_pages.rows import bug_rows
from problem_reports.web.reader import Reader, in_pane, reader_of

PAGE_SIZE = 50


@login_required
@never_cache
@require_safe
def bugs(request: HttpRequest) -> HttpResponse:
    """Every bug that the reader may know of, newest first; L1 reads reference, state and promise."""
    reader = reader_of(request)
    chosen = BugFilter(request.GET, who=reader.who)
    found = list(listed(reader.who, chosen.wanted, chosen.before)[: PAGE_SIZE + 1])
    here, more = found[:PAGE_SIZE], found[PAGE_SIZE:]
    context = {
        "filters": chosen,
        "tabs": chosen.tabs(),
        "rows": bug_rows(here, reader.who, reach(b.pk for b in here), reader.at),
        "pager": chosen.pager(here[-1].pk if more else None),
    }
    return render(request, "bugs/list.html", context)


@login_required
@never_cache
@require_safe
def bug(request: HttpRequest, reference: str) -> HttpResponse:
    reader = reader_of(request)
    return _page(request, bug_or_404(reader, reference), reader)


@login_required
@never_cache
@require_safe
def injection_price(request: HttpRequest, reference: str) -> HttpResponse:
    """What an injection costs at the price that is typed so far, as a fragment (SPR-4)."""
    reader = reader_of(request)
    one = bug_or_404(reader, reference)
    if refused := policy.may("inject", reader.who, one):
        raise PermissionDenied(refused)
    asked = (
        price_as_typed(one, request.GET, reader.at)
        if "inject" in policy.allowed(reader.who, one)
        else None
    )
    if asked is None:
        raise Http404(f"{one.reference} cannot be injected now.")
    return render(request, "bugs/_price.html", {"price": asked})


@login_required
@never_cache
def act(request: HttpRequest, reference: str, verb: str) -> HttpResponse:
    """One verb of the table; what it refuses is shown beside its form, with what was typed."""
    reader = reader_of(request)
    one = bug_or_404(reader, reference)
    if request.method != "POST":
        return redirect(url_of(one))

    def asks(sent: Any) -> VerbForm | None:
        form = form_for(verb, one, sent)
        if form is None and DOORS[verb].form is not None:
            raise RuleBroken(f"{one.reference}: {line(verb, one, None)}.")
        return form

    def draw(opened: Opened, status: int) -> HttpResponse:
        return _page(request, bug_or_404(reader, reference), reader, opened, status)

    return act_by_form(
        request,
        verb,
        DOORS[verb],
        one,
        at=reader.at,
        version=sent_version(request),
        refusal=policy.may(verb, reader.who, one),
        lifecycle=LIFECYCLE,
        asks=asks,
        leads_to=lambda done: back_to(request) or url_of(done),
        draw=draw,
    )


def bug_or_404(reader: Reader, reference: str) -> Bug:
    return named_or_404(visible_to(reader.who), "BUG", reference, "bug")


def _page(
    request: HttpRequest, one: Bug, reader: Reader, opened: Opened | None = None, status: int = 200
) -> HttpResponse:
    context = page.context(one, reader, opened)
    if in_pane(request):
        context = {"pane": context, "then": back_to(request), "idempotency_key": fresh_key()}
        return render(request, "bugs/_pane.html", context, status=status)
    template = "bugs/detail.html" if context["inside"] else "bugs/outside.html"
    return render(request, template, context, status=status)
