"""The front door of reports: their list, the page of one, its pane, its verbs, and its files."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from channels.web import Refusal, act_once, add_to_form, fresh_key, shown
from foundation.errors import Invalid, Refused, Stale
from problem_reports import policy, services
from problem_reports.forms import ClassifyForm, EditForm
from problem_reports.models import Attachment, ProblemReport
from problem_reports.querysets import history, visible_to
from problem_reports.web import classifying
from problem_reports.web.doors import DOORS, Opened, url_of, words
from problem_reports.web.page import page, pane
from problem_reports.web.reader import Reader, back_to, in_pane, reader_of, report_or_404
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
    return _pane(request, report_or_404(reader, reference), reader)


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
            return _refused(request, report, reader, Opened(verb, form), 400)
        given = form.cleaned_data
    try:
        address = act_once(
            request,
            lambda: door.act(report.pk, **given, by=reader.person, at=reader.at),
            leads_to=lambda _: back_to(request) or url_of(report),
        )
    except Invalid as error:
        if form:
            add_to_form(form, error)
        return _refused(request, report, reader, Opened(verb, form), error.status)
    except Refused as error:
        opened = Opened(verb, form, shown(error))
        return _refused(request, report, reader, opened, error.status)
    messages.success(request, words(door.done, report, given))
    return redirect(address)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, reference: str) -> HttpResponse:
    """The descriptive fields on a page of their own; the version guards what others changed meanwhile."""
    reader = reader_of(request)
    report = report_or_404(reader, reference)
    if refusal := policy.may("edit", reader.who, report):
        return _refused(request, report, reader, Opened("edit", None, Refusal(refusal)), 403)
    form = EditForm(
        request.POST if request.method == "POST" else None, report=report, reader=reader
    )
    status, refused = 200, None
    if request.method == "POST" and form.is_valid():
        try:
            address = act_once(
                request,
                lambda: services.edit(
                    report.pk,
                    changes=form.cleaned_data,
                    by=reader.person,
                    at=reader.at,
                    version=_version(request),
                ),
                leads_to=lambda _: url_of(report),
            )
        except Refused as error:
            report = report_or_404(reader, reference)
            refused, status = _with_news(error, report, reader, request), error.status
            _tell_what_it_says_now(form, report)
        else:
            messages.success(request, words(DOORS["edit"].done, report))
            return redirect(address)
    elif request.method == "POST":
        status = 400
    context = {
        "report": head(report, reader),
        "form": form,
        "action": url_of(report, "edit"),
        "refusal": refused,
        "idempotency_key": fresh_key(),
    }
    return render(request, "problem_reports/edit.html", context, status=status)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def classify(request: HttpRequest, reference: str) -> HttpResponse:
    """The only ending of a report, as a page."""
    reader = reader_of(request)
    report = report_or_404(reader, reference)
    if refusal := policy.may("classify", reader.who, report):
        return _refused(request, report, reader, Opened("classify", None, Refusal(refusal)), 403)
    if request.method == "GET":
        form = ClassifyForm(
            initial=classifying.initial(report, reader), report=report, reader=reader
        )
        return _classify_page(request, report, reader, form)
    if "offer" in request.POST:
        return _offer_words(request, report, reader)
    form = ClassifyForm(request.POST, report=report, reader=reader)
    if not form.is_valid():
        return _classify_page(request, report, reader, form, status=400)
    try:
        address = act_once(
            request,
            lambda: services.classify(
                report.pk,
                **form.as_evidence(),
                by=reader.person,
                at=reader.at,
                version=_version(request),
            ),
            leads_to=lambda _: url_of(report),
        )
    except Invalid as error:
        add_to_form(form, error)
        return _classify_page(request, report, reader, form, status=error.status)
    except Refused as error:
        report = report_or_404(reader, reference)
        refused = _with_news(error, report, reader, request)
        return _classify_page(request, report, reader, form, refused=refused, status=error.status)
    messages.success(
        request, f"{report.reference} is closed; {report.filed_by} can read your answer."
    )
    return redirect(address)


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


# --- What the views above share ------------------------------------------------------------------


def _pane(
    request: HttpRequest,
    report: ProblemReport,
    reader: Reader,
    *,
    opened: Opened | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "pane": pane(report, reader, then=back_to(request), opened=opened),
        "idempotency_key": fresh_key(),
    }
    return render(request, "problem_reports/_pane.html", context, status=status)


def _asked_for(
    request: HttpRequest, report: ProblemReport, reader: Reader, verb: str
) -> HttpResponse:
    """The address of a verb, opened: the page with its form open, or with the reason why not."""
    if refusal := policy.may(verb, reader.who, report):
        return _refused(request, report, reader, Opened(verb, None, Refusal(refusal)), 403)
    context = page(report, reader, opened=Opened(verb))
    return render(request, "problem_reports/detail.html", context)


def _refused(
    request: HttpRequest, report: ProblemReport, reader: Reader, opened: Opened, status: int
) -> HttpResponse:
    """The page or pane as it is now, with the refusal beside its form and what was typed still in it."""
    report = report_or_404(reader, report.reference)
    if in_pane(request):
        return _pane(request, report, reader, opened=opened, status=status)
    context = page(report, reader, opened=opened)
    return render(request, "problem_reports/detail.html", context, status=status)


def _classify_page(
    request: HttpRequest,
    report: ProblemReport,
    reader: Reader,
    form: ClassifyForm,
    *,
    refused: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "report": head(report, reader),
        "form": form,
        "outcomes": classifying.cards(str(form["outcome"].value() or "")),
        "action": url_of(report, "classify"),
        "reads": f"{report.filed_by} and {report.filing_team or 'their team'} read this",
        "refusal": refused,
        "idempotency_key": fresh_key(),
    }
    return render(request, "problem_reports/classify.html", context, status=status)


def _offer_words(request: HttpRequest, report: ProblemReport, reader: Reader) -> HttpResponse:
    """The form again, with the message that the chosen outcome offers; nothing is classified."""
    typed = request.POST.dict()
    typed["message"] = classifying.offered_message(
        typed.get("outcome", ""), typed.get("message", "")
    )
    form = ClassifyForm(initial=typed, report=report, reader=reader)
    if request.headers.get("HX-Request"):
        return render(request, "problem_reports/_message_field.html", {"form": form})
    return _classify_page(request, report, reader, form)


def _with_news(
    error: Refused, report: ProblemReport, reader: Reader, request: HttpRequest
) -> Refusal:
    """A stale form hears what happened since it was opened."""
    opened_at = _version(request)
    if not isinstance(error, Stale) or opened_at is None:
        return shown(error)
    told = history(report, inside=policy.sees_inside(reader.who, report))
    own = [item for item in told if item.about[0] == "problem_report"]
    since = own[-(report.version - opened_at) :] if report.version > opened_at else []
    news = "; ".join(f"{item.by_name} {item.words}" for item in since[-5:])
    return Refusal(
        f"{error.words} {news[:1].upper()}{news[1:]}." if news else error.words,
        "What you typed is still here: look at what changed, then send it again.",
    )


def _tell_what_it_says_now(form: EditForm, report: ProblemReport) -> None:
    for field in form:
        now = getattr(report, field.name)
        if form.cleaned_data.get(field.name) != now:
            field.help_text = f"It says now: {now[:300] or '(nothing)'}"


def _version(request: HttpRequest) -> int | None:
    typed = request.POST.get("version", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None
