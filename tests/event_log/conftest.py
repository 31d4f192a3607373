"""The command as a function, and the real logs only where they are."""

import os
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

Import = Callable[..., str]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without a folder of real logs their tests are not of this run: left out, never skipped."""
    if os.environ.get("REAL_LOGS"):
        return
    theirs = [item for item in items if item.get_closest_marker("real_logs")]
    if theirs:
        config.hook.pytest_deselected(items=theirs)
        items[:] = [item for item in items if item not in theirs]


@pytest.fixture
def bring(db: None) -> Import:
    """Import a log by the command; returns what it printed. Progress goes elsewhere."""

    def run(log: Path, mapping: str | Path = "helpdesk", **options: object) -> str:
        out = StringIO()
        call_command(
            "import_event_log",
            str(log),
            mapping=str(mapping),
            stdout=out,
            stderr=StringIO(),
            **options,
        )
        return out.getvalue()

    return run
