"""Prepared rows of the desks and lists: what one line shows, from rows that are loaded already."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import cached_property, lru_cache
from typing import Any
from urllib.parse import quote

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from bugs.models import Bug
from bugs.promises import MISSED
from bugs.rows import PAUSED, PLANNED, PromiseRow, promise_row, running
from foundation.moments import in_words
from foundation.references import address
from problem_reports import promises
from problem_reports.lifecycle import State
from problem_reports.models import ProblemReport
from problem_reports.web.reader import Reader
from problem_reports.web.shown import customers, state_words
from triage.queues import Line


@dataclass(frozen=True)
class Row:
    """A report that one holds or may take: few, so each is drawn of the shared parts."""

    reference: str
    url: str
    priority: str
    stated: bool
    title: str
    customers: list[str]
    promise: PromiseRow | None
    said: str
    state: str
    state_words: str


def report_row(report: ProblemReport, reader: Reader) -> Row:
    running = next_promise(report, reader.at)
    return Row(
        reference=report.reference,
        url=address("PR", report.pk),
        priority=report.priority,
        stated=report.prioritised_at is None,
        title=report.title,
        customers=customers(report),
        promise=running,
        said=SAID.get(running.kind, "") if running else "",
        state=report.state,
        state_words=state_words(report),
    )


SAID = {"first_response": "answer", "classification": "findings"}


def next_promise(report: ProblemReport, at: datetime) -> PromiseRow | None:
    """The nearest promise that is not kept yet: the one that the queue is ordered by."""
    given = promises.promises(report, report.timers.all(), at)
    open_ones = [p for p in given if p.kept_at is None and p.due_at is not None]
    if not open_ones:
        return None
    return promise_row(min(open_ones, key=lambda p: p.due_at or at), at)


@dataclass(frozen=True)
class DeskRow:
    """A line of a desk or list, flat and in words: `triage/_desk_row.html` draws fifty of them in one go.

    `taken` says who has it meanwhile, or what became of it.
    """

    key: int
    reference: str
    url: str
    pane_url: str
    priority: str
    title: str
    drawn: str
    percent: int
    said: str
    iso: str
    exact: str
    words: str
    stated: bool = False
    customers: str = ""
    customer: str = ""
    more: int = 0
    taken: str = ""
    #: Why its clock stands still.
    paused: str = ""
    open: bool = False
    focus: bool = False
    #: Said in lists of reports in any state.
    state: str = ""
    state_words: str = ""


@lru_cache(maxsize=2048)
def as_html(row: DeskRow, template: str = "triage/_desk_row.html") -> SafeString:
    """A line as it is drawn: kept by everything that it shows, for between two looks few lines change."""
    return render_to_string(template, {"row": row})


@dataclass(frozen=True)
class Lines:
    """Draws the lines of one answer: its reader, its zone, and where the forms of a pane lead to."""

    reader: Reader
    zone: tzinfo
    #: Where the forms of a pane lead to; the reference of the row completes it.
    then: str = ""
    opened: str = ""
    focus: bool = False

    def draw(self, line: Line, taken: str = "") -> DeskRow:
        reference, names = line.reference, line.customers
        page = address(line.prefix, line.key)
        pane = f"{page}pane/" if line.prefix == "PR" else f"/desk/bugs/{reference}/"
        return DeskRow(
            key=line.key,
            reference=reference,
            url=page,
            pane_url=f"{pane}?then={self._quoted}{reference}",
            priority=line.priority,
            stated=line.stated,
            title=line.title,
            customers=", ".join(names),
            customer=names[0] if names else "",
            more=max(len(names) - 1, 0),
            taken=taken,
            open=reference == self.opened,
            focus=self.focus and reference == self.opened,
            **self._promised(line),
        )

    def _promised(self, line: Line) -> dict[str, Any]:
        """The promise that runs, until when, and how it is drawn; of a bug, since when it waits."""
        if line.at is None:
            return {"drawn": "", "percent": 0, "said": "", "iso": "", "exact": "", "words": ""}
        if line.clock is None or line.running_since is None:
            said = "opened" if line.prefix == "BUG" else ""
            return {"drawn": PLANNED, "percent": 0, "said": said, **self._moment(line.at)}
        since = line.paused_since
        drawn, percent = running(line.running_since, line.at, since or self.reader.at)
        paused = bool(since) and drawn != MISSED
        return {
            "drawn": PAUSED if paused else drawn,
            "percent": percent,
            "paused": line.waits if paused else "",
            "said": SAID[line.clock],
            **self._moment(line.at),
        }

    @cached_property
    def _quoted(self) -> str:
        return quote(self.then, safe="")

    def _moment(self, at: datetime) -> dict[str, str]:
        there = at.astimezone(self.zone)
        return {
            "iso": there.isoformat(),
            "exact": f"{there:%A %-d %B %Y, %H:%M %Z}",
            "words": in_words(at, self.reader.at, self.zone),
        }


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
