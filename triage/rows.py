"""Prepared rows of the desks and lists: what one line shows, from rows that are loaded already."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from bugs.models import Bug
from bugs.rows import PromiseRow, promise_row
from foundation.references import address
from problem_reports import promises
from problem_reports.lifecycle import State
from problem_reports.models import ProblemReport
from problem_reports.web.reader import Reader
from problem_reports.web.shown import customers, moment, state_words


@dataclass(frozen=True)
class DeskRow:
    """As `triage/_desk_row.html` wants it. `taken` says who has it meanwhile, or what became of it."""

    key: int
    reference: str
    url: str
    pane_url: str
    priority: str
    stated: bool
    title: str
    customers: list[str]
    promise: PromiseRow | None
    said: str = ""
    state: str = ""
    state_words: str = ""
    taken: str = ""
    open: bool = False
    focus: bool = False


def report_row(
    report: ProblemReport, reader: Reader, *, then: str = "", opened: str = "", taken: str = ""
) -> DeskRow:
    """`then` is where the forms of its pane lead to."""
    running = next_promise(report, reader.at)
    url = address("PR", report.pk)
    return DeskRow(
        key=report.pk,
        reference=report.reference,
        url=url,
        pane_url=_pane_url(f"{url}pane/", then),
        priority=report.priority,
        stated=report.prioritised_at is None,
        title=report.title,
        customers=customers(report),
        promise=running,
        said=SAID.get(running.kind, "") if running else "",
        state=report.state,
        state_words=state_words(report),
        taken=taken,
        open=report.reference == opened,
    )


def _pane_url(url: str, then: str) -> str:
    return f"{url}?{urlencode({'then': then})}" if then else url


SAID = {"first_response": "answer", "classification": "findings"}


def next_promise(report: ProblemReport, at: datetime) -> PromiseRow | None:
    """The nearest promise that is not kept yet: the one that the queue is ordered by."""
    given = promises.promises(report, report.timers.all(), at)
    open_ones = [p for p in given if p.kept_at is None and p.due_at is not None]
    if not open_ones:
        return None
    return promise_row(min(open_ones, key=lambda p: p.due_at or at), at)


def bug_row(
    bug: Bug, reader: Reader, *, then: str = "", opened: str = "", taken: str = ""
) -> DeskRow:
    url = address("BUG", bug.pk)
    waited = PromiseRow("age", "", "planned", bug.opened_at, moment(bug.opened_at, reader))
    return DeskRow(
        key=bug.pk,
        reference=bug.reference,
        url=url,
        pane_url=_pane_url(f"/desk/bugs/{bug.reference}/", then),
        priority=bug.priority,
        stated=False,
        title=bug.title,
        customers=getattr(bug, "customers", []),
        promise=waited,
        said="opened",
        state=bug.state,
        state_words=bug.get_state_display().lower(),
        taken=taken,
        open=bug.reference == opened,
    )


def what_became(thing: Any) -> str:
    """Why a report or bug is no longer in its queue, for somebody who still looks at its row."""
    if isinstance(thing, Bug):
        return str(thing.get_state_display()).lower()
    return _what_became_of_report(thing)


def _what_became_of_report(report: ProblemReport) -> str:
    if report.state == State.ASSIGNED and report.assignee:
        return f"{report.assignee} has it"
    if report.state == State.INVESTIGATING and report.assignee:
        return f"{report.assignee} investigates it"
    return state_words(report)


def in_order(rows: Iterable[DeskRow], before: list[int]) -> list[DeskRow]:
    """Rows that left the queue stay where they were seen, behind the row that they followed."""
    placed = {row.key: row for row in rows}
    current = [row for row in rows if not row.taken]
    for index, key in enumerate(before):
        gone = placed.get(key)
        if gone is None or not gone.taken:
            continue
        earlier = set(before[:index])
        at = max((i + 1 for i, row in enumerate(current) if row.key in earlier), default=0)
        current.insert(at, gone)
    return current
