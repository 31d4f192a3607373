"""What bugs do when a sprint says something, in the same transaction."""

from datetime import datetime

from bugs.events import BugCarriedBack, BugEnteredSprint
from bugs.lifecycle import SPRINT_ACTS, WORKED_ON, State
from bugs.models import Bug
from bugs.services._act import ROWS, finish
from foundation.locking import locked_all
from journal.registry import on
from sprints import services as sprints
from sprints.events import SprintClosed, SprintStarted
from sprints.models import Sprint
from teams.models import Person


@on(SprintStarted)
def enter_sprint(
    fact: SprintStarted, *, subject: int, by: Person, at: datetime, source: str
) -> None:
    """What was scheduled for the sprint is now in it."""
    sprint = Sprint.objects.get(pk=subject)
    entered = BugEnteredSprint(sprint=sprint.reference, ends_on=sprint.ends_on)
    for bug in _bugs_of(subject, (State.SCHEDULED,)):
        SPRINT_ACTS.advance(bug, "enter_sprint")
        finish(bug, entered, ["state"], by=by, at=at, source=source)


@on(SprintClosed)
def carry_back(fact: SprintClosed, *, subject: int, by: Person, at: datetime, source: str) -> None:
    """What the sprint leaves unfinished is to be scheduled again, and its hold is free (BUG-1)."""
    sprint = Sprint.objects.select_related("team").get(pk=subject)
    for bug in _bugs_of(subject, WORKED_ON):
        if bug.injected_at_price is not None:
            sprints.release(sprint, bug=bug.pk, amount=bug.injected_at_price, at=at)
        SPRINT_ACTS.advance(bug, "carry_back")
        bug.sprint = bug.injected_at_price = None
        fields = ["state", "sprint", "injected_at_price"]
        finish(bug, BugCarriedBack(sprint=sprint.reference), fields, by=by, at=at, source=source)


def _bugs_of(sprint_id: int, states: tuple[State, ...]) -> list[Bug]:
    """The sprint's bugs in these states, locked. No other can enter: that takes the sprint's lock."""
    wanted = {"sprint_id": sprint_id, "state__in": states}
    locked_all(ROWS, Bug.objects.filter(**wanted).values_list("pk", flat=True))
    return list(ROWS.filter(**wanted).order_by("pk"))
