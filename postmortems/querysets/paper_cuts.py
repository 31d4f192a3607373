"""Small reports of a team by area and cause, added up for the rules (PM-9): amounts and keys, no names.

A *small report* was classified in the span, is neither P0 nor P1, and is no bug of those priorities; a wish and
what was withdrawn are no cuts. Its hours are those that were logged on it, else what its classification says, and
with the report that opened a bug come the hours that were logged on that bug. An import knows no hours: such a
report counts as long as somebody had it in hand last, in working hours of the team and no longer than the timebox
of an investigation, at least a quarter of an hour: what the form of *classify* offers. It is marked as estimated.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Max, QuerySet

from foundation.statements import Statement
from oncall.rules import Standing
from postmortems.models import PostMortem
from postmortems.rules.paper_cuts import Cluster, OpenHours
from problem_reports.clocks import policies
from problem_reports.clocks.models import TimerKind
from problem_reports.clocks.rules import open_intervals
from problem_reports.models import ProblemReport
from teams.lifecycle import TeamKind
from teams.models import Team

Row = tuple[Any, ...]

QUARTER = 0.25
#: How far back the page looks when nobody says.
USUAL = timedelta(days=90)


@dataclass(frozen=True)
class Span:
    """From one day to another, both counted in, by the wall clock of a team."""

    since: date
    until: date
    zone: ZoneInfo

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """The first moment of it and the first one after it."""
        after = self.until + timedelta(1)
        return tuple(datetime.combine(day, time(0), self.zone) for day in (self.since, after))  # type: ignore[return-value]

    @property
    def days(self) -> int:
        return (self.until - self.since).days + 1


def span_of(team: Team, at: datetime, since: date | None = None, until: date | None = None) -> Span:
    """What is asked for, or the last 90 days; `team` comes with its calendar."""
    zone = ZoneInfo(team.calendar.zone)
    last = until or at.astimezone(zone).date()
    return Span(since or last - USUAL + timedelta(1), last, zone)


def teams_whose_cuts(who: Standing) -> QuerySet[Team]:
    """The delivery teams all of whose reports this person reads: a bare number, too, tells of what there is."""
    rows = Team.objects.filter(pk__in=who.reads, kind=TeamKind.DELIVERY)
    return rows.select_related("calendar").order_by("name", "pk")


_SMALL = """
    WITH small AS MATERIALIZED (
        SELECT r.id, r.product_area_id AS area, c.cause, r.closed_at, r.filed_at,
            coalesce(w.hours, c.hours) + coalesce(b.hours, 0) AS hours,
            w.hours IS NULL AND c.hours = 0 AND EXISTS (
                SELECT FROM problem_reports_importedfrom i WHERE i.report_id = r.id) AS unlogged
        FROM problem_reports_problemreport r
        JOIN problem_reports_classification c ON c.id = r.living_id
        LEFT JOIN bugs_bug bug ON bug.id = c.bug_id
        LEFT JOIN LATERAL (
            SELECT sum(hours) AS hours FROM sprints_worklog WHERE report_id = r.id) w ON true
        LEFT JOIN LATERAL (
            SELECT sum(hours) AS hours FROM sprints_worklog WHERE bug_id = bug.id AND bug.opened_by = c.id) b ON true
        WHERE r.team_id = %(team)s AND r.closed_at >= %(since)s AND r.closed_at < %(until)s
            AND r.priority NOT IN ('P0', 'P1') AND coalesce(bug.priority, '') NOT IN ('P0', 'P1')
            AND c.outcome NOT IN ('evolution', 'withdrawn')
            AND NOT (%(own)s AND EXISTS (SELECT FROM problem_reports_importedfrom i WHERE i.report_id = r.id))
            AND (%(area)s IS NULL OR r.product_area_id = %(area)s) AND (%(cause)s IS NULL OR c.cause = %(cause)s)
    )
"""
_CLUSTERS = """
    SELECT s.area, s.cause, count(*), sum(s.hours)::float, sum(s.hours * s.hours)::float,
        coalesce(max(k.customers), 0), min(s.closed_at), max(s.closed_at)
    FROM small s LEFT JOIN (
        SELECT m.area, m.cause, count(DISTINCT a.customer_id) AS customers
        FROM small m JOIN problem_reports_affected a ON a.report_id = m.id GROUP BY m.area, m.cause
    ) k ON k.area = s.area AND k.cause = s.cause
    GROUP BY s.area, s.cause
"""
#: When somebody last took up a report on which nobody could log hours.
_UNLOGGED = """
    SELECT s.area, s.cause, s.id, coalesce((
        SELECT max(e.at) FROM journal_event e
        WHERE e.kind = 'problem_report' AND e.subject = s.id AND e.at <= s.closed_at AND e.name IN (
            'problem_report.first_sign', 'problem_report.taken', 'problem_report.started',
            'problem_report.answered', 'problem_report.reopened')
    ), s.filed_at), s.closed_at
    FROM small s WHERE s.unlogged
"""
_EACH = "SELECT s.id, s.hours::float, s.closed_at FROM small s"
_WHERE = "SELECT s.area, s.cause, s.closed_at, s.hours::float FROM small s"


def _statement(name: str, asks: str) -> Statement:
    return Statement(
        name,
        _SMALL + asks,
        team="bigint",
        since="timestamptz",
        until="timestamptz",
        area="bigint",
        cause="text",
        own="boolean",
    )


CLUSTERS = _statement("paper_cut_clusters", _CLUSTERS)
UNLOGGED = _statement("paper_cuts_unlogged", _UNLOGGED)
EACH = _statement("paper_cuts_each", _EACH)
WHERE = _statement("paper_cuts_where", _WHERE)


def clusters(
    team: Team, span: Span, *, area: int | None = None, cause: str | None = None, own: bool = False
) -> list[Cluster]:
    """Every area and cause that had a small report, in no order; `own`: but what was imported."""
    where = _where(team, span, area, cause, own=own)
    known = [Cluster(*row) for row in CLUSTERS.rows(**where)]
    stays: dict[tuple[int, str], list[float]] = defaultdict(list)
    for (theirs, why, _, *_), hours in _stays(team, UNLOGGED.rows(**where)):
        stays[theirs, why].append(hours)
    return [one.with_stays(stays[one.area, one.cause]) for one in known]


@dataclass(frozen=True)
class Cut:
    """One small report of a cluster; `estimated` when nobody logged its hours."""

    report: int
    hours: float
    at: datetime
    estimated: bool


def cuts(team: Team, span: Span, *, area: int, cause: str) -> list[Cut]:
    """The reports of one cluster, those that took longest first."""
    where = _where(team, span, area, cause)
    stays = {row[2]: hours for row, hours in _stays(team, UNLOGGED.rows(**where))}
    found = [
        Cut(report, hours + stays.get(report, 0.0), at, report in stays)
        for report, hours, at in EACH.rows(**where)
    ]
    return sorted(found, key=lambda cut: (-cut.hours, -cut.at.timestamp(), -cut.report))


def own_cuts(team: Team, span: Span) -> list[Row]:
    """(area, cause, when classified, hours) of every small report but those that were imported."""
    return WHERE.rows(**_where(team, span, None, None, own=True))


def newest(team: Team) -> datetime | None:
    """When the last report of a team was classified."""
    rows = ProblemReport.objects.filter(team=team, closed_at__isnull=False)
    return rows.aggregate(last=Max("closed_at"))["last"]


def cuts_of(thing: PostMortem) -> list[Cut]:
    """The reports that an aggregate review looks at."""
    team, area = thing.team, thing.product_area
    span = span_of(team, thing.proposed_at, thing.since, thing.until)
    return cuts(team, span, area=area.pk, cause=thing.cause)


def cluster_of(thing: PostMortem) -> Cluster | None:
    """What an aggregate review looks at, with its figures as they are now; None when nothing is left of it."""
    team, area = thing.team, thing.product_area
    span = span_of(team, thing.proposed_at, thing.since, thing.until)
    return next(iter(clusters(team, span, area=area.pk, cause=thing.cause)), None)


def _where(
    team: Team, span: Span, area: int | None, cause: str | None, *, own: bool = False
) -> dict[str, Any]:
    since, until = span.moments
    return {
        "team": team.pk,
        "since": since,
        "until": until,
        "area": area,
        "cause": cause,
        "own": own,
    }


def _stays(team: Team, rows: Sequence[Row]) -> Iterator[tuple[Row, float]]:
    """Each of these rows, which end with two moments, and the working hours between them."""
    if not rows:
        return
    week = policies.calendar(team.calendar_id, team.calendar.version)
    first, last = min(row[-2] for row in rows), max(row[-1] for row in rows)
    open_hours = OpenHours(open_intervals(week, first, last))
    _, policy = policies.in_force(team.pk)
    timebox = policy.target(TimerKind.TIMEBOX, "")
    most = timebox.span.total_seconds() / 3600 if timebox else float("inf")
    for row in rows:
        yield row, max(min(open_hours.between(row[-2], row[-1]), most), QUARTER)
