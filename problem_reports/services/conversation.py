"""Messages between who filed a report and who investigates it, and notes for the team."""

from datetime import datetime

from django.db import transaction

from foundation.errors import need
from problem_reports.clocks.models import TimerKind
from problem_reports.events import Answered, Asked, Noted, Responded
from problem_reports.models import ProblemReport
from problem_reports.services._act import begin, finish, is_first_response, stop_clocks
from teams.models import Person


@transaction.atomic
def respond(
    report_id: int,
    *,
    message: str,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> ProblemReport:
    """Write to the reporter. The first such message of the delivery team is the first response (PR-5)."""
    need(message=message)
    report, who = begin(report_id, "respond", by=by, at=at, version=version)
    first = is_first_response(report, who)
    fact = Responded(first_response=first or None)
    event = finish(report, fact, by=by, at=at, source=source, text=message)
    if first:
        stop_clocks(report, event, TimerKind.FIRST_RESPONSE)
    return report


@transaction.atomic
def ask(
    report_id: int,
    *,
    message: str,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> ProblemReport:
    """Ask the reporter; it waits on them. The question is a first response as well."""
    need(message=message)
    report, who = begin(report_id, "ask", by=by, at=at, version=version)
    first = is_first_response(report, who)
    fact = Asked(first_response=first or None)
    event = finish(report, fact, ["state", "left"], by=by, at=at, source=source, text=message)
    if first:
        stop_clocks(report, event, TimerKind.FIRST_RESPONSE)
    return report


@transaction.atomic
def answer(
    report_id: int,
    *,
    message: str,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> ProblemReport:
    """The filing team answers a question; it is back in the state that the question left."""
    need(message=message)
    report, _ = begin(report_id, "answer", by=by, at=at, version=version)
    finish(report, Answered(), ["state", "left"], by=by, at=at, source=source, text=message)
    return report


@transaction.atomic
def note(
    report_id: int,
    *,
    message: str,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> ProblemReport:
    """A note for the delivery team; the reporter never sees it, and no clock hears it."""
    need(message=message)
    report, _ = begin(report_id, "note", by=by, at=at, version=version)
    finish(report, Noted(), by=by, at=at, source=source, text=message)
    return report
