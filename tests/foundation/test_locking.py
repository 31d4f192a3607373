"""Rows are locked by key, lowest first, and come with what they are joined to."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from foundation.errors import NotFound
from foundation.locking import locked, locked_all
from teams.models import Team
from tests.cast import Cast


def test_a_row_that_is_not_there_is_not_found(cast: Cast) -> None:
    with pytest.raises(NotFound):
        locked(Team.objects.all(), 2**62)


def test_several_rows_are_locked_in_order_of_their_keys(cast: Cast) -> None:
    keys = [cast.platform.pk, cast.services.pk, cast.billing.pk]
    with CaptureQueriesContext(
        connection,
    ) as queries:
        rows = locked_all(Team.objects.select_related("calendar"), keys)
    assert list(rows) == sorted(keys)
    lock = queries[0]["sql"]
    assert "FOR NO KEY UPDATE" in lock
    assert "ORDER BY 1 ASC" in lock  # the key: nothing else is asked for
    assert "JOIN" not in lock


def test_the_row_comes_with_its_relations(cast: Cast, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    team = locked(Team.objects.select_related("calendar"), cast.billing.pk)
    with django_assert_num_queries(0):
        assert team.calendar.name == "Office"
