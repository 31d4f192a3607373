"""Every state × every verb, from the lifecycle table itself (PR-1)."""

import pytest

from foundation.errors import Conflict, NotAllowed
from foundation.lifecycle import BACK, STAYS
from journal.models import Event
from problem_reports.lifecycle import LIFECYCLE, State
from problem_reports.models import ProblemReport
from tests.cast import Cast
from tests.problem_reports.acts import ACTORS, everything_about, perform
from tests.problem_reports.conftest import InState

PAIRS = [(state.value, verb) for state in State for verb in LIFECYCLE.steps]
#: Answering opens only what was closed without an answer (test_late_answer); this one is a *how to*.
FOUND_OUT = ("closed", "answer")
ALLOWED = [pair for pair in PAIRS if LIFECYCLE.permits(*pair) and pair != FOUND_OUT]
REFUSED = [pair for pair in PAIRS if not LIFECYCLE.permits(*pair) or pair == FOUND_OUT]
#: `a_report` asks and snoozes while Ines investigates.
LEFT = "investigating"


pytestmark = pytest.mark.usefixtures("taken_back", "files_in_a_folder_of_the_test")


def test_every_verb_of_the_table_is_acted_here() -> None:
    assert set(ACTORS) == set(LIFECYCLE.steps)


@pytest.mark.parametrize(("state", "verb"), ALLOWED)
def test_an_allowed_verb_ends_where_the_table_says(
    shared_cast: Cast, one_in: InState, state: str, verb: str
) -> None:
    cast, report = shared_cast, one_in(state)
    if verb == "confirm":
        ProblemReport.objects.filter(pk=report.pk).update(priority="P0")
    if verb == "tell_cause":
        ProblemReport.objects.filter(pk=report.pk).update(
            cause_due_at=cast.now, cause_nag_at=cast.now
        )
    told = Event.objects.filter(kind="problem_report").count()
    perform(verb, cast, report)
    target = LIFECYCLE.steps[verb].target_from(state)
    ends = {STAYS: state, BACK: LEFT}.get(target, target)
    after = ProblemReport.objects.get(pk=report.pk)
    assert after.state == ends
    assert after.version > report.version
    assert Event.objects.filter(kind="problem_report").count() == told + 1


@pytest.mark.parametrize(("state", "verb"), REFUSED)
def test_any_other_verb_is_a_conflict_and_changes_nothing(
    shared_cast: Cast, one_in: InState, state: str, verb: str
) -> None:
    cast, report = shared_cast, one_in(state)
    before = everything_about(report)
    # Where nobody is the assignee, nobody may start; otherwise it is the state that refuses.
    refusal = NotAllowed if verb == "start" and report.assignee is None else Conflict
    with pytest.raises(refusal):
        perform(verb, cast, report)
    assert everything_about(report) == before
