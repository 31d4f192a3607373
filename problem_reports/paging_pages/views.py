"""The list of pages, the verbs on one, and the page behind a signed link. A GET never acts."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from channels.web import act_once, back_to, fresh_key, shown
from foundation import clock
from foundation.errors import Invalid, NotFound, Refused
from foundation.signed import read
from oncall.lifecycle import PageState
from oncall.models import Page, StandInAct
from oncall.services import paging, standing_in
from problem_reports.notices.paging import ANSWER_PAGE
from problem_reports.querysets.pages import pages_visible_to, titles_of
from problem_reports.querysets.reading import viewer
from problem_reports.web.paged import page_row, page_rows, reviews
from problem_reports.web.reader import Reader, reader_of
from sprints import services as sprints
from sprints.forms import HoursForm
from sprints.lifecycle import WorkKind
from teams.models import Person

#: More than these nobody reads on one page; the API pages through all.
MOST = 40
DONE = {
    "acknowledge": "You have it; nobody else is told.",
    "escalate": "The next step is told.",
    "stop": "It is stopped, and the history keeps why.",
    "log-work": "The hours are kept, and the reserve pays them.",
}


@login_required
@never_cache
@require_GET
def pages(request: HttpRequest) -> HttpResponse:
    reader = reader_of(request)
    if not reader.who.works_in_delivery:
        raise Http404("Pages are read by delivery teams.")
    found = list(pages_visible_to(reader.who)[:MOST])
    rows = page_rows(found, reader, titles_of(found, reader.who))
    context = {
        "running": [row for row in rows if row.state == PageState.PAGING],
        "to_review": reviews(reader),
        "over": [row for row in rows if row.state != PageState.PAGING],
        "idempotency_key": fresh_key(),
    }
    return render(request, "pages/list.html", context)


def _log_work(request: HttpRequest, page: Page, act: dict[str, Any]) -> Any:
    form = HoursForm(request.POST)
    if not form.is_valid():
        raise Invalid({name: list(errors) for name, errors in form.errors.items()})
    given = dict(form.cleaned_data)
    note = given.pop("note", "") or page.about
    return sprints.log_work(
        page.team, kind=WorkKind.PAGE, area=page.area, note=note, **given, **act
    )


def _stop(request: HttpRequest, page: Page, act: dict[str, Any]) -> Any:
    return paging.stop(
        page.pk, reason=request.POST.get("reason", "").replace("\0", "")[:20_000], **act
    )


ACTS: dict[str, Callable[[HttpRequest, Page, dict[str, Any]], Any]] = {
    "acknowledge": lambda request, page, act: paging.acknowledge(page.pk, **act),
    "escalate": lambda request, page, act: paging.escalate(page.pk, **act),
    "stop": _stop,
    "log-work": _log_work,
}


@login_required
@never_cache
@require_POST
def review(request: HttpRequest, key: int) -> HttpResponse:
    """What was decided in the release manager's place has been looked at."""
    reader = reader_of(request)
    mine = StandInAct.objects.filter(pk=key, team__in=reader.who.teams)
    if not mine.exists():
        raise Http404("There is no such act, or it is not yours to review.")
    there = back_to(request) or reverse("pages")
    try:
        do = partial(standing_in.review, key, by=reader.person, at=reader.at)
        return redirect(act_once(request, do, leads_to=lambda _: there))
    except Refused as error:
        messages.error(request, shown(error).words)
        return redirect(there)


@login_required
@never_cache
@require_POST
def act(request: HttpRequest, key: int, verb: str) -> HttpResponse:
    """One verb on a page; a refusal is said where the button stood."""
    reader = reader_of(request)
    found = pages_visible_to(reader.who).filter(pk=key).first()
    if found is None or verb not in ACTS:
        raise Http404("There is no such page, or it is not yours to see.")
    there = back_to(request) or f"{reverse('pages')}#page-{key}"
    told = {"by": reader.person, "at": reader.at}
    try:
        do = partial(ACTS[verb], request, found, told)
        address = act_once(request, do, leads_to=lambda _: there)
    except Refused as error:
        messages.error(request, shown(error).words)
        return redirect(there)
    messages.success(request, DONE[verb])
    return redirect(address)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """What a signed link leads to: what burns, and one button, without signing in."""
    try:
        page, person = _asked(token)
    except NotFound as error:
        return render(request, "sprints/answer_gone.html", {"words": error.words}, status=404)
    refusal, status = None, 200
    if request.method == "POST":
        try:
            paging.acknowledge(page.pk, by=person, at=clock.now())
            return redirect(request.path)
        except Refused as error:
            refusal, status = shown(error), error.status
    at = clock.now()
    reader = Reader(person, at, viewer(person, at))
    context = {
        "page": page_row(page, reader, titles_of([page], reader.who)),
        "person": str(person),
        "refusal": refusal,
        "waits": page.state in (PageState.PAGING, PageState.EXHAUSTED),
        "idempotency_key": fresh_key(),
    }
    return render(request, "pages/answer.html", context, status=status)


def _asked(token: str) -> tuple[Page, Person]:
    said = read(ANSWER_PAGE, token, instead="answer on the list of pages")
    rows = Page.objects.select_related("team", "area", "acknowledged_by", "reason", "by")
    page = rows.prefetch_related("told__person").filter(pk=said["page"]).first()
    person = Person.objects.filter(pk=said["person"], is_active=True).first()
    if page is None or person is None:
        raise NotFound("What this link asks about is not there any more.")
    return page, person
