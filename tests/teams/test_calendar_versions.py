"""Databases that were there before versions: their weeks become the current version, and the way back is open."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from teams import services as teams
from teams.services.calendars import Week, lay_out
from tests.cast import Cast
from tests.teams.made import HOURS

WEEK = (
    "SELECT c.name, c.version, count(*) FROM teams_calendarshift s {join} GROUP BY 1, 2 ORDER BY 1"
)
BEFORE = WEEK.format(join="JOIN teams_businesscalendar c ON c.id = s.calendar_id")
AFTER = WEEK.format(
    join="JOIN teams_calendarversion v ON v.id = s.version_id"
    " JOIN teams_businesscalendar c ON c.id = v.calendar_id AND v.number = c.version"
)


def rows(sql: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


@contextmanager
def before_versions() -> Iterator[None]:
    """The tables as they were; everything is taken back with the test's transaction."""
    connection.check_constraints()
    here = MigrationExecutor(connection).loader.graph.leaf_nodes()
    MigrationExecutor(connection).migrate([("teams", "0001_initial")])
    yield
    MigrationExecutor(connection).migrate(here)
    connection.check_constraints()


def test_the_week_of_before_is_the_current_version_published_when_the_journal_says(
    cast: Cast,
) -> None:
    act = {"by": cast.adam, "at": cast.now}
    christmas = {date(2026, 12, 25): "Christmas"}
    said = {"name": "Office", "zone": "Europe/Rome", "shifts": HOURS, "days_off": christmas}
    edited = teams.edit_calendar(cast.office.pk, **said, country="IT", **act)
    lay_out("Imported", Week("UTC", HOURS[:2]), at=cast.now - timedelta(days=9))
    with before_versions():
        assert rows(BEFORE) == [("Imported", 1, 2), ("Office", 2, 5)]
        kept = rows("SELECT day, why FROM teams_calendardayoff ORDER BY day")
        assert (date(2026, 12, 25), "Christmas") in kept
        assert len(kept) > 100
    assert rows(AFTER) == [("Imported", 1, 2), ("Office", 2, 5)]
    version = edited.versions.get()  # the first was not there any more
    assert (version.number, version.zone, version.country) == (2, "Europe/Rome", "")
    assert (version.published_at, version.published_by) == (cast.now, cast.adam)
    days = version.days_off.order_by("day").values_list("day", "why")
    assert list(days) == kept
    imported = rows(
        "SELECT v.published_at = now(), v.published_by_id FROM teams_calendarversion v"
        " JOIN teams_businesscalendar c ON c.id = v.calendar_id WHERE c.name = 'Imported'"
    )
    assert imported == [(True, None)]


@pytest.mark.django_db
def test_an_empty_database_goes_back_and_forth_too() -> None:
    with before_versions():
        assert rows(BEFORE) == []
    assert rows(AFTER) == []
