"""The only ending of a report, as a page."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from channels.web import Refusal, act_once, add_to_form, fresh_key, sent_version
from channels.web.acting import Opened
from foundation.errors import Invalid, Refused
from problem_reports import policy, services
from problem_reports.forms import ClassifyForm
from problem_reports.models import ProblemReport
from problem_reports.views.answers import refused_page, with_news
from problem_reports.web import classifying
from problem_reports.web.doors import url_of
from problem_reports.web.reader import Reader, reader_of, report_or_404
from problem_reports.web.shown import head


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def classify(request: HttpRequest, reference: str) -> HttpResponse:
    """The only ending of a report, as a page."""
    reader = reader_of(request)
    report = report_or_404(reader, reference)
    if refusal := policy.may("classify", reader.who, report):
        return refused_page(
            request, report, reader, Opened("classify", None, Refusal(refusal)), 403
        )
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
                version=sent_version(request),
            ),
            leads_to=lambda _: url_of(report),
        )
    except Invalid as error:
        add_to_form(form, error)
        return _classify_page(request, report, reader, form, status=error.status)
    except Refused as error:
        report = report_or_404(reader, reference)
        refused = with_news(error, report, reader, request)
        return _classify_page(request, report, reader, form, refused=refused, status=error.status)
    messages.success(
        request, f"{report.reference} is closed; {report.filed_by} can read your answer."
    )
    return redirect(address)


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
