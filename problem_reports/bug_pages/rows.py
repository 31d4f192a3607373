"""Prepared rows of the pages of bugs, built from loaded objects: no query happens here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.utils import timezone
from django.utils.text import capfirst

from bugs import policy
from bugs.lifecycle import P1Way, State
from bugs.models import Bug, BugLink
from bugs.promises import fix_promise
from bugs.querysets import post_mortem_of
from bugs.rows import PromiseRow, promise_row
from foundation.amounts import plain, with_unit
from foundation.lifecycle import words
from foundation.moments import in_words, on_day
from foundation.references import address
from oncall.rules import Standing
from problem_reports.bug_pages.doors import url_of
from problem_reports.bug_pages.querysets import NOBODY, Reach
from problem_reports.models import ProblemReport
from problem_reports.web.reader import Reader
from problem_reports.web.shown import owed_words

MOST_CUSTOMERS = 8


@dataclass(frozen=True)
class BugHead:
    """As `bugs/_byline.html` and the page's head want it. `title` is empty for readers outside."""

    reference: str
    url: str
    title: str
    priority: str
    state: str
    state_words: str
    area: str
    customers: tuple[str, ...]
    reports: int
    opened_at: datetime
    opened_words: str
    version: int


@dataclass(frozen=True)
class BugRow:
    """One line of the list; readers outside get reference, state and promise only."""

    reference: str
    url: str
    state: str
    state_words: str
    promise: PromiseRow
    inside: bool
    title: str = ""
    priority: str = ""
    area: str = ""
    customers: tuple[str, ...] = ()
    points: str = ""


@dataclass(frozen=True)
class FactRow:
    name: str
    value: str
    url: str = ""


@dataclass(frozen=True)
class LinkRow:
    """A report that the bug answers, or a link to code (which has no reference)."""

    url: str
    words: str = ""
    reference: str = ""
    title: str = ""


def head(bug: Bug, reached: Reach, at: datetime) -> BugHead:
    return BugHead(
        reference=bug.reference,
        url=url_of(bug),
        title=bug.title,
        priority=bug.priority,
        state=bug.state,
        state_words=words(bug.state),
        area=bug.product_area.name,
        customers=reached.customers,
        reports=reached.count,
        opened_at=bug.opened_at,
        opened_words=in_words(bug.opened_at, at, timezone.get_current_timezone()),
        version=bug.version,
    )


def owed(reports: Iterable[ProblemReport], reader: Reader) -> list[FactRow]:
    """Reports of the bug that were confirmed and still owe cause and hours (PR-4)."""
    return [
        FactRow(
            "Still owed", f"{capfirst(owed_words(r, reader))} ({r.reference})", address("PR", r.pk)
        )
        for r in reports
        if r.cause_due_at
    ]


def facts(bug: Bug, reached: Reach, at: datetime) -> list[FactRow]:
    today = at.astimezone(timezone.get_current_timezone()).date()
    unit = bug.team.unit
    rows = [FactRow("Team", bug.team.name), FactRow("Area", bug.product_area.name)]
    if bug.estimate is not None:
        rows.append(FactRow("Estimate", with_unit(bug.estimate, unit)))
    elif bug.state in (State.TO_BE_SCHEDULED, State.POSTPONED):
        rows.append(FactRow("Estimate", "none yet"))
    if bug.sprint is not None:
        dates = f"{on_day(bug.sprint.starts_on, today)} to {on_day(bug.sprint.ends_on, today)}"
        url = f"/sprints/{bug.sprint.reference}/"
        rows.append(FactRow("Sprint", f"{bug.sprint.name}, {dates}", url))
    if bug.injected_at_price is not None:
        rows.append(
            FactRow("Track", f"unplanned, injected at {with_unit(bug.injected_at_price, unit)}")
        )
    elif bug.sprint is not None:
        rows.append(FactRow("Track", "planned"))
    if bug.paired_with:
        rows.append(FactRow("In a pair with", str(bug.paired_with)))
    if bug.p1_way or bug.p1_done_as:
        rows.append(FactRow("P1 policy", p1_words(bug)))
    if bug.review_on:
        rows.append(FactRow("Review", on_day(bug.review_on, today)))
    if bug.release:
        stands = "out since" if bug.release.is_out else "planned for"
        said = f"{bug.release.named}, {stands} {on_day(bug.release.on, today)}"
        rows.append(
            FactRow(
                "Version", said, f"/bugs/releases/?team={bug.team.slug}#release-{bug.release_id}"
            )
        )
    if bug.fixed_by:
        rows.append(FactRow("Fixed by", str(bug.fixed_by)))
    if reached.customers:
        rows.append(FactRow("Customers", _some(reached.customers)))
    if learnt := post_mortem_of(bug.pk):
        rows.append(FactRow("Post-mortem", *learnt))
    return rows


def p1_words(bug: Bug) -> str:
    """The team's way when it was injected, and how it really went where that is another."""
    stamped = P1Way(bug.p1_way).label if bug.p1_way else "none was said"
    if not bug.p1_done_as or bug.p1_done_as == bug.p1_way:
        return stamped
    return f"{stamped}; it went: {P1Way(bug.p1_done_as).label}"


def _some(names: tuple[str, ...]) -> str:
    more = len(names) - MOST_CUSTOMERS
    return ", ".join(names[:MOST_CUSTOMERS]) + (f" and {more} more" if more > 0 else "")


def report_links(reports: Iterable[ProblemReport]) -> list[LinkRow]:
    return [
        LinkRow(
            url=f"/problem-reports/{report.reference}/",
            reference=report.reference,
            title=report.title,
            words=report.filing_team.name if report.filing_team else "",
        )
        for report in reports
    ]


def code_links(links: Iterable[BugLink]) -> list[LinkRow]:
    return [LinkRow(url=link.url, words=_short(link.url)) for link in links]


def _short(url: str) -> str:
    """The end of an address, which tells pull requests and commits apart."""
    parts = urlsplit(url)
    path = parts.path.strip("/").split("/")
    return f"{parts.hostname or ''} · {'/'.join(path[-3:])[-60:]}"


def bug_rows(
    bugs: Iterable[Bug], who: Standing, reached: Mapping[int, Reach], at: datetime
) -> list[BugRow]:
    return [_bug_row(bug, who, reached.get(bug.pk, NOBODY), at) for bug in bugs]


def _bug_row(bug: Bug, who: Standing, reached: Reach, at: datetime) -> BugRow:
    row = {
        "reference": bug.reference,
        "url": url_of(bug),
        "state": bug.state,
        "state_words": words(bug.state),
        "promise": promise_row(fix_promise(bug), at),
    }
    if not policy.sees_inside(who, bug):
        return BugRow(**row, inside=False)  # type: ignore[arg-type]
    return BugRow(
        **row,  # type: ignore[arg-type]
        inside=True,
        title=bug.title,
        priority=bug.priority,
        area=bug.product_area.name,
        customers=reached.customers,
        points=plain(bug.estimate),
    )
