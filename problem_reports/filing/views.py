"""The reporter's front door: file a report, and my team's reports as promises kept, running or slipped."""

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bugs.rows import promise_row
from channels.web import Refusal, act_once, add_to_form, fresh_key, shown
from foundation import clock
from foundation.errors import Invalid, NotAllowed, Refused
from foundation.references import whole_number
from problem_reports import services
from problem_reports.filing.forms import FileForm
from problem_reports.filing.querysets import filed_for
from problem_reports.filing.rows import SHOWN, asked_rows, filed_rows, tabs
from problem_reports.models import ProblemReport
from problem_reports.promises import promises
from problem_reports.querysets import areas_visible_to, promises_of, viewer
from teams.models import Person, ProductArea

PAGE_SIZE = 30
#: What an address may have typed already, for who was asked to file it.
PREFILLED = ("title", "product_area")
NOTHING = {
    "title": "Nothing filed yet",
    "words": "Tell what you expected and what happened. You see two dated promises at once.",
}
EMPTY = {
    "open": {
        "title": "Nothing is open",
        "words": "Every report of your team has its answer. The next one starts here.",
    },
    "me": NOTHING,
    "all": NOTHING,
}


@login_required
@never_cache
def file(request: HttpRequest) -> HttpResponse:
    """One column, one send: the report and its files are kept together or not at all."""
    at = clock.now()
    who = viewer(request.user, at)
    areas = list(areas_visible_to(who))
    first = {name: request.GET[name][:200] for name in PREFILLED if name in request.GET}
    form = FileForm(request.POST or None, request.FILES or None, areas=areas, initial=first)
    if request.method != "POST":
        return _file_page(request, form, areas)
    if not areas:
        refused = NotAllowed("You may not file into any product area yet.")
        return _file_page(request, form, areas, refusal=shown(refused), status=refused.status)
    if not form.is_valid():
        return _look_again(request, form, areas)
    try:
        address = act_once(request, lambda: _file(request, form, at), leads_to=_page_of)
    except Invalid as error:
        add_to_form(form, error)
        return _look_again(request, form, areas)
    except Refused as error:
        return _file_page(request, form, areas, refusal=shown(error), status=error.status)
    return redirect(address)


def _file(request: HttpRequest, form: FileForm, at: datetime) -> ProblemReport:
    by: Person = request.user
    report = services.file(**form.report, by=by, at=at)
    for upload in form.cleaned_data["attachments"]:
        services.attach(report.pk, name=upload.name, content=upload.read(), by=by, at=at)
    first = promise_row(promises(report, promises_of(report.pk), at)[0], at)
    words = f"Filed as {report.reference}. {first.label} {first.words}."
    messages.success(request, words)
    return report


def _page_of(report: ProblemReport) -> str:
    return f"/problem-reports/{report.reference}/"


def _look_again(request: HttpRequest, form: FileForm, areas: list[ProductArea]) -> HttpResponse:
    """The form as it was sent, and on top which fields need another look: they may be far below."""
    names = ", ".join(str(form.fields[name].label) for name in form.errors if name in form.fields)
    refusal = (
        Refusal(f"Not filed yet. Please look again at: {names.rstrip('?')}.") if names else None
    )
    return _file_page(request, form, areas, refusal=refusal, status=Invalid.status)


def _file_page(
    request: HttpRequest,
    form: FileForm,
    areas: list[ProductArea],
    *,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "areas": areas,
        "action": reverse("file_report"),
        "idempotency_key": fresh_key(),
        "refusal": refusal,
    }
    return render(request, "problem_reports/file.html", context, status=status)


@login_required
@never_cache
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """What waits on me, then my team's reports and what became of each."""
    at = clock.now()
    who = viewer(request.user, at)
    show = request.GET.get("show", "")
    show = show if show in SHOWN else "open"
    before = whole_number(request.GET.get("after", ""))
    found = list(filed_for(who, show=show, before=before)[: PAGE_SIZE + 1])
    shown_now, more = found[:PAGE_SIZE], found[PAGE_SIZE:]
    here = f"{reverse('my_reports')}?show={show}"
    context = {
        "waiting": asked_rows(who, at),
        "tabs": tabs(reverse("my_reports"), show),
        "filed": filed_rows(shown_now, at),
        "pager": {
            "previous": here if before else None,
            "next": f"{here}&after={shown_now[-1].pk}" if more else None,
            "note": "newest first",
        },
        "file_url": reverse("file_report"),
        "empty": EMPTY[show],
    }
    return render(request, "problem_reports/mine.html", context)
