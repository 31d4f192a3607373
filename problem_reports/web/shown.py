"""What one report's page shows, prepared from loaded rows: its head, story, facts, promises and people."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from bugs.querysets import post_mortem_of
from foundation.lifecycle import words as said
from foundation.moments import in_words
from journal.rows import as_html
from problem_reports.lifecycle import Outcome, State
from problem_reports.models import Attachment, ProblemReport
from problem_reports.web.doors import url_of
from problem_reports.web.reader import Reader


@dataclass(frozen=True)
class Head:
    """As `problem_reports/_byline.html` wants it."""

    reference: str
    title: str
    url: str
    version: int
    priority: str
    stated: bool
    state: str
    state_words: str
    assignee: str
    area: str
    customers: list[str]
    filed_at: datetime
    filed_words: str
    filed_by: str


@dataclass(frozen=True)
class Part:
    name: str
    text: SafeString


@dataclass(frozen=True)
class Named:
    """A fact, an attachment or a link: a name, what it says, and where it leads."""

    name: str
    value: str = ""
    url: str = ""


def moment(at: datetime, reader: Reader) -> str:
    return in_words(at, reader.at, timezone.get_current_timezone())


def head(report: ProblemReport, reader: Reader) -> Head:
    return Head(
        reference=report.reference,
        title=report.title,
        url=url_of(report),
        version=report.version,
        priority=report.priority,
        stated=report.prioritised_at is None,
        state=report.state,
        state_words=state_words(report),
        assignee=str(report.assignee) if report.assignee and report.state != State.CLOSED else "",
        area=report.product_area.name,
        customers=customers(report),
        filed_at=report.filed_at,
        filed_words=moment(report.filed_at, reader),
        filed_by=str(report.filed_by),
    )


def state_words(report: ProblemReport) -> str:
    """The state as people say it; a closed report says as what."""
    if report.living:
        return f"closed: {outcome_words(report.living.outcome)}"
    if report.state == State.WAITING:
        return f"waiting on {report.third_party or report.filing_team or report.filed_by}"
    return said(report.state)


def outcome_words(outcome: str) -> str:
    """The outcome as people write it: `not reproducible`, `how-to`."""
    return "how-to" if outcome == Outcome.HOW_TO else said(outcome)


def customers(report: ProblemReport) -> list[str]:
    """The names of whom it affects: read with it for its page, or with all the rows of a list."""
    known: list[str] | None = getattr(report, "customer_names", None)
    return sorted(a.customer.name for a in report.affected.all()) if known is None else known


def story(report: ProblemReport) -> list[Part]:
    """The description and whatever else was said; what was left empty is left out."""
    told = (
        ("", report.description),
        ("Steps", report.steps),
        ("Expected", report.expected),
        ("What came instead", report.actual),
    )
    return [Part(name, as_html(words)) for name, words in told if words.strip()]


def attachments(rows: Iterable[Attachment]) -> list[Named]:
    return [Named(a.name, _size(a.size), f"/attachments/{a.pk}/") for a in rows]


def _size(size: int) -> str:
    if size < 1024:
        return f"{size} B"
    return f"{size / 1024:.0f} KB" if size < 1024 * 1024 else f"{size / 1024 / 1024:.1f} MB"


def facts(report: ProblemReport, reader: Reader) -> list[Named]:
    return [Named(name, value) for name, value in _facts(report, reader) if value]


def _facts(report: ProblemReport, reader: Reader) -> Iterator[tuple[str, str]]:
    yield "Area", f"{report.product_area.name}, {report.team.name}"
    yield "Priority", f"{report.priority}{'' if report.prioritised_at else ', as stated'}"
    yield "Stated", report.stated_priority if report.priority != report.stated_priority else ""
    yield (
        "Impact",
        f"{capfirst(said(report.impact))}, {report.urgency} urgency",
    )
    yield "Customers", ", ".join(customers(report))
    yield "Version", report.affected_version
    yield "Environment", report.environment
    filed_for = f", {report.filing_team.name}" if report.filing_team else ""
    yield "Filed by", f"{report.filed_by}{filed_for}"
    if report.assignee and report.state != State.CLOSED:
        since = f", since {moment(report.started_at, reader)}" if report.started_at else ""
        yield "With", f"{report.assignee}{since}"
    if report.snoozed_until:
        yield "Wakes", moment(report.snoozed_until, reader)
    if report.living:
        yield "Outcome", capfirst(outcome_words(report.living.outcome))
        yield "Fixed in", report.living.already_fixed_in


def owed_words(report: ProblemReport, reader: Reader) -> str:
    """Of a confirmed report: "cause and hours are due tomorrow 10:12"."""
    due = report.cause_due_at
    if due is None:
        return ""
    return f"cause and hours {'were' if due < reader.at else 'are'} due {moment(due, reader)}"


def inside_facts(report: ProblemReport, reader: Reader) -> list[Named]:
    """What the delivery team notes for itself: no reporter reads the cause and the hours."""
    living = report.living
    if living is None:
        return []
    hours = f"{living.hours.normalize():f} h"
    rows = [Named("Cause", capfirst(said(living.cause))), Named("Took", hours)]
    if report.cause_due_at:
        who = f", by {report.assignee}" if report.assignee else ""
        rows = [Named("Still owed", f"{capfirst(owed_words(report, reader))}{who}")]
    if living.bug_id and (learnt := post_mortem_of(living.bug_id)):
        rows.append(Named("Post-mortem", *learnt))
    return rows
