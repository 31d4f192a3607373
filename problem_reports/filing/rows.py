"""Prepared rows of the reporter's page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.safestring import SafeString

from bugs.rows import PromiseRow, promise_row
from channels.web import fresh_key
from foundation.lifecycle import words
from foundation.moments import in_words
from journal.models import Event
from journal.rows import as_html
from oncall.rules import Standing
from problem_reports.lifecycle import State
from problem_reports.models import ProblemReport
from problem_reports.promises import promises
from problem_reports.querysets import awaits_filing_team, visible_to

SHOWN = {"open": "Still open", "me": "Filed by me", "all": "All of my team"}
MOST_QUESTIONS = 20


@dataclass(frozen=True)
class FiledRow:
    """As `problem_reports/_filed_row.html` wants it; `state` is the bug's once there is one."""

    reference: str
    title: str
    url: str
    state: str
    state_words: str
    promises: list[PromiseRow]


@dataclass(frozen=True)
class AskedRow:
    """As `problem_reports/_asked.html` wants it: a question, or a report sent back."""

    reference: str
    title: str
    url: str
    question: SafeString
    asked_by: str
    at: datetime
    words: str
    returned: bool
    action: str
    idempotency_key: str


def tabs(address: str, shown: str) -> list[dict[str, object]]:
    return [
        {"name": name, "url": f"{address}?show={key}", "count": None, "current": key == shown}
        for key, name in SHOWN.items()
    ]


def filed_rows(reports: Iterable[ProblemReport], at: datetime) -> list[FiledRow]:
    return [_filed_row(report, at) for report in reports]


def _filed_row(report: ProblemReport, at: datetime) -> FiledRow:
    state, state_words = _what_became_of(report)
    given = [promise_row(p, at) for p in promises(report, report.timers.all(), at)]
    return FiledRow(
        reference=report.reference,
        title=report.title,
        url=f"/problem-reports/{report.reference}/",
        state=state,
        state_words=state_words,
        # Two at a time: with a bug, the answer is history and the fix is what one waits for.
        promises=given[-2:],
    )


def _what_became_of(report: ProblemReport) -> tuple[str, str]:
    living = report.living
    if living is None:
        return report.state, words(report.state)
    if living.bug is not None:
        return living.bug.state, f"{living.bug.reference}, {words(living.bug.state)}"
    if living.duplicate_of_id is not None:
        return report.state, "duplicate"
    return report.state, words(living.outcome)


def asked_rows(who: Standing, at: datetime) -> list[AskedRow]:
    """What waits on the person's own team, the oldest first, with the words that ask."""
    reports = list(
        visible_to(who).filter(pk__in=awaits_filing_team(who).values("pk")).order_by("pk")
    )[:MOST_QUESTIONS]
    last = (
        Event.objects.filter(
            kind="problem_report",
            subject__in=[report.pk for report in reports],
            name__in=("problem_report.asked", "problem_report.returned"),
        )
        .select_related("by", "text")
        .order_by("subject", "-at", "-id")
        .distinct("subject")
    )
    asked = {event.subject: event for event in last}
    return [_asked_row(r, asked[r.pk], at) for r in reports if r.pk in asked]


def _asked_row(report: ProblemReport, event: Event, at: datetime) -> AskedRow:
    returned = report.state == State.RETURNED
    url = f"/problem-reports/{report.reference}/"
    return AskedRow(
        reference=report.reference,
        title=report.title,
        url=url,
        question=as_html(event.text.body if event.text else ""),
        asked_by=event.by.first_name or str(event.by),
        at=event.at,
        words=in_words(event.at, at, timezone.get_current_timezone()),
        returned=returned,
        action=f"{url}resubmit/" if returned else f"{url}answer/",
        idempotency_key=fresh_key(),
    )
