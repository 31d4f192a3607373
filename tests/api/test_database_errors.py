"""What only the database refuses is a sentence too, with 409, 422 or 503, never a 500 (HOUSE, decision 6)."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import psycopg2
import pytest
from django.db import Error, connection, transaction
from rest_framework.response import Response

from channels.rest.problems import handle
from problem_reports.models import ProblemReport
from tests.cast import Cast
from tests.factories import a_bug, a_report, a_running_sprint

REFUSALS = {
    "a customer twice": (
        "INSERT INTO problem_reports_customer (name) VALUES ('Acme'), ('ACME')",
        409,
        "customer was added",
    ),
    "two holders of a duty": (
        "INSERT INTO oncall_duty (team_id, duty, person_id, during, version)"
        " SELECT team_id, duty, person_id, during, 1 FROM oncall_duty LIMIT 1",
        409,
        "holds this duty",
    ),
    "a reserve below zero": (
        "UPDATE sprints_sprint SET held = 900",
        422,
        "reserve of the sprint does not cover",
    ),
    "a state that the table does not know": (
        "UPDATE bugs_bug SET state = 'verified'",
        409,
        "state changed",
    ),
    "a changed history": ("UPDATE journal_event SET source = 'web'", 409, "History never changes"),
    "somebody who does not exist": (
        "UPDATE problem_reports_problemreport SET filed_by_id = 999999; SET CONSTRAINTS ALL IMMEDIATE",
        409,
        "is gone",
    ),
    "nothing where something must be": (
        "UPDATE problem_reports_problemreport SET title = NULL",
        422,
        "rule that the database keeps",
    ),
    "a number that does not fit": (
        "UPDATE sprints_sprint SET capacity = 1e30",
        400,
        "too large",
    ),
    "a statement that takes too long": (
        "SET LOCAL statement_timeout = '5ms'; SELECT pg_sleep(1)",
        503,
        "send it again",
    ),
}


def _handled(error: Exception) -> Response | None:
    context = {"view": SimpleNamespace(), "request": SimpleNamespace(path="/api/v1/x/")}
    return handle(error, context)


@pytest.mark.parametrize(("sql", "status", "words"), REFUSALS.values(), ids=REFUSALS)
def test_it_is_said_in_a_plain_sentence(cast: Cast, sql: str, status: int, words: str) -> None:
    a_running_sprint(cast)
    a_bug(cast)
    with pytest.raises(Error) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    answer = _handled(refused.value)
    assert answer is not None
    assert answer.status_code == status
    assert words in answer.data["detail"]
    assert answer.content_type == "application/problem+json"
    assert ("Retry-After" in answer) == (status == 503)


def test_a_mistake_of_our_own_is_not_hidden(cast: Cast) -> None:
    with pytest.raises(Error) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT nonsense")
    assert _handled(refused.value) is None


@pytest.fixture
def another_connection(transactional_db: None) -> Iterator[Any]:
    other = psycopg2.connect(**connection.get_connection_params() | {"cursor_factory": None})
    yield other
    other.close()


def test_a_row_that_somebody_else_holds_is_503_and_told_when_to_come_back(
    another_connection: Any, api: Any
) -> None:
    cast = Cast()
    report = a_report(cast)
    rhea = api(cast.rhea)
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '50ms'")
    another_connection.cursor().execute("SELECT * FROM problem_reports_problemreport FOR UPDATE")
    answer = rhea.post(f"problem-reports/{report.reference}/assign/", assignee="ines")
    assert answer.status_code == 503
    assert answer["Retry-After"] == "1"
    assert answer["Content-Type"] == "application/problem+json"
    another_connection.rollback()
    done = rhea.post(f"problem-reports/{report.reference}/assign/", assignee="ines")
    assert done.status_code == 200
    assert ProblemReport.objects.get().assignee == cast.ines
    with connection.cursor() as cursor:
        cursor.execute("RESET lock_timeout")
