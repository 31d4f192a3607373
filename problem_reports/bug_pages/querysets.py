"""What the pages of bugs count and list: the reports that a bug answers, and whom they affect."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q, QuerySet

from bugs.models import Bug
from bugs.querysets import visible_to
from oncall.rules import Standing

# The living classifications of each bug, and the duplicates of those reports, however long the chain.
REACH = """
    WITH RECURSIVE told(bug, report) AS (
        SELECT c.bug_id, r.id FROM problem_reports_problemreport r
        JOIN problem_reports_classification c ON c.id = r.living_id WHERE c.bug_id = ANY(%s)
      UNION
        SELECT told.bug, r.id FROM problem_reports_problemreport r
        JOIN problem_reports_classification c ON c.id = r.living_id
        JOIN told ON told.report = c.duplicate_of_id
    )
    SELECT told.bug, count(DISTINCT told.report), array_agg(DISTINCT told.report),
           coalesce(array_agg(DISTINCT k.name) FILTER (WHERE k.name IS NOT NULL), '{}')
    FROM told
    LEFT JOIN problem_reports_affected a ON a.report_id = told.report
    LEFT JOIN problem_reports_customer k ON k.id = a.customer_id
    GROUP BY told.bug
"""


@dataclass(frozen=True)
class Reach:
    """How many reports a bug answers, duplicates included, which, and the customers behind them."""

    count: int = 0
    reports: tuple[int, ...] = ()
    customers: tuple[str, ...] = ()


NOBODY = Reach()


def reach(bug_ids: Iterable[int]) -> dict[int, Reach]:
    """bug -> its reach, in one query for a whole list."""
    with connection.cursor() as cursor:
        cursor.execute(REACH, [list(bug_ids)])
        return {
            bug: Reach(count, tuple(reports), tuple(customers))
            for bug, count, reports, customers in cursor.fetchall()
        }


def listed(who: Standing, wanted: Q, before: int | None) -> QuerySet[Bug]:
    """The bugs that a person may know of, newest first, below the key `before`."""
    bugs = visible_to(who).filter(wanted)
    return bugs.filter(pk__lt=before) if before is not None else bugs
