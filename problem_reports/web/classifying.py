"""Classify as a page: the outcomes as cards, the words that each offers, and the hours it took."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils.text import capfirst

from problem_reports.clocks import policies, rules
from problem_reports.lifecycle import Outcome
from problem_reports.models import ProblemReport
from problem_reports.web.reader import Reader
from problem_reports.web.shown import outcome_words

#: Until teams set a timebox of their own (PR-10), a working day is the most that is offered.
TIMEBOX = timedelta(hours=8)
QUARTER = Decimal("0.25")

#: One line per outcome, and the message that it offers; the reader of the message is the reporter.
LINES = {
    Outcome.BUG: (
        "It does what nobody wants. A bug opens with this act.",
        "Thank you: you found a defect, and we could see it ourselves. It is now a bug; this page "
        "tells you in which sprint it is fixed as soon as that is decided.",
    ),
    Outcome.LIMITATION: (
        "It was never built to do that.",
        "This is a limit of the product as it is today. What you can do instead: ",
    ),
    Outcome.CONFIGURATION: (
        "A setting explains it.",
        "A setting explains what you saw. To change it: ",
    ),
    Outcome.DUPLICATE: (
        "Somebody reported it before.",
        "Thank you: this problem is known to us already, and your report now counts with the "
        "earlier one. You hear here when it is solved.",
    ),
    Outcome.HOW_TO: (
        "It works; it had to be found.",
        "The product can do this. Here is how: ",
    ),
    Outcome.NOT_REPRODUCIBLE: (
        "We followed the steps and did not see it.",
        "We followed your steps and did not see it happen. If you see it again, dispute this "
        "answer and tell us when exactly, and with which data.",
    ),
    Outcome.THIRD_PARTY: (
        "The cause lies with somebody else's product.",
        "The cause lies outside our product, with ",
    ),
    Outcome.ALREADY_FIXED: (
        "A version that is out solves it.",
        "This is solved already. It is in version ",
    ),
    Outcome.EVOLUTION: (
        "A wish for something new.",
        "What you describe is not built yet. We have noted it as a wish for the product: ",
    ),
    Outcome.NO_ANSWER: (
        "We asked, and nobody answered.",
        "We asked and heard nothing for a while, so we close this. Answer, and the investigation "
        "goes on.",
    ),
    Outcome.WITHDRAWN: (
        "The team that filed it takes it back.",
        "Closed as you asked. Thank you for telling us.",
    ),
    Outcome.NO_LONGER_RELEVANT: (
        "Events overtook it.",
        "This no longer matters, because ",
    ),
}


@dataclass(frozen=True)
class Card:
    """One outcome to choose, as `problem_reports/_outcomes.html` wants it."""

    value: str
    name: str
    line: str
    checked: bool


def cards(chosen: str) -> list[Card]:
    return [
        Card(str(outcome), capfirst(outcome_words(outcome)), line, outcome == chosen)
        for outcome, (line, _) in LINES.items()
    ]


def offered_message(outcome: str, typed: str) -> str:
    """The words that an outcome offers; what a person typed themselves is never replaced."""
    ours = {message.strip() for _, message in LINES.values()}
    if typed.strip() and typed.strip() not in ours:
        return typed
    return LINES[Outcome(outcome)][1] if outcome in Outcome.values else typed


def offered_hours(report: ProblemReport, reader: Reader) -> Decimal:
    """The working time since *start*, in quarters of an hour, capped by the timebox."""
    if report.started_at is None:
        return QUARTER
    hours_of = report.team.calendar
    calendar = policies.calendar(hours_of.pk, hours_of.version)
    # More than a week of wall time is more than any timebox: do not walk years of calendar.
    until = min(report.closed_at or reader.at, report.started_at + timedelta(days=7))
    worked = min(rules.between(calendar, report.started_at, until), TIMEBOX)
    quarters = max(round(worked / timedelta(minutes=15)), 1)
    return QUARTER * quarters


def initial(report: ProblemReport, reader: Reader) -> dict[str, Any]:
    """What the form starts with: everything that the report already says."""
    return {
        "bug_title": report.title,
        "bug_area": report.product_area.slug,
        "bug_priority": report.priority,
        "bug_confirmed_by": report.steps,
        "hours": offered_hours(report, reader),
    }
