"""A prepared statement is planned once per session, and a new session is no surprise."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from foundation.statements import Statement

SUM = Statement("sum_of_a_test", "SELECT %(a)s + %(b)s, 10 %% 4", a="bigint", b="bigint")


@pytest.mark.django_db(transaction=True)
def test_it_is_prepared_once_and_again_in_a_new_session() -> None:
    with CaptureQueriesContext(connection) as asked:
        assert SUM.rows(a=1, b=2) == SUM.rows(b=2, a=1) == [(3, 2)]
    assert [q["sql"].split()[0] for q in asked] == ["PREPARE", "EXECUTE", "EXECUTE"]
    connection.close()
    with CaptureQueriesContext(connection) as asked:
        assert SUM.rows(a=40, b=2) == [(42, 2)]
    assert [q["sql"].split()[0] for q in asked][-2:] == ["PREPARE", "EXECUTE"]


@pytest.mark.django_db
def test_a_value_is_a_value_whatever_it_holds() -> None:
    quoted = Statement("quoted_of_a_test", "SELECT %(a)s", a="text")
    assert quoted.rows(a="'); DROP TABLE teams_team; --") == [("'); DROP TABLE teams_team; --",)]
