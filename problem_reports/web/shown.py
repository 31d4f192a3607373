"""What one report's page shows, prepared from loaded rows: its head, story, facts, promises and people."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from bugs.rows import PromiseRow, promise_row
from foundation.lifecycle import words as said
from foundation.moments import in_words
from journal.rows import TimelineRow, as_html, initials
from journal.timeline import Item
from problem_reports import promises
from problem_reports.clocks import policies
from problem_reports.lifecycle import Outcome, State
from problem_reports.models import Attachment, Classification, ProblemReport
from problem_reports.web.doors import url_of
from problem_reports.web.reader import Reader
from teams.models import Person


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


@dataclass(frozen=True)
class Candidate:
    """One honest line about a developer, for *assign*: present load and knowledge, never a ranking."""

    name: str
    username: str
    initials: str
    line: str
    label: str


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
        return f"waiting on {report.filing_team or report.filed_by}"
    return said(report.state)


def outcome_words(outcome: str) -> str:
    """The outcome as people write it: `not reproducible`, `how-to`."""
    return "how-to" if outcome == Outcome.HOW_TO else said(outcome)


def customers(report: ProblemReport) -> list[str]:
    return sorted(a.customer.name for a in report.affected.all())


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


def inside_facts(living: Classification | None) -> list[Named]:
    """What the delivery team notes for itself: no reporter reads the cause and the hours."""
    if living is None:
        return []
    hours = f"{living.hours.normalize():f} h"
    return [Named("Cause", capfirst(said(living.cause))), Named("Took", hours)]


def shown_promises(
    report: ProblemReport, reader: Reader, items: Sequence[Item] = ()
) -> list[PromiseRow]:
    """Each promise with its slips, and how it was reckoned."""
    given = promises.promises(report, report.timers.all(), reader.at)
    return [
        replace(promise_row(promise, reader.at), why=tuple(why(report, promise, items)))
        for promise in given
    ]


def why(report: ProblemReport, promise: promises.Promise, items: Sequence[Item]) -> Iterator[str]:
    """How a promise came about, in sentences: what was promised, from when, and what stopped it."""
    live = [t for t in report.timers.all() if t.kind == promise.kind]
    if not live:
        return
    timer = max(live, key=lambda t: t.epoch)
    zone = timezone.get_current_timezone()
    target = policies.targets(timer.policy_version_id).get((timer.kind, report.priority))
    if target:
        hours = f"{target.span.total_seconds() / 3600:g}"
        clock = (
            "around the clock"
            if target.around_the_clock
            else f"in the working time of {report.team.calendar.name}"
        )
        yield f"{report.team.name} promises {report.priority} {hours} hours, {clock}."
    due, since = timer.due_at.astimezone(zone), timer.started_at.astimezone(zone)
    yield f"Counted from {since:%a %-d %b %H:%M}, it is due {due:%a %-d %b %H:%M}."
    for item in items:
        if item.id == promise.kept_by_event:
            yield f"It was stopped when {item.by_name} {item.words}."


def named(told: list[Item]) -> list[Item]:
    """The history with people by their names, where a fact names them by username."""
    told = [_confirmed(item) for item in told]
    wanted = {str(item.data["assignee"]) for item in told if "assignee" in item.data}
    if not wanted:
        return told
    names = {p.username: str(p) for p in Person.objects.filter(username__in=wanted)}
    return [
        replace(item, words=item.words.replace(item.data["assignee"], names[item.data["assignee"]]))
        if item.data.get("assignee") in names
        else item
        for item in told
    ]


def _confirmed(item: Item) -> Item:
    """To prioritise it as what it was is to agree with what was stated."""
    priority = item.data.get("priority")
    if item.name == "problem_report.prioritised" and priority == item.data.get("was"):
        return replace(item, words=f"agreed that it is {priority}")
    return item


WAS_DUE = {"first_response": "The first answer was due", "classification": "The findings were due"}


def due_rows(report: ProblemReport, reader: Reader) -> list[TimelineRow]:
    """The moments at which a promise passed unkept, as lines of the timeline."""
    passed = []
    for timer in report.timers.all():
        late = timer.stopped_at is None or timer.stopped_at > timer.due_at
        if timer.state == "superseded" or not late or timer.due_at > reader.at:
            continue
        passed.append(
            TimelineRow(
                id=-timer.pk,
                kind="late",
                by="",
                initials="",
                verb=SafeString(WAS_DUE[timer.kind]),
                text=SafeString(""),
                at=timer.due_at,
                words=moment(timer.due_at, reader),
                source="",
            )
        )
    return passed


def candidates(people: Iterable[Person], report: ProblemReport) -> list[Candidate]:
    """`people` as `querysets.candidates` gives them."""
    return [
        Candidate(
            name=str(person),
            username=person.username,
            initials=initials(str(person)),
            line=capfirst(", ".join(_line(person, report))),
            label=f"Assign to {person.get_short_name() or person.username}",
        )
        for person in people
    ]


def _line(person: Person, report: ProblemReport) -> Iterator[str]:
    area, known = report.product_area.name, person.knows_area  # type: ignore[attr-defined]
    reports = f"{known} report{'' if known == 1 else 's'}"
    if person.is_expert:  # type: ignore[attr-defined]
        yield f"expert for {area}" + (f" ({reports})" if known else "")
    elif known:
        yield f"knows {area} ({reports})"
    held = person.open_investigations  # type: ignore[attr-defined]
    yield f"{held} of {report.team.investigation_limit} open"
    if person.is_on_call:  # type: ignore[attr-defined]
        yield "on call"
