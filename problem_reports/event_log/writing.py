"""The one service of an import: everything that a log comes to, written in one transaction.

Set-based and without reactions: nobody is told, no policy is asked, no page waits. What the database
holds (states, keys, append-only history) holds for imported rows as for any others.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

import pgtrigger
from django.db import OperationalError, connection, transaction
from django.db.models import F, Model

from bugs.models import Bug
from foundation.errors import Conflict, RuleBroken
from foundation.references import reference
from journal.models import Event, Text
from problem_reports.clocks.models import Timer
from problem_reports.clocks.rules import CalendarUnusable
from problem_reports.event_log.building import Builder, Coming
from problem_reports.event_log.directory import Directory, settle
from problem_reports.event_log.earlier import Earlier, Known, known_cases, touched
from problem_reports.event_log.folding import fold
from problem_reports.event_log.translating import Log, Progress, Row
from problem_reports.models import Affected, Classification, ImportedFrom, ProblemReport

#: Cases that are in memory as rows of the database at once.
AT_ONCE = 500
TITLES_SHOWN = 5

#: What later rows of a case may change.
CHANGED = (
    "product_area",
    "priority",
    "prioritised_at",
    "state",
    "left",
    "assignee",
    "started_at",
    "closed_at",
    "living",
    "due_at",
    "version",
)
BUG_CHANGED = ("state", "fixed_by", "fixed_at", "verified_at", "version")
STATE_GUARDS = ("problem_reports.ProblemReport:report_state_guard", "bugs.Bug:bug_state_guard")


@dataclass
class Account:
    """What an import did, or would do."""

    log: str
    team: str
    #: Whether the team has nobody who could see its desk.
    nobody: bool = False
    new: int = 0
    continued: int = 0
    unchanged: int = 0
    events: int = 0
    bugs: int = 0
    #: Events that name a bug: what classified it as one, and what was linked to it later.
    anomalies: int = 0
    made: dict[str, int] = field(default_factory=dict)
    states: Counter[str] = field(default_factory=Counter)
    titles: list[str] = field(default_factory=list)
    #: Reports that are left as they are: reference, case, why.
    skipped: list[tuple[str, str, str]] = field(default_factory=list)


@transaction.atomic
def import_log(log: Log, *, at: datetime, told: Progress, dry_run: bool = False) -> Account:
    """Bring in what is not here yet of a log; `dry_run` does the same and takes it back.

    1. One import of a log at a time; the statements may take as long as they need.
    2. Find or make the team, areas, people and customers.
    3. By the hundred: leave what is here, skip what people touched, fold the rest and write it; ask
       the database for every check that it would make at the end, so that a dry run makes them too.
    """
    _alone(log.mapping.log)
    directory = _directory(log, at)
    account = Account(log.mapping.log, directory.team.name, made=directory.made)
    account.nobody = not directory.team.memberships.exists()
    builder = Builder(log, directory, at)
    done, total = 0, log.rows
    try:
        for cases in _by_the_hundred(log.cases.items()):
            _write(_coming(cases, log, directory, account), builder, account)
            _check()
            done += sum(len(rows) for _, rows in cases)
            told("Importing", done, total)
    except OperationalError as error:
        if "lock timeout" not in str(error):
            raise
        raise Conflict("Somebody works on one of these reports right now; import again.") from None
    except CalendarUnusable as error:
        raise RuleBroken(f"{directory.team.name}: {error}") from None
    if dry_run:
        transaction.set_rollback(True)
    return account


def _alone(log: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SET LOCAL lock_timeout = '15s'")
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(hashtextextended('import_event_log ' || %s, 0))",
            [log],
        )
        if not cursor.fetchone()[0]:
            raise Conflict(f"The log “{log}” is being imported right now.")


def _check() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _directory(log: Log, at: datetime) -> Directory:
    rows = [row for case in log.cases.values() for row in case]
    return settle(
        log.mapping,
        areas=sorted({row.area for row in rows}),
        people=sorted({row.person for row in rows} - {""}),
        customers=sorted({row.customer for row in rows} - {""}),
        at=at,
    )


Case = tuple[str, list[Row]]


def _by_the_hundred(cases: Iterable[Case]) -> Iterator[list[Case]]:
    rest = iter(cases)
    while some := list(islice(rest, AT_ONCE)):
        yield some


def _coming(cases: list[Case], log: Log, directory: Directory, account: Account) -> list[Coming]:
    """Of these cases, those that are written; the others are counted, or named with the reason."""
    known = known_cases(log.mapping.log, [case for case, _ in cases])
    longer = [
        known[case].report
        for case, rows in cases
        if case in known and len(rows) > len(known[case].told)
    ]
    earlier = Earlier(longer)
    # Asked after the locks: who worked on one of them a moment ago has committed by now.
    by_people = touched({here.report for here in known.values()})
    coming = []
    for case, rows in cases:
        here = known.get(case)
        if here is None:
            coming.append(Coming(case, rows, fold(rows, log.mapping)))
        elif here.report in by_people:
            _skip(account, here, case, "people have worked on it since")
        elif not _begins_alike(rows, here):
            _skip(account, here, case, "the log tells its past otherwise than before")
        elif len(rows) <= len(here.told):
            account.unchanged += 1
        else:
            folded, already = fold(rows, log.mapping), len(here.told)
            if not earlier.agrees(here.report, folded, already, directory.team.pk):
                _skip(account, here, case, "the mapping reads its past otherwise than before")
                continue
            on = Coming(case, rows, folded, already, here.report, earlier.bugs.get(here.report))
            on.classifications = earlier.classifications(here.report)
            coming.append(on)
    return coming


def _begins_alike(rows: list[Row], here: Known) -> bool:
    both = min(len(rows), len(here.told))
    return [(row.at, row.activity) for row in rows[:both]] == here.told[:both]


def _skip(account: Account, here: Known, case: str, why: str) -> None:
    account.skipped.append((reference("PR", here.report), case, why))


def _write(coming: list[Coming], builder: Builder, account: Account) -> None:
    """Rows in an order in which each finds what it names; the deferred keys are checked after."""
    if not coming:
        return
    _take_keys(coming)
    new = [each for each in coming if each.is_new]
    continued = [each for each in coming if not each.is_new]
    _write_messages(coming, builder)
    timers = {each.report: builder.timers(each) for each in coming}
    ProblemReport.objects.bulk_create(builder.report(c, timers[c.report]) for c in new)
    Bug.objects.bulk_create(builder.bug(each) for each in coming if each.opens_bug)
    Classification.objects.bulk_create(c for each in coming for c in builder.classifications(each))
    _change(continued, builder, timers)
    _tell(coming, builder, account)
    Affected.objects.bulk_create(
        (a for each in coming for a in builder.affected(each)), ignore_conflicts=True
    )
    Timer.objects.bulk_create(timer for armed in timers.values() for timer in armed)
    account.new += len(new)
    account.continued += len(continued)
    account.bugs += sum(each.opens_bug for each in coming)
    account.states.update(str(each.folded.state) for each in coming)
    shown = coming[: TITLES_SHOWN - len(account.titles)]
    account.titles += [builder.log.title(each.folded.first) for each in shown]


def _take_keys(coming: list[Coming]) -> None:
    """Every key from its sequence beforehand: the history names reports and bugs."""
    reports = _keys(ProblemReport, sum(each.is_new for each in coming))
    bugs = _keys(Bug, sum(each.opens_bug for each in coming))
    judgements = _keys(Classification, sum(len(each.judgements) for each in coming))
    for each in coming:
        if each.is_new:
            each.report = next(reports)
        if each.opens_bug:
            each.bug = next(bugs)
        each.classifications |= {j.number: next(judgements) for j in each.judgements}


def _write_messages(coming: list[Coming], builder: Builder) -> None:
    for each in coming:
        each.messages = {j.number: builder.message(j) for j in each.judgements}
    Text.objects.bulk_create(text for each in coming for text in each.messages.values())


def _change(continued: list[Coming], builder: Builder, timers: dict[int, list[Timer]]) -> None:
    """Move what an earlier import brought to its later end.

    In the fold it passed through states that the table permits, one by one; the guards would see
    only the first and the last, so they sleep for these two statements.
    """
    if not continued:
        return
    Timer.objects.filter(report__in=[each.report for each in continued]).delete()
    reports = [builder.report(each, timers[each.report]) for each in continued]
    bugs = [builder.bug(each) for each in continued if each.bug and not each.opens_bug]
    for row in (*reports, *bugs):
        row.version = F("version") + 1
    with pgtrigger.ignore(*STATE_GUARDS):
        ProblemReport.objects.bulk_update(reports, CHANGED)
        Bug.objects.bulk_update(bugs, BUG_CHANGED)


def _tell(coming: list[Coming], builder: Builder, account: Account) -> None:
    keys = _keys(Event, sum(len(each.rows) - each.already for each in coming))
    events: list[Event] = []
    origins: list[ImportedFrom] = []
    for each in coming:
        told = list(builder.events(each, keys))
        events += told
        origins += builder.origins(each, told)
    Event.objects.bulk_create(events)
    ImportedFrom.objects.bulk_create(origins)
    account.events += len(events)
    account.anomalies += sum("bug" in event.data for event in events)


def _keys(model: type[Model], count: int) -> Iterator[int]:
    """So many keys from the table's own sequence."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        keys: list[tuple[Any, ...]] = cursor.fetchall()
    return iter([key for (key,) in keys])
