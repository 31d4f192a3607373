"""The page of one report, its pane, its verbs, and its files."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from channels.web import Refusal, act_once, add_to_form, back_to, shown
from channels.web.acting import Opened
from foundation.errors import Invalid, Refused
from problem_reports import policy
from problem_reports.models import Attachment, ProblemReport
from problem_reports.querysets import visible_to
from problem_reports.views.answers import pane_answer, refused_page
from problem_reports.web.doors import DOORS, url_of, words
from problem_reports.web.explaining import explanation
from problem_reports.web.page import page
from problem_reports.web.reader import Reader, reader_of, report_or_404
from problem_reports.web.shown import head

INERT = "sandbox; default-src 'none'"


@login_required
@never_cache
@require_GET
def detail(request: HttpRequest, reference: str) -> HttpResponse:
    reader = reader_of(request)
    report = report_or_404(reader, reference)
    whole = request.GET.get("history") == "all"
    return render(request, "problem_reports/detail.html", page(report, reader, whole=whole))


@login_required
@never_cache
@require_GET
def beside_list(request: HttpRequest, reference: str) -> HttpResponse:
    """The pane of a list, as a fragment."""
    reader = reader_of(request)
    return pane_answer(request, report_or_404(reader, reference), reader)


@login_required
@never_cache
@require_GET
def clocks(request: HttpRequest, reference: str) -> HttpResponse:
    """Why each deadline is when it is, interval by interval (SLA-6)."""
    reader = reader_of(request)
    report = report_or_404(reader, reference)
    inside = policy.sees_inside(reader.who, report)
    told = explanation(report, reader, inside=inside)
    context = {"report": head(report, reader), "clocks": told}
    return render(request, "problem_reports/clocks.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, reference: str, verb: str) -> HttpResponse:
    """One verb: its form is checked for shape, the service is called once, a refusal becomes words."""
    reader = reader_of(request)
    report = report_or_404(reader, reference)
    if request.method == "GET":
        return _asked_for(request, report, reader, verb)
    door = DOORS[verb]
    form = None
    given: Mapping[str, Any] = {}
    if door.form:
        form = door.form(request.POST, request.FILES, report=report, reader=reader)
        if not form.is_valid():
            return refused_page(request, report, reader, Opened(verb, form), 400)
        given = form.cleaned_data
    try:
        address = act_once(
            request,
            lambda: door.act(report.pk, **given, by=reader.person, at=reader.at),
            leads_to=lambda _: back_to(request) or _where_it_is(report, reader),
        )
    except Invalid as error:
        if form:
            add_to_form(form, error)
        return refused_page(request, report, reader, Opened(verb, form), error.status)
    except Refused as error:
        opened = Opened(verb, form, shown(error))
        return refused_page(request, report, reader, opened, error.status)
    messages.success(request, words(door.done, report, given))
    return redirect(address)


def _where_it_is(report: ProblemReport, reader: Reader) -> str:
    """The page of a report, or home: a report that was routed may have left what its router sees."""
    seen = visible_to(reader.who).filter(pk=report.pk).exists()
    return url_of(report) if seen else "/"


@login_required
@never_cache
@require_GET
def attachment(request: HttpRequest, key: uuid.UUID) -> FileResponse:
    """A file of a report, always as a download that no browser runs (PR-15)."""
    reader = reader_of(request)
    found = Attachment.objects.filter(pk=key, report__in=visible_to(reader.who)).first()
    if found is None:
        raise Http404("There is no such file, or it is not yours to see.")
    try:
        content = found.file.open("rb")
    except FileNotFoundError as error:
        raise Http404("The file is no longer there.") from error
    response = FileResponse(
        content, as_attachment=True, filename=found.name, content_type=found.content_type
    )
    response["Content-Security-Policy"] = INERT
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _asked_for(
    request: HttpRequest, report: ProblemReport, reader: Reader, verb: str
) -> HttpResponse:
    """The address of a verb, opened: the page with its form open, or with the reason why not."""
    if refusal := policy.may(verb, reader.who, report):
        return refused_page(request, report, reader, Opened(verb, None, Refusal(refusal)), 403)
    context = page(report, reader, opened=Opened(verb))
    return render(request, "problem_reports/detail.html", context)
