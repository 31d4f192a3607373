"""A report as the API shows it, built by hand from few queries: a list row, or the whole report."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import F, QuerySet

from bugs.representations import outside as bug_outside
from bugs.representations import promise
from channels.rest.plain import amount, hyphens, moment
from foundation.references import reference
from journal.timeline import Item
from oncall.rules import Standing
from problem_reports import policy, querysets
from problem_reports.models import Attachment, Classification, ProblemReport
from problem_reports.promises import promises
from teams.models import Team

#: What a row of a list needs; long texts stay where they are.
CARD_FIELDS = (
    "id",
    "title",
    "team_id",
    "filing_team_id",
    "filed_by_id",
    "filed_at",
    "impact",
    "urgency",
    "stated_priority",
    "priority",
    "prioritised_at",
    "state",
    "assignee_id",
    "due_at",
    "closed_at",
    "living_id",
    "version",
)
#: Names instead of keys, joined as plain columns: no object is built for them.
NAMES = {
    "area_slug": F("product_area__slug"),
    "filing_team_slug": F("filing_team__slug"),
    "filed_by_username": F("filed_by__username"),
    "assignee_username": F("assignee__username"),
    "team_slug": F("team__slug"),
    "team_name": F("team__name"),
    "team_readers": F("team__readers"),
    "team_limit": F("team__investigation_limit"),
}
TIMERS = """
    SELECT report_id, kind, epoch, state, started_at, due_at, armed_at, armed_because, stopped_at,
           stopped_by_id
    FROM problem_reports_timer WHERE report_id = ANY(%s)
"""


class TimerRow(NamedTuple):
    report_id: int
    kind: str
    epoch: int
    state: str
    started_at: datetime
    due_at: datetime
    armed_at: datetime
    armed_because: str
    stopped_at: datetime | None
    stopped_by_id: int | None


def slim(reports: QuerySet[ProblemReport]) -> QuerySet[ProblemReport]:
    return reports.only(*CARD_FIELDS).annotate(**NAMES)


def cards(rows: Sequence[ProblemReport], who: Standing, at: datetime) -> list[dict[str, Any]]:
    """The rows of a list (from `slim`), with one query for all of them, two when bugs are linked."""
    timers = _timers([r.pk for r in rows])
    judged = {r.living_id for r in rows if r.living_id}
    livings = _livings(judged) if judged else {}
    teams = {row.team_id: _team(row) for row in rows}
    for row in rows:
        row.team = teams[row.team_id]
        row._state.fields_cache["living"] = livings.get(row.living_id)
    return [_card(row, who, timers[row.pk], at) for row in rows]


def _team(row: Any) -> Team:
    """What policies ask of a row's team, from the columns that came with the row."""
    return Team(
        id=row.team_id,
        slug=row.team_slug,
        name=row.team_name,
        readers=row.team_readers,
        investigation_limit=row.team_limit,
    )


def _timers(keys: list[int]) -> dict[int, list[Any]]:
    """Each report's timers as plain rows: a list shows a hundred of them."""
    found: dict[int, list[Any]] = defaultdict(list)
    if keys:
        with connection.cursor() as cursor:
            cursor.execute(TIMERS, [keys])
            for values in cursor.fetchall():
                timer = TimerRow(*values)
                found[timer.report_id].append(timer)
    return found


def _livings(keys: Iterable[int]) -> dict[int, Classification]:
    rows = Classification.objects.filter(pk__in=keys).select_related("bug__sprint")
    return {c.pk: c for c in rows}


def _card(row: ProblemReport, who: Standing, timers: Iterable[Any], at: datetime) -> dict[str, Any]:
    living = row.living
    return {
        "reference": row.reference,
        "state": row.state,
        "version": row.version,
        "title": row.title,
        "team": row.team.slug,
        "product_area": row.area_slug,
        "filing_team": row.filing_team_slug,
        "filed_by": row.filed_by_username,
        "filed_at": moment(row.filed_at),
        "impact": row.impact,
        "urgency": row.urgency,
        "stated_priority": row.stated_priority,
        "priority": row.priority,
        "prioritised_at": moment(row.prioritised_at),
        "assignee": row.assignee_username,
        "due_at": moment(row.due_at),
        "closed_at": moment(row.closed_at),
        "outcome": living.outcome if living else None,
        "bug": bug_outside(living.bug) if living and living.bug else None,
        "promises": [promise(p) for p in promises(row, timers, at)],
        "allowed": [hyphens(v) for v in policy.allowed(who, row)],
    }


# Every verb answers with the whole report: one statement, where the ORM would build six.
WHOLE = """
    SELECT r.*, area.slug AS area_slug, filing.slug AS filing_team_slug,
           filer.username AS filed_by_username, holder.username AS assignee_username,
           team.slug AS team_slug, team.name AS team_name, team.readers AS team_readers,
           team.investigation_limit AS team_limit,
           ARRAY(SELECT c.name FROM problem_reports_affected a
                 JOIN problem_reports_customer c ON c.id = a.customer_id
                 WHERE a.report_id = r.id ORDER BY a.joined_at, a.id) AS customers,
           (SELECT count(*) FROM problem_reports_attachment f WHERE f.report_id = r.id) AS files
    FROM problem_reports_problemreport r
    JOIN teams_productarea area ON area.id = r.product_area_id
    JOIN teams_team team ON team.id = r.team_id
    LEFT JOIN teams_team filing ON filing.id = r.filing_team_id
    JOIN teams_person filer ON filer.id = r.filed_by_id
    LEFT JOIN teams_person holder ON holder.id = r.assignee_id
    WHERE r.id = %s
"""


def whole(key: int, who: Standing, at: datetime) -> dict[str, Any]:
    """One report, that this reader may see, with its texts, customers, files and what it turned out to be."""
    (row,) = ProblemReport.objects.raw(WHOLE, [key])
    (card,) = cards([row], who, at)
    found: Any = row
    return card | {
        "description": row.description,
        "steps": row.steps,
        "expected": row.expected,
        "actual": row.actual,
        "affected_version": row.affected_version,
        "environment": row.environment,
        "started_at": moment(row.started_at),
        "snoozed_until": moment(row.snoozed_until),
        "customers": found.customers,
        "customers_count": len(found.customers),
        "attachments": [attachment(f) for f in _files(row)] if found.files else [],
        "classification": _classification(row, who) if row.living_id else None,
    }


def _files(row: ProblemReport) -> QuerySet[Any]:
    return row.attachments.order_by("attached_at", "pk").annotate(by=F("attached_by__username"))


def attachment(file: Any) -> dict[str, Any]:
    """A file as the report lists it; `file.by` is the username of who attached it."""
    return {
        "name": file.name,
        "url": f"/api/v1/attachments/{file.pk}/",
        "content_type": file.content_type,
        "size": file.size,
        "sha256": file.sha256,
        "attached_by": file.by,
        "attached_at": moment(file.attached_at),
    }


def _classification(row: ProblemReport, who: Standing) -> dict[str, Any]:
    """What it turned out to be. Cause and hours are the delivery team's own figures."""
    judged = (
        Classification.objects.select_related("message", "by")
        .only(
            "number",
            "outcome",
            "cause",
            "hours",
            "already_fixed_in",
            "at",
            "duplicate_of",
            "bug_id",
            "message__body",
            "by__username",
        )
        .get(pk=row.living_id)
    )
    said = {
        "number": judged.number,
        "outcome": judged.outcome,
        "message": judged.message.body,
        "by": judged.by.username,
        "at": moment(judged.at),
        "bug": reference("BUG", judged.bug_id) if judged.bug_id else None,
        "duplicate_of": _original(judged.duplicate_of_id, who),
        "already_fixed_in": judged.already_fixed_in or None,
    }
    if policy.sees_inside(who, row):
        said |= {"cause": judged.cause, "hours": amount(judged.hours)}
    return said


def _original(key: int | None, who: Standing) -> str | None:
    """The original of a duplicate, unless this reader may not know of it (PR-7)."""
    if key is None or not querysets.visible_to(who).filter(pk=key).exists():
        return None
    return reference("PR", key)


PREFIXES = {"problem_report": "PR", "bug": "BUG", "sprint": "SP"}
#: The verb of each event, as `allowed` and addresses spell it (PRODUCT §2).
VERBS = {
    "filed": "file",
    "edited": "edit",
    "file_attached": "attach",
    "assigned": "assign",
    "taken": "take",
    "started": "start",
    "handed_back": "hand-back",
    "responded": "respond",
    "noted": "note",
    "asked": "ask",
    "answered": "answer",
    "snoozed": "snooze",
    "woken": "wake",
    "returned": "return",
    "resubmitted": "resubmit",
    "routed": "route",
    "prioritised": "prioritise",
    "classified": "classify",
    "disputed": "dispute",
    "reopened": "reopen",
    "joined": "join",
    "watched": "watch",
    "opened": "open",
    "estimated": "estimate",
    "injected": "inject",
    "swapped_out": "swap-out",
    "scheduled": "schedule",
    "postponed": "postpone",
    "declined": "decline",
    "entered_sprint": "enter-sprint",
    "carried_back": "carry-back",
    "fixed": "fix",
    "verified": "verify",
}


def history_item(item: Item) -> dict[str, Any]:
    """One line of a history; `about` names whose event it is, the report's or its bug's."""
    kind, number = item.about
    return {
        "id": item.id,
        "at": moment(item.at),
        "recorded_at": moment(item.recorded_at),
        "verb": VERBS.get(item.verb, hyphens(item.verb)),
        "event": item.name,
        "by": item.by,
        "source": item.source,
        "text": item.text,
        "data": dict(item.data),
        "about": reference(PREFIXES[kind], number),
        "words": item.words,
        "redacted": item.redacted,
        "internal": item.internal,
    }


def file_of(file: Attachment) -> dict[str, Any]:
    """A file that was attached just now."""
    file.by = file.attached_by.username  # type: ignore[attr-defined]
    return attachment(file)
