"""What every test stands on. People and things come from tests/cast.py and tests/factories.py."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, ProgrammingError, connection, connections, transaction
from django.test import TransactionTestCase
from django.test.utils import setup_databases, teardown_databases
from hypothesis import HealthCheck, settings

from tests.cast import Cast

#: What migrations and Django itself wrote; everything else is of a test.
KEPT = {"django_migrations", "django_content_type", "auth_permission", "django_site"}

TEMPLATES = "migrated_"
TEMPLATE = (
    TEMPLATES
    + sha256(
        b"".join(path.read_bytes() for path in sorted(Path().glob("*/migrations/*.py")))
    ).hexdigest()[:16]
)

# A property is true or not; how fast a busy machine finds out is for bench/, never for a test.
settings.register_profile("tests", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tests")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without a folder of real logs their tests are not of this run: left out, never skipped."""
    if os.environ.get("REAL_LOGS"):
        return
    theirs = [item for item in items if item.get_closest_marker("real_logs")]
    if theirs:
        config.hook.pytest_deselected(items=theirs)
        items[:] = [item for item in items if item not in theirs]


@pytest.fixture(scope="session", autouse=True)
def _history_may_be_flushed() -> Iterator[None]:
    """After a test that commits, every table is emptied with the triggers asleep.

    History refuses DELETE and TRUNCATE in every role but this one (HOUSE, "History"); only this hook uses
    it. Django's own flush would stumble over the table of the token that ours replaces, and takes longer.
    """
    flush = TransactionTestCase._fixture_teardown

    def asleep(self: TransactionTestCase) -> None:
        for name in self._databases_names(include_mirrors=False):
            tables = set(connections[name].introspection.table_names()) - KEPT
            empty = "".join(f'DELETE FROM "{table}";' for table in sorted(tables))
            with connections[name].cursor() as cursor:
                cursor.execute(
                    f"BEGIN; SET LOCAL session_replication_role = replica; {empty} COMMIT"
                )

    TransactionTestCase._fixture_teardown = asleep  # type: ignore[method-assign]
    yield
    TransactionTestCase._fixture_teardown = flush  # type: ignore[method-assign]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None, django_db_blocker: Any
) -> None:
    """A database with just these migrations is copied: a run of few tests would spend its time on migrating."""
    with django_db_blocker.unblock(), connection._nodb_cursor() as cursor:
        if TEMPLATE in _databases(cursor):
            connection.settings_dict["TEST"]["TEMPLATE"] = TEMPLATE


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_modify_db_settings: None, django_db_blocker: Any
) -> Iterator[None]:
    """A database for every run: pytest-django's own makes none when all tests share a cast and none asks for `db`.

    What the first run migrated is kept for the next ones, and what older migrations made is dropped.
    """
    with django_db_blocker.unblock():
        made_now = setup_databases(verbosity=0, interactive=False, serialized_aliases=set())
        made = connection.settings_dict["NAME"]
        connection.close()
        # Another worker may be doing the same: its copy is as good.
        with connection._nodb_cursor() as cursor, suppress(ProgrammingError, OperationalError):
            there = _databases(cursor)
            if TEMPLATE not in there:
                for old in there:
                    if old.startswith(TEMPLATES):
                        cursor.execute(f'DROP DATABASE IF EXISTS "{old}"')
                cursor.execute(f'CREATE DATABASE "{TEMPLATE}" TEMPLATE "{made}"')
    yield
    with django_db_blocker.unblock():
        teardown_databases(made_now, verbosity=0)


def _databases(cursor: Any) -> list[str]:
    cursor.execute("SELECT datname FROM pg_database")
    return [name for (name,) in cursor.fetchall()]


@pytest.fixture(autouse=True)
def _rounds_end_when_all_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine a round of fanning out could end before its few events are told."""
    monkeypatch.setattr("channels.services.ROUND_SECONDS", 60.0)


@pytest.fixture
def cast(db: None) -> Cast:
    """Everybody, their teams and duties; about 20 ms, so that every test may have its own."""
    return Cast()


@pytest.fixture(scope="module")
def shared_cast(django_db_setup: None, django_db_blocker: Any) -> Iterator[Cast]:
    """One cast for a module whose tests ask much of the same things; all are taken back after the last.

    Its tests use `taken_back` as well, and never `db` or `cast`.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield Cast()
        transaction.set_rollback(True)


@pytest.fixture
def taken_back(shared_cast: Cast) -> Iterator[None]:
    """What one test did is taken back, after what waits for the commit was checked."""
    with transaction.atomic():
        yield
        if not connection.needs_rollback:
            connection.check_constraints()
        transaction.set_rollback(True)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium (installed by .ci/run) instead of a downloaded one; only the browser suite asks."""
    return {
        **browser_type_launch_args,
        "executable_path": os.environ.get("CHROMIUM", "/usr/bin/chromium"),
        # Containers run as root and have a small /dev/shm.
        "args": ["--no-sandbox", "--disable-dev-shm-usage"],
    }
