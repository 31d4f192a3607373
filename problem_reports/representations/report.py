"""A report as it is shown: a row of a list, or the whole."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet

from bugs.representations import outside as bug_outside
from bugs.representations import promise
from channels.rest.plain import amount, day, hyphens, moment
from foundation.references import reference
from oncall.rules import Standing
from problem_reports import policy, querysets
from problem_reports.lifecycle import LIFECYCLE
from problem_reports.models import Attachment, ProblemReport
from problem_reports.promises import promises
from problem_reports.querysets import wishes
from problem_reports.representations import rows

SPELLED = {verb: hyphens(verb) for verb in LIFECYCLE.steps}


def cards(keys: Sequence[int], who: Standing, at: datetime) -> list[dict[str, Any]]:
    """The rows of a list, that this reader may see, in the order of `keys`."""
    timers = rows.timers(keys)
    return [_card(row, who, timers.get(row.id, ()), at) for row in rows.of_cards(keys)]


def _card(row: Any, who: Standing, timers: Iterable[Any], at: datetime) -> dict[str, Any]:
    living = row.living
    return {
        "reference": reference("PR", row.id),
        "state": row.state,
        "version": row.version,
        "title": row.title,
        "team": row.team.slug,
        "product_area": row.area,
        "filing_team": row.filing_team,
        "filed_by": row.filed_by,
        "filed_at": moment(row.filed_at),
        "impact": row.impact,
        "urgency": row.urgency,
        "stated_priority": row.stated_priority,
        "priority": row.priority,
        "prioritised_at": moment(row.prioritised_at),
        "assignee": row.assignee,
        "due_at": moment(row.due_at),
        "closed_at": moment(row.closed_at),
        "outcome": living.outcome if living else None,
        "bug": bug_outside(living.bug) if living and living.bug else None,
        "promises": [promise(p) for p in promises(row, timers, at)],
        "allowed": [SPELLED[v] for v in policy.allowed(who, row)],
    }


def whole(key: int, who: Standing, at: datetime) -> dict[str, Any]:
    """One report, that this reader may see, with its texts, customers, files and what it turned out to be."""
    return _whole(rows.of_whole(key), rows.timers([key]).get(key, ()), who, at)


def filed(report: ProblemReport, who: Standing, at: datetime) -> dict[str, Any]:
    """A report that was filed a moment ago: the same as `whole`, and nothing is read again."""
    return _whole(rows.of_filed(report), report.promised, who, at)


def _whole(row: Any, timers: Iterable[Any], who: Standing, at: datetime) -> dict[str, Any]:
    return _card(row, who, timers, at) | {
        "description": row.description,
        "steps": row.steps,
        "expected": row.expected,
        "actual": row.actual,
        "affected_version": row.affected_version,
        "environment": row.environment,
        "started_at": moment(row.started_at),
        "snoozed_until": moment(row.snoozed_until),
        "customers": row.customers,
        "customers_count": len(row.customers),
        "attachments": [_attachment(f) for f in _files(row.id)] if row.files else [],
        "classification": _classification(row, who) if row.living_id else None,
    }


def _files(key: int) -> QuerySet[Any]:
    files = Attachment.objects.filter(report_id=key).order_by("attached_at", "pk")
    return files.annotate(by=F("attached_by__username"))


def _attachment(file: Any) -> dict[str, Any]:
    return {
        "name": file.name,
        "url": f"/api/v1/attachments/{file.pk}/",
        "content_type": file.content_type,
        "size": file.size,
        "sha256": file.sha256,
        "attached_by": file.by,
        "attached_at": moment(file.attached_at),
    }


def _classification(row: Any, who: Standing) -> dict[str, Any]:
    """What it turned out to be. Cause and hours are the delivery team's own figures."""
    judged = rows.judged(row.living_id)
    said = {
        "number": judged.number,
        "outcome": judged.outcome,
        "message": judged.message,
        "by": judged.by,
        "at": moment(judged.at),
        "bug": reference("BUG", judged.bug_id) if judged.bug_id else None,
        "duplicate_of": _original(judged.duplicate_of_id, who),
        "already_fixed_in": judged.already_fixed_in or None,
        "item": _wish(judged.item_id) if judged.item_id else None,
    }
    if policy.sees_inside(who, row):
        said |= {
            "cause": judged.cause,
            "hours": amount(judged.hours),
            "cause_due_at": moment(row.cause_due_at),
        }
    return said


def _wish(key: int) -> dict[str, Any]:
    wish = wishes.wish(key)
    return {
        "reference": wish.reference,
        "decision": wish.decision,
        "sprint": wish.sprint or None,
        "ends_on": day(wish.ends_on),
        "reason": wish.reason or None,
    }


def _original(key: int | None, who: Standing) -> str | None:
    """The original of a duplicate, unless this reader may not know of it (PR-7)."""
    if key is None or not querysets.visible_to(who).filter(pk=key).exists():
        return None
    return reference("PR", key)
