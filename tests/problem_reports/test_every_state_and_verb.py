"""Every state × every verb, from the lifecycle table itself (PR-1)."""

import pytest

from foundation import clock
from foundation.errors import Conflict, NotAllowed
from foundation.lifecycle import BACK, STAYS
from journal.models import Event
from problem_reports.lifecycle import LIFECYCLE, State
from problem_reports.models import ProblemReport
from tests.cast import Cast
from tests.factories import a_report
from tests.problem_reports.acts import ACTORS, everything_about, perform

PAIRS = [(state.value, verb) for state in State for verb in LIFECYCLE.steps]
ALLOWED = [pair for pair in PAIRS if LIFECYCLE.permits(*pair)]
REFUSED = [pair for pair in PAIRS if not LIFECYCLE.permits(*pair)]
#: `a_report` asks and snoozes while Ines investigates.
LEFT = "investigating"


def in_state(cast: Cast, state: str) -> ProblemReport:
    report = a_report(cast, state)
    # Prioritised, so that *take* depends on the state alone.
    ProblemReport.objects.filter(pk=report.pk).update(prioritised_at=clock.now())
    return report


@pytest.fixture(autouse=True)
def _files_go_to_a_folder_of_the_test(settings, tmp_path) -> None:  # type: ignore[no-untyped-def]
    settings.MEDIA_ROOT = tmp_path


def test_every_verb_of_the_table_is_acted_here() -> None:
    assert set(ACTORS) == set(LIFECYCLE.steps)


@pytest.mark.parametrize(("state", "verb"), ALLOWED)
def test_an_allowed_verb_ends_where_the_table_says(cast: Cast, state: str, verb: str) -> None:
    report = in_state(cast, state)
    told = Event.objects.filter(kind="problem_report").count()
    perform(verb, cast, report)
    target = LIFECYCLE.steps[verb].target
    ends = {STAYS: state, BACK: LEFT}.get(target, target)
    after = ProblemReport.objects.get(pk=report.pk)
    assert after.state == ends
    assert after.version > report.version
    assert Event.objects.filter(kind="problem_report").count() == told + 1


@pytest.mark.parametrize(("state", "verb"), REFUSED)
def test_any_other_verb_is_a_conflict_and_changes_nothing(
    cast: Cast, state: str, verb: str
) -> None:
    report = in_state(cast, state)
    before = everything_about(report)
    # Where nobody is the assignee, nobody may start; otherwise it is the state that refuses.
    refusal = NotAllowed if verb == "start" and report.assignee is None else Conflict
    with pytest.raises(refusal):
        perform(verb, cast, report)
    assert everything_about(report) == before
