"""The command as a function."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

Import = Callable[..., str]


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
