"""What the views of reports answer with when a verb did not happen, and what they read of a form."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from channels.web import Refusal, back_to, fresh_key, sent_version, shown
from channels.web.acting import Opened
from foundation.errors import Refused, Stale
from problem_reports import policy
from problem_reports.models import ProblemReport
from problem_reports.querysets import history
from problem_reports.web.page import page, pane
from problem_reports.web.reader import Reader, in_pane, report_or_404


def pane_answer(
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


def refused_page(
    request: HttpRequest, report: ProblemReport, reader: Reader, opened: Opened, status: int
) -> HttpResponse:
    """The page or pane as it is now, with the refusal beside its form and what was typed still in it."""
    report = report_or_404(reader, report.reference)
    if in_pane(request):
        return pane_answer(request, report, reader, opened=opened, status=status)
    context = page(report, reader, opened=opened)
    return render(request, "problem_reports/detail.html", context, status=status)


def with_news(
    error: Refused, report: ProblemReport, reader: Reader, request: HttpRequest
) -> Refusal:
    """A stale form hears what happened since it was opened."""
    opened_at = sent_version(request)
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
