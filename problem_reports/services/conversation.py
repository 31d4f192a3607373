"""Messages between who filed a report and who investigates it, and notes for the team."""

from datetime import datetime

from django.db import transaction

from foundation.errors import Conflict, need
from problem_reports import policy
from problem_reports.clocks.holding import hold_team_of_report
from problem_reports.events import Answered, Asked, Noted, Responded
from problem_reports.lifecycle import State
from problem_reports.models import ProblemReport
from problem_reports.services._act import begin, finish, is_first_response
from problem_reports.services.classification import open_again
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
    finish(report, fact, by=by, at=at, source=source, text=message)
    return report


@transaction.atomic
def ask(
    report_id: int,
    *,
    message: str,
    third_party: str = "",
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> ProblemReport:
    """Ask the reporter; it waits on them. The question is a first response as well.

    With a `third_party` it waits on that one instead: the reporter reads so, and who asked brings the answer.
    """
    need(message=message)
    report, who = begin(report_id, "ask", by=by, at=at, version=version)
    first = is_first_response(report, who)
    report.third_party = third_party.strip()
    fact = Asked(first_response=first or None, third_party=report.third_party or None)
    finish(
        report, fact, ["state", "left", "third_party"], by=by, at=at, source=source, text=message
    )
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
    """The answer to a question has come; it is back in the state that the question left.

    What was closed because nobody answered is open again, and to be investigated (PR-2).
    """
    need(message=message)
    hold_team_of_report(report_id)
    report, _ = begin(report_id, "answer", by=by, at=at, version=version)
    if report.was == State.CLOSED:
        if not policy.lacks_an_answer(report):
            raise Conflict("It was not closed for want of an answer; dispute its classification.")
        open_again(report, Answered(reopens=True), message, by=by, at=at, source=source)
        return report
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
