"""The triage desk's two queues: a page of rows by key, and the cheap question whether anything changed."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet

from bugs.lifecycle import State as BugState
from bugs.models import Bug
from bugs.querysets import visible_to as bugs_visible_to
from channels.rules import stands_still
from channels.services import TIMERS
from foundation.references import parse, reference
from foundation.statements import Statement
from problem_reports.bug_pages.querysets import reach
from problem_reports.lifecycle import State
from problem_reports.models import ProblemReport
from problem_reports.promises import waits_on
from problem_reports.querysets import visible_to
from problem_reports.web.reader import Reader

INVESTIGATE, SCHEDULE = "investigate", "schedule"
PAGE = 50
#: A queue is counted up to here; a number beyond is said as "500+".
COUNTED = 500
#: A row that left the queue is shown as taken only if this many or fewer were asked about.
REMEMBERED = 100


@dataclass(frozen=True)
class Line:
    """What the desk draws of one report or bug. `clock` is the kind of the promise that runs, if one does.

    `paused_since`: it stands still, for the reason in `waits`.
    """

    key: int
    prefix: str
    title: str
    priority: str
    stated: bool
    at: datetime | None
    clock: str | None
    running_since: datetime | None
    customers: tuple[str, ...]
    paused_since: datetime | None = None
    waits: str = ""

    @property
    def reference(self) -> str:
        return reference(self.prefix, self.key)


# By keys that are the reader's to see already: the queue is drawn all day long, so its page is two
# lean queries instead of a dozen joined objects a row.
_REPORT_LINES = Statement(
    "report_lines",
    """
    SELECT r.id, 'PR', r.title, r.priority, r.prioritised_at IS NULL, r.due_at, clock.kind, clock.started_at,
        clock.paused_since, r.state, r.third_party,
        ARRAY(SELECT c.name FROM problem_reports_affected a
              JOIN problem_reports_customer c ON c.id = a.customer_id
              WHERE a.report_id = r.id ORDER BY c.name)
    FROM unnest(%(keys)s) WITH ORDINALITY AS wanted(id, nth)
    JOIN problem_reports_problemreport r ON r.id = wanted.id
    LEFT JOIN LATERAL (
        SELECT t.kind, t.started_at, t.paused_since FROM problem_reports_timer t
        WHERE t.report_id = r.id AND t.stopped_at IS NULL AND t.state <> 'superseded'
            AND t.kind IN ('first_response', 'classification')
        ORDER BY t.due_at, t.id LIMIT 1
    ) AS clock ON true
    ORDER BY wanted.nth
    """,
    keys="bigint[]",
)


def report_lines(keys: Sequence[int]) -> list[Line]:
    return [_report_line(*row) for row in _REPORT_LINES.rows(keys=list(keys))]


def _report_line(*row: Any) -> Line:
    *told, paused_since, state, third_party, customers = row
    waits = waits_on(state, third_party) if paused_since else ""
    return Line(*told, tuple(customers), paused_since=paused_since, waits=waits)


def bug_lines(keys: Sequence[int]) -> list[Line]:
    """Bugs have an age, not a clock; their customers are those of every report that they answer."""
    told = ("pk", "title", "priority", "opened_at")
    rows = {pk: rest for pk, *rest in Bug.objects.filter(pk__in=keys).values_list(*told)}
    reached = reach(keys)
    return [
        Line(
            key,
            "BUG",
            title,
            priority,
            stated=False,
            at=opened_at,
            clock=None,
            running_since=None,
            customers=reached[key].customers if key in reached else (),
        )
        for key in keys
        for title, priority, opened_at in [rows[key]]
    ]


@dataclass(frozen=True)
class Queue:
    """One of the two queues of a team: what the reader sees of it in order, and the column that orders it."""

    rows: QuerySet[Any]
    ordered_by: str
    prefix: str
    lines: Callable[[Sequence[int]], list[Line]]

    def page(self, after: str = "") -> tuple[list[Line], str]:
        """The rows after a row (a reference), and the reference that the next page follows."""
        rows = self.beyond(after) if after else self.rows
        keys = list(rows.values_list("pk", flat=True)[: PAGE + 1])
        further = reference(self.prefix, keys[PAGE - 1]) if len(keys) > PAGE else ""
        return self.lines(keys[:PAGE]), further

    def beyond(self, name: str) -> QuerySet[Any]:
        """The rows behind the place where a row stands or stood; all of them when it is unknown."""
        key = parse(name, self.prefix)
        place = self.rows.model.objects.filter(pk=key).values_list(self.ordered_by, "pk").first()
        if place is None:
            return self.rows
        moment, key = place
        none_left = Q(**{f"{self.ordered_by}__isnull": True})
        if moment is None:
            return self.rows.filter(none_left, pk__gt=key)
        later = Q(**{f"{self.ordered_by}__gt": moment})
        same = Q(**{self.ordered_by: moment}, pk__gt=key)
        return self.rows.filter(later | same | none_left)

    def next_after(self, name: str) -> str:
        """The row behind the one that was just dealt with; the first when it was the last."""
        for rows in (self.beyond(name), self.rows):
            key = rows.values_list("pk", flat=True).first()
            if key is not None:
                return reference(self.prefix, key)
        return ""


def queue(name: str, team_id: int, reader: Reader) -> Queue:
    if name == SCHEDULE:
        bugs = bugs_visible_to(reader.who).filter(team_id=team_id, state=BugState.TO_BE_SCHEDULED)
        return Queue(bugs.order_by("opened_at", "pk"), "opened_at", "BUG", bug_lines)
    reports = visible_to(reader.who).filter(team_id=team_id, state=State.TO_BE_INVESTIGATED)
    rows = reports.order_by(F("due_at").asc(nulls_last=True), "pk")
    return Queue(rows, "due_at", "PR", report_lines)


def gone(
    name: str, team_id: int, reader: Reader, keys: Sequence[int]
) -> list[tuple[Line, ProblemReport | Bug]]:
    """What was in the queue a moment ago and is not any more, each with what it is now."""
    if not keys:
        return []
    left: QuerySet[Any]
    if name == SCHEDULE:
        left = bugs_visible_to(reader.who).exclude(state=BugState.TO_BE_SCHEDULED)
    else:
        left = visible_to(reader.who).exclude(state=State.TO_BE_INVESTIGATED, team_id=team_id)
        left = left.select_related("assignee", "filing_team", "filed_by", "living")
    now = {row.pk: row for row in left.filter(pk__in=keys)}
    draw = bug_lines if name == SCHEDULE else report_lines
    return [(line, now[line.key]) for line in draw([key for key in keys if key in now])]


PULSE = """
    SELECT EXISTS (SELECT FROM teams_membership WHERE person_id = %(person)s AND team_id = team.id)
        OR EXISTS (SELECT FROM oncall_duty WHERE person_id = %(person)s AND team_id = team.id
                   AND during @> clock_timestamp()),
        (SELECT string_agg(id || ':' || version, ',' ORDER BY {column}, id) FROM (
            SELECT id, version, {column} FROM {table}
            WHERE team_id = team.id AND state = '{state}' ORDER BY {column}, id LIMIT %(page)s) AS p),
        (SELECT count(*) FROM (SELECT FROM problem_reports_problemreport
            WHERE team_id = team.id AND state = 'to_be_investigated' LIMIT %(counted)s) AS r),
        (SELECT count(*) FROM (SELECT FROM bugs_bug
            WHERE team_id = team.id AND state = 'to_be_scheduled' LIMIT %(counted)s) AS b),
        clock_timestamp(), (SELECT at FROM channels_heartbeat WHERE name = %(beat)s)
    FROM teams_team AS team WHERE team.slug = %(team)s
"""
_PULSE = {
    name: Statement(
        f"pulse_{name}",
        PULSE.format(table=model._meta.db_table, column=column, state=str(state)),
        person="bigint",
        team="text",
        page="bigint",
        counted="bigint",
        beat="text",
    )
    for name, model, column, state in (
        (INVESTIGATE, ProblemReport, "due_at", State.TO_BE_INVESTIGATED),
        (SCHEDULE, Bug, "opened_at", BugState.TO_BE_SCHEDULED),
    )
}


@dataclass(frozen=True)
class Pulse:
    """Whether the reader belongs here, what the first page of a queue looks like, both counts, and clocks.

    `swept` is the last sweep. The stamp knows it only while clocks stand still: it changes when they stop and
    when they run again.
    """

    belongs: bool
    stamp: str
    to_investigate: str
    to_schedule: str
    now: datetime
    swept: datetime | None

    @property
    def stood(self) -> str:
        """Since when clocks stand still, for addresses; empty while they run."""
        return _stood(self.swept, self.now)


def pulse(name: str, team: str, person_id: int) -> Pulse | None:
    """One query, so that an open desk that asks every few seconds costs next to nothing; None for no team."""
    given = {"team": team, "person": person_id, "page": PAGE, "counted": COUNTED + 1}
    found = _PULSE[name].rows(**given, beat=TIMERS)
    if not found:
        return None
    belongs, page, reports, bugs, now, swept = found[0]
    told = f"{page}|{reports}|{bugs}|{_stood(swept, now)}"
    stamp = hashlib.sha256(told.encode()).hexdigest()[:16]
    return Pulse(belongs, stamp, _count(reports), _count(bugs), now, swept)


def _stood(swept: datetime | None, now: datetime) -> str:
    if not stands_still(swept, now):
        return ""
    return f"{swept.timestamp():.0f}" if swept else "never"


def _count(counted: int) -> str:
    return f"{COUNTED}+" if counted > COUNTED else str(counted)
