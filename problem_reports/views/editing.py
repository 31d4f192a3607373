"""Editing what a report says, on a page of its own."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from channels.web import Refusal, act_once, fresh_key, sent_version
from channels.web.acting import Opened
from foundation.errors import Refused
from problem_reports import policy, services
from problem_reports.forms import EditForm
from problem_reports.models import ProblemReport
from problem_reports.views.answers import refused_page, with_news
from problem_reports.web.doors import DOORS, url_of, words
from problem_reports.web.reader import reader_of, report_or_404
from problem_reports.web.shown import head


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, reference: str) -> HttpResponse:
    """The descriptive fields on a page of their own; the version guards what others changed meanwhile."""
    reader = reader_of(request)
    report = report_or_404(reader, reference)
    if refusal := policy.may("edit", reader.who, report):
        return refused_page(request, report, reader, Opened("edit", None, Refusal(refusal)), 403)
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
                    version=sent_version(request),
                ),
                leads_to=lambda _: url_of(report),
            )
        except Refused as error:
            report = report_or_404(reader, reference)
            refused, status = with_news(error, report, reader, request), error.status
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


def _tell_what_it_says_now(form: EditForm, report: ProblemReport) -> None:
    for field in form:
        now = getattr(report, field.name)
        if form.cleaned_data.get(field.name) != now:
            field.help_text = f"It says now: {now[:300] or '(nothing)'}"
