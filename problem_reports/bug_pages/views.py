"""The front door of bugs: the list, one bug's page, and its verbs."""

from copy import copy
from functools import partial
from typing import Any

from django.contrib import messages
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
from channels.web import Refusal, back_to, fresh_key, perform, sent_version
from foundation.errors import NotAllowed, RuleBroken
from foundation.references import parse
from problem_reports.bug_pages import page
from problem_reports.bug_pages.doors import (
    DOORS,
    Opened,
    form_for,
    line,
    price_as_typed,
    url_of,
)
from problem_reports.bug_pages.forms import BugFilter
from problem_reports.bug_pages.querysets import listed, reach
from problem_reports.bug_pages.rows import bug_rows
from problem_reports.web.reader import LARGEST_KEY, Reader, in_pane, reader_of

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

    def show(form: VerbForm | None, refusal: Refusal | None, status: int) -> HttpResponse:
        now = bug_or_404(reader, reference)
        return _page(request, now, reader, Opened(verb, form, refusal), status)

    return perform(
        request,
        sent_form=partial(_sent_form, request, reader, one, verb),
        act=partial(_do, request, reader, one, verb),
        leads_to=partial(_leads_to, request),
        show=show,
    )


def _leads_to(request: HttpRequest, done: Bug) -> str:
    return back_to(request) or url_of(done)


def _do(request: HttpRequest, reader: Reader, one: Bug, verb: str, given: dict[str, Any]) -> Bug:
    done: Bug = DOORS[verb].act(
        one.pk, **given, by=reader.person, at=reader.at, version=sent_version(request)
    )
    messages.success(request, DOORS[verb].done.format(done.reference))
    return done


def _sent_form(request: HttpRequest, reader: Reader, one: Bug, verb: str) -> VerbForm | None:
    """The form of a verb as it was sent, or the refusal of who could not have been shown it."""
    if refusal := policy.may(verb, reader.who, one):
        raise NotAllowed(refusal)
    LIFECYCLE.advance(copy(one), verb)
    form = form_for(verb, one, request.POST)
    if form is None and DOORS[verb].form is not None:
        raise RuleBroken(f"{one.reference}: {line(verb, one, None)}.")
    return form


def bug_or_404(reader: Reader, reference: str) -> Bug:
    number = parse(reference, "BUG")
    if number is None or number > LARGEST_KEY:
        raise Http404(f"There is no bug called {reference[:40]}.")
    found = visible_to(reader.who).filter(pk=number).first()
    if found is None:
        raise Http404(f"There is no bug called {reference[:40]}, or it is not yours to see.")
    return found


def _page(
    request: HttpRequest, one: Bug, reader: Reader, opened: Opened | None = None, status: int = 200
) -> HttpResponse:
    context = page.context(one, reader, opened)
    if in_pane(request):
        context = {"pane": context, "then": back_to(request), "idempotency_key": fresh_key()}
        return render(request, "bugs/_pane.html", context, status=status)
    template = "bugs/detail.html" if context["inside"] else "bugs/outside.html"
    return render(request, template, context, status=status)
