"""Lets a bare `pytest` find its servers, and keeps runs of several people apart on one of them.

Loaded by `-p embedded.pytest_plugin` (pyproject.toml), before pytest-django reads the settings.
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Generator

import pytest

from embedded import postgres, processes, servers

PREFIX = "test_firebreak_"
_stay: servers.Visit | None = None


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Generator[None]:
    """Only the controlling process comes here with no run name; its xdist workers inherit all."""
    global _stay
    if importlib.util.find_spec("pytest_playwright"):
        # Playwright keeps an event loop in the test's thread; Django would refuse the database there.
        os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    if "TEST_RUN" not in os.environ:
        _stay = servers.Visit().enter()
        os.environ.update(_stay.environment())
        os.environ["TEST_RUN"] = f"{os.getpid()}_{processes.started(os.getpid())}"
        if _stay.owns_postgres:
            _drop_left_behind()
    return (yield)


def pytest_unconfigure() -> None:
    if _stay is not None:
        _stay.leave()


def _drop_left_behind() -> None:
    """Databases of runs that were killed: their name carries the process that made them."""
    names = postgres.sql(f"SELECT datname FROM pg_database WHERE datname LIKE '{PREFIX}%'").split()
    for name in names:
        pid, _, rest = name.removeprefix(PREFIX).partition("_")
        if not pid.isdigit():
            continue
        if processes.alive(int(pid)) and processes.started(int(pid)) == rest.split("_")[0]:
            continue
        postgres.sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
