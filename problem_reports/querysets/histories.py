"""What stands around a report: its duplicates, its promises, its bugs and what happened to it."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db import connection
from django.db.models import (
    QuerySet,
)

from foundation.statements import Statement
from journal.querysets import timeline
from journal.timeline import Item, items
from problem_reports.clocks.timers import PROMISES
from problem_reports.models import ProblemReport, Timer


def originals_of(keys: Iterable[int]) -> dict[int, int]:
    """report -> the report that its living classification calls the original."""
    rows = ProblemReport.objects.filter(pk__in=list(keys), living__duplicate_of__isnull=False)
    return dict(rows.values_list("pk", "living__duplicate_of_id"))


def chain_from(report_id: int) -> list[int]:
    """The report and the originals after it; the last is the living end of the chain."""
    chain = [report_id]
    while (nxt := originals_of(chain[-1:]).get(chain[-1])) is not None and nxt not in chain:
        chain.append(nxt)
    return chain


AND_THEIR_DUPLICATES = """
    WITH RECURSIVE told(report, bug) AS (
        SELECT r.id, c.bug_id FROM problem_reports_problemreport r
        JOIN problem_reports_classification c ON c.id = r.living_id WHERE c.bug_id = ANY (%s)
      UNION
        SELECT r.id, told.bug FROM problem_reports_problemreport r
        JOIN problem_reports_classification c ON c.id = r.living_id
        JOIN told ON told.report = c.duplicate_of_id
    )
    SELECT report, bug FROM told
"""


def answered_by_each(bug_ids: Iterable[int]) -> dict[int, int]:
    """report -> the bug that explains it; the whole chain of duplicates of each report among them."""
    with connection.cursor() as cursor:
        cursor.execute(AND_THEIR_DUPLICATES, [list(bug_ids)])
        return dict(cursor.fetchall())


def answered_by(bug_id: int) -> list[int]:
    """The reports that a bug explains, and the whole chain of their duplicates."""
    return list(answered_by_each([bug_id]))


def promises_of(report_id: int) -> QuerySet[Timer]:
    """Every epoch of every promise, oldest first: the slip history (PR-8)."""
    return Timer.objects.filter(report_id=report_id).order_by("kind", "epoch")


class Around(NamedTuple):
    """What stands around a report, mostly little: asked in one, so that a page asks further only for what is there."""

    watched: bool
    has_duplicates: bool
    has_files: bool
    bugs: list[int]
    paged: bool = False


_AROUND = Statement(
    "around_report",
    """
    SELECT
        EXISTS (SELECT FROM problem_reports_watch w
                WHERE w.report_id = %(report)s AND w.person_id = %(person)s),
        EXISTS (SELECT FROM problem_reports_classification c WHERE c.duplicate_of_id = %(report)s),
        EXISTS (SELECT FROM problem_reports_attachment a WHERE a.report_id = %(report)s),
        ARRAY(SELECT DISTINCT c.bug_id FROM problem_reports_classification c
              WHERE c.report_id = %(report)s AND c.bug_id IS NOT NULL ORDER BY 1),
        EXISTS (SELECT FROM oncall_page p WHERE p.report_id = %(report)s)
    """,
    report="bigint",
    person="bigint",
)


def around(report_id: int, person_id: int) -> Around:
    ((*found,),) = _AROUND.rows(report=report_id, person=person_id)
    return Around(*found)


_CUSTOMERS = Statement(
    "customers_of_report",
    """
    SELECT c.name FROM problem_reports_affected a
    JOIN problem_reports_customer c ON c.id = a.customer_id
    WHERE a.report_id = %(report)s ORDER BY c.name
    """,
    report="bigint",
)


def customers_of(report_id: int) -> list[str]:
    """The names of whom a report affects."""
    return [name for (name,) in _CUSTOMERS.rows(report=report_id)]


def bugs_of(report: ProblemReport) -> list[int]:
    """Every bug that explained a report, now or before a dispute."""
    named = report.classifications.filter(bug__isnull=False).order_by("bug_id")
    return list(named.values_list("bug_id", flat=True).distinct())


def history(
    report: ProblemReport, *, inside: bool, bugs: Sequence[int] | None = None
) -> list[Item]:
    """What happened to a report and to the bug that explains it, as this reader may see it.

    Of a bug, readers outside the delivery team see what its promise is made of, nothing else.
    """
    own = [("problem_report", report.pk)]
    theirs = [("bug", bug) for bug in (bugs_of(report) if bugs is None else bugs)]
    told = items(timeline([*own, *theirs]), inside=inside)
    return [item for item in told if inside or _told_outside(item)]


def _told_outside(item: Item) -> bool:
    """Of a bug, what the promise is made of; of clocks, the two promises."""
    if item.about[0] == "bug":
        return item.name in TOLD_OF_A_BUG
    return item.name != "problem_report.breached" or item.data.get("promise") in PROMISES


#: What readers outside the delivery team hear of a bug: what the promise is made of.
TOLD_OF_A_BUG = frozenset(
    f"bug.{verb}"
    for verb in (
        "opened",
        "injected",
        "scheduled",
        "swapped_out",
        "pulled_forward",
        "postponed",
        "declined",
        "carried_back",
        "fixed",
        "verified",
        "reopened",
    )
)
