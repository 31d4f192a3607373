"""The triage desk's two queues: a page of rows by key, and the cheap question whether anything changed."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import F, Model, Q, QuerySet

from bugs.lifecycle import State as BugState
from bugs.models import Bug
from bugs.querysets import awaiting_schedule
from bugs.querysets import visible_to as bugs_visible_to
from foundation.references import parse
from problem_reports.lifecycle import State
from problem_reports.models import ProblemReport
from problem_reports.querysets import to_be_investigated, visible_to, with_card
from problem_reports.web.reader import Reader

INVESTIGATE, SCHEDULE = "investigate", "schedule"
PAGE = 50
#: A queue is counted up to here; a number beyond is said as "500+".
COUNTED = 500
#: A row that left the queue is shown as taken only if this many or fewer were asked about.
REMEMBERED = 100


@dataclass(frozen=True)
class Queue:
    """One of the two queues of a team: its rows in order, and the column that orders them."""

    name: str
    team_id: int
    rows: QuerySet[Any]
    ordered_by: str
    prefix: str

    def page(self, after: str = "") -> tuple[list[Any], str]:
        """The rows after a row (a reference), and the reference that the next page follows."""
        found = list(self.beyond(after)[: PAGE + 1]) if after else list(self.rows[: PAGE + 1])
        more = len(found) > PAGE
        return found[:PAGE], found[PAGE - 1].reference if more else ""

    def beyond(self, name: str) -> QuerySet[Any]:
        """The rows behind the place where a row stands or stood; all of them when it is unknown."""
        key = parse(name, self.prefix)
        place = self.rows.model.objects.filter(pk=key).values_list(self.ordered_by, "pk").first()
        if place is None:
            return self.rows
        moment, key = place
        later = Q(**{f"{self.ordered_by}__gt": moment}) if moment else Q(pk__in=())
        same = (
            Q(**{self.ordered_by: moment}) if moment else Q(**{f"{self.ordered_by}__isnull": True})
        )
        last = Q(**{f"{self.ordered_by}__isnull": True}) if moment else Q(pk__in=())
        return self.rows.filter(later | (same & Q(pk__gt=key)) | last)


def queue(name: str, team_id: int, reader: Reader) -> Queue:
    if name == SCHEDULE:
        bugs = bugs_visible_to(reader.who) & awaiting_schedule(team_id)
        rows = bugs.order_by("opened_at", "pk")
        return Queue(SCHEDULE, team_id, rows, "opened_at", "BUG")
    reports = with_card(visible_to(reader.who) & to_be_investigated(team_id))
    rows = reports.order_by(F("due_at").asc(nulls_last=True), "pk")
    return Queue(INVESTIGATE, team_id, rows, "due_at", "PR")


def gone(name: str, team_id: int, reader: Reader, keys: Sequence[int]) -> list[Any]:
    """What was in the queue a moment ago and is not any more."""
    if not keys:
        return []
    if name == SCHEDULE:
        left = bugs_visible_to(reader.who).exclude(state=BugState.TO_BE_SCHEDULED)
        return list(left.filter(pk__in=keys))
    rows = with_card(visible_to(reader.who))
    return list(rows.filter(pk__in=keys).exclude(state=State.TO_BE_INVESTIGATED, team_id=team_id))


PULSE = """
    SELECT EXISTS (SELECT FROM teams_membership WHERE person_id = %(person)s AND team_id = team.id)
        OR EXISTS (SELECT FROM oncall_duty WHERE person_id = %(person)s AND team_id = team.id
                   AND during @> clock_timestamp()),
        (SELECT string_agg(id || ':' || version, ',' ORDER BY {column}, id) FROM (
            SELECT id, version, {column} FROM {table}
            WHERE team_id = team.id AND state = %(state)s ORDER BY {column}, id LIMIT %(page)s) AS p),
        (SELECT count(*) FROM (SELECT FROM problem_reports_problemreport
            WHERE team_id = team.id AND state = 'to_be_investigated' LIMIT %(counted)s) AS r),
        (SELECT count(*) FROM (SELECT FROM bugs_bug
            WHERE team_id = team.id AND state = 'to_be_scheduled' LIMIT %(counted)s) AS b)
    FROM teams_team AS team WHERE team.slug = %(team)s
"""


@dataclass(frozen=True)
class Pulse:
    """Whether the reader belongs here, what the first page of a queue looks like, and both counts."""

    belongs: bool
    stamp: str
    to_investigate: str
    to_schedule: str


def pulse(name: str, team: str, person_id: int) -> Pulse:
    """One query, so that an open desk that asks every few seconds costs next to nothing."""
    model, column, state = (
        (Bug, "opened_at", BugState.TO_BE_SCHEDULED)
        if name == SCHEDULE
        else (ProblemReport, "due_at", State.TO_BE_INVESTIGATED)
    )
    statement = PULSE.format(table=_table(model), column=column)
    values = {
        "person": person_id,
        "team": team,
        "state": str(state),
        "page": PAGE,
        "counted": COUNTED + 1,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        belongs, page, reports, bugs = cursor.fetchone() or (False, None, 0, 0)
    stamp = hashlib.sha256(f"{page}|{reports}|{bugs}".encode()).hexdigest()[:16]
    return Pulse(belongs, stamp, _count(reports), _count(bugs))


def _table(model: type[Model]) -> str:
    return model._meta.db_table


def _count(counted: int) -> str:
    return f"{COUNTED}+" if counted > COUNTED else str(counted)


def next_after(queue: Queue, name: str) -> str:
    """The reference of the row behind the one that was just dealt with; the first when it was the last."""
    behind = queue.beyond(name).first() or queue.rows.first()
    return behind.reference if behind else ""
