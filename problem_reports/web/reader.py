"""Who reads a page, at which moment, and what they may draw on: asked once per request."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from channels.web.named import named_or_404
from foundation import clock
from oncall.rules import Standing
from problem_reports.models import Classification, ProblemReport
from problem_reports.querysets import PARTIES, customers_of, viewer, visible_to
from teams.models import Person


@dataclass(frozen=True)
class Reader:
    person: Person
    at: datetime
    who: Standing


def reader_of(request: HttpRequest) -> Reader:
    """The signed-in person with their standing now, kept on the request."""
    known: Any = getattr(request, "reader", None)
    if known is None:
        at = clock.now()
        person: Person = request.user  # type: ignore[assignment]
        known = Reader(person, at, viewer(person, at))
        request.reader = known  # type: ignore[attr-defined]
    return known


def report_or_404(reader: Reader, name: str) -> ProblemReport:
    """The report that a reference names, with what its page shows; 404 when unseen or unknown."""
    rows = visible_to(reader.who).select_related(*PARTIES, "team__calendar")
    report = named_or_404(rows.prefetch_related("timers"), "PR", name, "report")
    report.customer_names = customers_of(report.pk)
    # Joined to the rest, what only closed reports have would take longer to plan than all of it to read.
    if report.living_id is not None:
        judged = Classification.objects.select_related("bug__sprint", "bug__release")
        report.living = judged.get(pk=report.living_id)
    return report


def in_pane(request: HttpRequest) -> bool:
    """Whether the answer goes into the pane of a list, as a fragment."""
    return request.headers.get("HX-Target") == "pane"
