"""What the representations read, as plain rows: every list and every verb's answer comes by here.

Written as statements, because building the same from the ORM took longer than the rest of the request
(decision 0004). Names are looked up by scalar subqueries: the planner has no order of joins to search.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from types import SimpleNamespace
from typing import Any, NamedTuple

from foundation.references import reference
from foundation.statements import Statement
from problem_reports.models import ProblemReport

_OWN = (
    "id, title, team_id, filing_team_id, filed_by_id, filed_at, impact, urgency, stated_priority, priority, "
    "prioritised_at, state, third_party, assignee_id, due_at, cause_due_at, closed_at, living_id, version"
)
_LONG = (
    "description, steps, expected, actual, affected_version, environment, started_at, snoozed_until"
)
_TEAM = "slug, name, investigation_limit"
_NAMES = {
    "area": "SELECT slug FROM teams_productarea a WHERE a.id = r.product_area_id",
    "filing_team": "SELECT slug FROM teams_team f WHERE f.id = r.filing_team_id",
    "filed_by": "SELECT username FROM teams_person p WHERE p.id = r.filed_by_id",
    "assignee": "SELECT username FROM teams_person p WHERE p.id = r.assignee_id",
}
_REST = {
    "customers": "SELECT array_agg(c.name ORDER BY a.joined_at, a.id) FROM problem_reports_affected a"
    " JOIN problem_reports_customer c ON c.id = a.customer_id WHERE a.report_id = r.id",
    "files": "SELECT count(*) FROM problem_reports_attachment f WHERE f.report_id = r.id",
}


def _select(name: str, own: str, names: dict[str, str]) -> tuple[list[str], Statement]:
    """The names of the columns, and the statement that reads them of some reports."""
    columns = own.split(", ")
    parts = [f"r.{c}" for c in columns] + [f"({sub})" for sub in names.values()]
    parts += [f"t.{c}" for c in _TEAM.split(", ")]
    read = f"SELECT {', '.join(parts)} FROM problem_reports_problemreport r"  # noqa: S608 - our own names
    read += " JOIN teams_team t ON t.id = r.team_id WHERE r.id = ANY(%(keys)s)"
    return [*columns, *names], Statement(name, read, keys="bigint[]")


_WHOLE_OWN = f"{_OWN}, {_LONG}".split(", ")
_CARD, CARDS = _select("report_cards", _OWN, _NAMES)
_WHOLE, WHOLE = _select("report_whole", f"{_OWN}, {_LONG}", _NAMES | _REST)

TIMERS = Statement(
    "report_timers",
    """
    SELECT report_id, kind, epoch, state, started_at, due_at, armed_at, armed_because, stopped_at,
           stopped_by_id, paused_since
    FROM problem_reports_timer WHERE report_id = ANY(%(keys)s)
    """,
    keys="bigint[]",
)
LIVINGS = Statement(
    "living_classifications",
    """
    SELECT c.id, c.outcome, b.id, b.state, b.review_on, b.verified_at, s.name, s.ends_on,
           v.named, v."on", v.out_at,
           (SELECT m.what FROM bugs_mitigation m
            WHERE m.bug_id = b.id AND m.kind = 'customer_workaround' ORDER BY m.id DESC LIMIT 1)
    FROM problem_reports_classification c
    LEFT JOIN bugs_bug b ON b.id = c.bug_id LEFT JOIN sprints_sprint s ON s.id = b.sprint_id
    LEFT JOIN bugs_release v ON v.id = b.release_id
    WHERE c.id = ANY(%(keys)s)
    """,
    keys="bigint[]",
)
JUDGED = Statement(
    "judged",
    """
    SELECT c.number, c.outcome, x.body, p.username, c.at, c.bug_id, c.duplicate_of_id,
           c.already_fixed_in, c.cause, c.hours, c.item_id
    FROM problem_reports_classification c JOIN journal_text x ON x.id = c.message_id
    JOIN teams_person p ON p.id = c.by_id WHERE c.id = %(key)s
    """,
    key="bigint",
)


class TeamRow(NamedTuple):
    """What policies ask of a team."""

    pk: int
    slug: str
    name: str
    investigation_limit: int


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
    paused_since: datetime | None


class JudgedRow(NamedTuple):
    """A classification, whole."""

    number: int
    outcome: str
    message: str
    by: str
    at: datetime
    bug_id: int | None
    duplicate_of_id: int | None
    already_fixed_in: str
    cause: str
    hours: Any
    item_id: int | None


def of_cards(keys: Sequence[int]) -> list[Any]:
    """The rows of a list, in the order of `keys`."""
    found = {row.id: row for row in _read(CARDS, _CARD, keys)} if keys else {}
    return [found[key] for key in keys if key in found]


def of_whole(key: int) -> Any:
    """One report with its long texts, its customers' names and how many files it has."""
    (row,) = _read(WHOLE, _WHOLE, [key])
    row.customers = row.customers or []
    return row


def of_filed(report: ProblemReport) -> Any:
    """A report as *file* gives it back, in the shape of the others."""
    row = SimpleNamespace(**{name: getattr(report, name) for name in _WHOLE_OWN})
    row.pk, row.team, row.living = report.pk, report.team, None
    row.area, row.filed_by = report.product_area.slug, report.filed_by.username
    row.filing_team, row.assignee = report.filing_team and report.filing_team.slug, None
    row.customers, row.files = report.first_affected, 0
    return row


def _read(statement: Statement, names: list[str], keys: Sequence[int]) -> list[Any]:
    """Rows that policies and promises read as they would a report, each with its team."""
    teams: dict[int, TeamRow] = {}
    rows = []
    for values in statement.rows(keys=list(keys)):
        row = SimpleNamespace(**dict(zip(names, values, strict=False)))
        team = teams.get(row.team_id)
        if team is None:
            team = teams[row.team_id] = TeamRow(row.team_id, *values[len(names) :])
        row.team, row.pk, row.living = team, row.id, None
        rows.append(row)
    livings = _livings([r.living_id for r in rows if r.living_id])
    for row in rows:
        row.living = livings.get(row.living_id)
    return rows


def _livings(keys: list[int]) -> dict[int, Any]:
    """The outcome that counts of closed reports, with what the promise of its bug is made of."""
    found = {}
    for key, outcome, bug, state, review_on, verified_at, name, ends_on, *version in (
        LIVINGS.rows(keys=keys) if keys else ()
    ):
        named, on, out_at, for_customers = version
        release = SimpleNamespace(named=named, on=on, is_out=out_at is not None)
        sprint = SimpleNamespace(name=name, ends_on=ends_on) if name is not None else None
        known = bug is not None and SimpleNamespace(
            reference=reference("BUG", bug),
            state=state,
            sprint=sprint,
            release=release if named is not None else None,
            for_customers=for_customers,
            review_on=review_on,
            verified_at=verified_at,
        )
        found[key] = SimpleNamespace(outcome=outcome, bug=known or None)
    return found


def timers(keys: Iterable[int]) -> dict[int, list[TimerRow]]:
    """report -> every epoch of its promises; a list shows a hundred of them."""
    found: dict[int, list[TimerRow]] = defaultdict(list)
    for values in TIMERS.rows(keys=list(keys)) if keys else ():
        found[values[0]].append(TimerRow._make(values))
    return found


def judged(key: int) -> JudgedRow:
    (values,) = JUDGED.rows(key=key)
    return JudgedRow._make(values)
