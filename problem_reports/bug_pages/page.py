"""What one bug's page shows to one reader: read here, once, and handed on as prepared rows."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from bugs import policy
from bugs.lifecycle import OPEN, State
from bugs.models import Bug
from bugs.promises import fix_promise
from bugs.rows import promise_row
from channels.web import Verb, fresh_key
from channels.web.acting import Opened
from foundation.references import address
from journal.querysets import timeline
from journal.rows import TimelineRow, as_html, timeline_rows
from journal.timeline import items
from problem_reports.bug_pages import rows
from problem_reports.bug_pages.asking import button
from problem_reports.bug_pages.doors import DECISIONS, MITIGATING, PLAN
from problem_reports.bug_pages.mitigations import customer_words, mitigation_rows
from problem_reports.bug_pages.plans import plan_view
from problem_reports.bug_pages.querysets import NOBODY, reach
from problem_reports.models import ProblemReport
from problem_reports.querysets import visible_to
from problem_reports.querysets.pages import pages_visible_to
from problem_reports.web.paged import PageRow, page_row
from problem_reports.web.reader import Reader
from sprints.querysets import own_work
from teams.lifecycle import Binds
from teams.querysets import cited, today_of

MOST_REPORTS = 20
#: The state that each event led to, for its shape in the timeline.
STATES = {
    "bug.opened": State.TO_BE_SCHEDULED,
    "bug.injected": State.IN_SPRINT,
    "bug.swapped_out": State.TO_BE_SCHEDULED,
    "bug.scheduled": State.SCHEDULED,
    "bug.postponed": State.POSTPONED,
    "bug.declined": State.DECLINED,
    "bug.refuted": State.REFUTED,
    "bug.entered_sprint": State.IN_SPRINT,
    "bug.pulled_forward": State.IN_SPRINT,
    "bug.carried_back": State.TO_BE_SCHEDULED,
    "bug.started": State.IN_PROGRESS,
    "bug.fixed": State.FIXED,
    "bug.verified": State.VERIFIED,
    "bug.reopened": State.TO_BE_SCHEDULED,
}


def context(bug: Bug, reader: Reader, opened: Opened | None = None) -> dict[str, Any]:
    """Everything of `bugs/detail.html`; of `bugs/outside.html` for who may not look inside."""
    reached = reach([bug.pk]).get(bug.pk, NOBODY)
    reports = _reports(reached.reports, reader)
    shared = {
        "bug": rows.head(bug, reached, reader.at),
        "version": bug.version,
        "promises": [promise_row(fix_promise(bug), reader.at)],
        "reports": rows.report_links(reports),
        "idempotency_key": fresh_key(),
        "inside": policy.sees_inside(reader.who, bug),
        "refusal": None,
    }
    if not shared["inside"]:
        shared["workaround"] = customer_words(bug)
        return shared | {"refusal": opened.refusal if opened else None}
    verbs = verbs_of(bug, reader, opened)
    # A refused button has no form to say it beside: it is said on top.
    asked = (
        *verbs["decisions"],
        *verbs["forms"],
        *verbs["plan_verbs"],
        *verbs["loan_verbs"],
        verbs["work"],
    )
    told = history(bug, reader)
    drawn = {v.name for v in asked if v and v.asks}
    placed = (*verbs["decisions"], *verbs["verbs"])
    return shared | {
        **verbs,
        "plan": plan_view(bug, reader.at),
        "mitigations": mitigation_rows(bug, reader.at),
        "refusal": opened.refusal if opened and opened.verb not in drawn else None,
        "confirmed": as_html(bug.how_confirmed),
        "items": told,
        "refuted": next((row for row in reversed(told) if row.state == State.REFUTED), None)
        if bug.state == State.REFUTED
        else None,
        "facts": [*rows.owed(reports, reader), *rows.facts(bug, reached, reader.at)],
        "logged": own_work(reader.person.pk, bug=bug.pk)
        if policy.may_log_work(reader.who, bug) is policy.YES
        else [],
        "back": address("BUG", bug.pk),
        "paged": _paged(bug, reader, alone=not any(v and v.kind == "next" for v in placed)),
        "code": rows.code_links(bug.links.order_by("added_at", "pk")),
    }


def _paged(bug: Bug, reader: Reader, *, alone: bool) -> PageRow | None:
    """The last page about it, which comes back to this bug; its answer is the next thing when nothing else is."""
    found = pages_visible_to(reader.who).filter(bug=bug.pk).first()
    titles = {bug.reference: bug.title}
    row = page_row(found, reader, titles, then=address("BUG", bug.pk)) if found else None
    return row if row is None or alone else row.beside()


def verbs_of(bug: Bug, reader: Reader, opened: Opened | None = None) -> dict[str, Any]:
    """The allowed verbs in their places: what is decided now, the next thing, and the others."""
    allowed = policy.allowed(reader.who, bug)
    buttons = {verb: button(verb, bug, opened=opened, at=reader.at) for verb in allowed}
    front = _front(bug, allowed)
    decisions = [
        _as_decision(buttons[v], first=v == _next(bug, front), opened=opened) for v in front
    ]
    plain_ones = [v for v in ("start", "verify") if v in buttons]
    nexts = [button(v, bug, opened=opened, kind="" if front else "next") for v in plain_ones]
    placed = (*front, *PLAN, *MITIGATING, "log_work")
    return {
        "question": _question(bug, front),
        "decisions": decisions,
        "cited": list(
            cited(bug.team_id, Binds.DECIDING, today_of(bug.team, reader.at), bug.priority)
        )
        if decisions and bug.state != State.IN_PROGRESS
        else [],
        "next": None,
        "verbs": nexts,
        "work": buttons.get("log_work"),
        "forms": [buttons[v] for v in allowed if v not in placed and buttons[v].asks],
        "loan_verbs": [buttons[v] for v in MITIGATING if v in buttons],
        "plan_verbs": [buttons[v] for v in PLAN if v in buttons],
    }


def _question(bug: Bug, front: list[str]) -> str:
    """What the forms in front are about."""
    if not front:
        return ""
    if bug.state == State.SCHEDULED:
        return "Change the plan?"
    return {"estimate": "What does the fix take?", "fix": "Is it fixed?"}.get(
        front[0], "When is it fixed?"
    )


def _next(bug: Bug, front: list[str]) -> str:
    """The form that stands open as the next thing: never one that puts the bug off."""
    if bug.state == State.SCHEDULED or not front or front[0] in ("postpone", "decline"):
        return ""
    return front[0]


def _front(bug: Bug, allowed: list[str]) -> list[str]:
    """The forms that stand in front, the next thing first; the others are behind buttons."""
    if bug.state == State.IN_PROGRESS:
        return [v for v in ("fix",) if v in allowed]
    decisions = [v for v in DECISIONS if v in allowed]
    if decisions:
        if bug.estimate is None and "estimate" in allowed and not _urgent(bug):
            return ["estimate", *decisions]
        return decisions
    missing = bug.estimate is None and bug.state in OPEN
    return ["estimate"] if missing and "estimate" in allowed else []


def _urgent(bug: Bug) -> bool:
    return bug.priority in ("P0", "P1")


def _as_decision(verb: Verb, *, first: bool, opened: Opened | None) -> Verb:
    """The first one stands open with the accent, unless another was just refused."""
    front = first and opened is None and verb.asks is not None
    return replace(verb, kind="next" if front else "", open=verb.open or front)


def history(bug: Bug, reader: Reader) -> list[TimelineRow]:
    told = items(timeline([("bug", bug.pk)]), inside=True)
    return timeline_rows(told, now=reader.at, states=STATES)


def _reports(keys: Iterable[int], reader: Reader) -> list[ProblemReport]:
    seen = (
        visible_to(reader.who).filter(pk__in=list(keys)).select_related("filing_team", "assignee")
    )
    return list(seen.order_by("pk")[:MOST_REPORTS])
