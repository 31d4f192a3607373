"""A report in every state, made once for the modules that ask each state everything."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from foundation import clock
from problem_reports.lifecycle import State
from problem_reports.models import ProblemReport
from teams.models import Team
from tests.cast import Cast
from tests.factories import a_report

InState = Callable[[str], ProblemReport]


@pytest.fixture(scope="module")
def one_in(shared_cast: Cast) -> InState:
    """`one_in("waiting")`: that report, as it is in the database now."""
    keys = {state: a_report(shared_cast, state).pk for state in State.values}
    # Prioritised, and far from the limit, so that *take* depends on state and role alone.
    ProblemReport.objects.update(prioritised_at=clock.now())
    Team.objects.update(investigation_limit=9)
    return lambda state: ProblemReport.objects.select_related("team").get(pk=keys[state])


@pytest.fixture
def files_in_a_folder_of_the_test(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
