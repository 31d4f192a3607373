"""What bugs do when a sprint says something, in the same transaction; and when the call for help about one ends."""

from datetime import datetime
from typing import Any

from bugs.events import (
    BugCarriedBack,
    BugDeclined,
    BugEnteredSprint,
    BugFixed,
    BugPostponed,
    BugPulledForward,
    BugRefuted,
    BugStarted,
    BugSwappedOut,
)
from bugs.lifecycle import SPRINT_ACTS, WORKED_ON, State
from bugs.models import Bug
from bugs.services import paging
from bugs.services._act import ROWS, finish
from foundation.errors import Conflict
from foundation.locking import locked_all
from foundation.references import parse, reference
from journal.facts import Fact
from journal.registry import on
from sprints import services as sprints
from sprints.events import (
    SprintCancelled,
    SprintClosed,
    SprintPulledForward,
    SprintStarted,
    SprintSwappedOut,
)
from sprints.lifecycle import Track
from sprints.models import Sprint
from teams.models import Person


@on(SprintStarted)
def enter_sprint(
    fact: SprintStarted, *, subject: int, by: Person, at: datetime, source: str
) -> None:
    """What was scheduled for the sprint is now in it."""
    sprint = _sprint(subject)
    entered = BugEnteredSprint(sprint=sprint.reference, ends_on=sprint.ends_on)
    for bug in _bugs_of({"sprint_id": subject, "state__in": (State.SCHEDULED,)}):
        SPRINT_ACTS.advance(bug, "enter_sprint")
        sprints.entered(
            sprint, track=Track.PLANNED, amount=bug.estimate, at=at, bug=bug.pk,
            serves_goal=bug.serves_goal,
        )  # fmt: skip
        finish(bug, entered, ["state"], by=by, at=at, source=source)


@on(SprintStarted)
def draw_what_was_injected_before(
    fact: SprintStarted, *, subject: int, by: Person, at: datetime, source: str
) -> None:
    """Injected while no sprint ran: its entry waited for this one (SPR-4)."""
    sprint = _sprint(subject)
    waiting = {"team_id": sprint.team_id, "sprint": None, "injected_at_price__isnull": False}
    for bug in _bugs_of(waiting):
        price = bug.injected_at_price
        sprints.draw_on_reserve(
            sprint, bug=bug.pk, price=price, leaves=(), may_overdraw=True, by=by, at=at, source=source
        )  # fmt: skip
        sprints.entered(sprint, track=Track.UNPLANNED, amount=price, at=at, bug=bug.pk)
        if bug.fixed_at:
            sprints.settle(sprint, bug=bug.pk, at=at)
            sprints.done(sprint, at=at, bug=bug.pk)
        bug.sprint = sprint
        entered = BugEnteredSprint(sprint=sprint.reference, ends_on=sprint.ends_on)
        finish(bug, entered, ["sprint"], by=by, at=at, source=source)


@on(SprintSwappedOut)
def swap_out(
    fact: SprintSwappedOut, *, subject: int, by: Person, at: datetime, source: str
) -> None:
    """Planned bugs that made room are to be scheduled again."""
    sprint = reference("SP", subject)
    keys = [parse(name, "BUG") for name in fact.bugs]
    for bug in _bugs_of({"pk__in": keys}):
        SPRINT_ACTS.advance(bug, "swap_out")
        bug.sprint = bug.worked_on_by = bug.paired_with = None
        bug.swappable = bug.serves_goal = False
        left = BugSwappedOut(sprint=sprint, instead_of=fact.instead_of)
        fields = ["state", "sprint", "worked_on_by", "paired_with", "swappable", "serves_goal"]
        finish(bug, left, fields, by=by, at=at, source=source)


@on(SprintPulledForward)
def pull_forward(
    fact: SprintPulledForward, *, subject: int, by: Person, at: datetime, source: str
) -> None:
    """A scheduled bug is in the sprint that had reserve to spare. Its price was read without its lock."""
    sprint = _sprint(subject)
    for bug in _bugs_of({"pk": parse(fact.thing, "BUG")}):
        SPRINT_ACTS.advance(bug, "pull_forward")
        if bug.estimate != fact.points or bug.sprint is None:
            raise Conflict(f"{bug.reference} was estimated anew in this very moment.")
        was, bug.sprint = bug.sprint.reference, sprint
        bug.swappable = bug.serves_goal = False
        now = BugPulledForward(sprint=sprint.reference, ends_on=sprint.ends_on, was=was)
        fields = ["state", "sprint", "swappable", "serves_goal"]
        finish(bug, now, fields, by=by, at=at, source=source)


@on(SprintClosed)
@on(SprintCancelled)
def carry_back(
    fact: SprintClosed | SprintCancelled, *, subject: int, by: Person, at: datetime, source: str
) -> None:
    """What the sprint leaves unfinished is to be scheduled again; the next one counts with its hold (BUG-1).

    The reason why it is carried is why the promise to its reporters slips.
    """
    sprint = _sprint(subject)
    why = {row.bug: row.reason for row in sprint.carried_work.select_related("reason")}
    for bug in _bugs_of({"sprint_id": subject, "state__in": WORKED_ON}):
        if bug.injected_at_price is not None:
            sprints.carry_out(sprint, bug=bug.pk, at=at)
        SPRINT_ACTS.advance(bug, "carry_back")
        bug.sprint = bug.injected_at_price = bug.worked_on_by = bug.paired_with = None
        bug.swappable = bug.serves_goal = False
        fields = [
            "state", "sprint", "injected_at_price", "worked_on_by", "swappable", "serves_goal",
            "paired_with",
        ]  # fmt: skip
        back = BugCarriedBack(sprint=sprint.reference)
        text = why.get(bug.pk, "")
        finish(bug, back, fields, by=by, at=at, source=source, text=text)


@on(BugStarted)
def somebody_has_it(
    fact: BugStarted, *, subject: int, by: Person, at: datetime, source: str
) -> None:
    paging.somebody_is_on_it(subject, by=by, at=at, source=source)


@on(BugFixed)
@on(BugPostponed)
@on(BugDeclined)
@on(BugRefuted)
def it_can_wait(fact: Fact, *, subject: int, by: Person, at: datetime, source: str) -> None:
    paging.call_off(subject, f"{by} {fact.name.partition('.')[2]} it.", at=at, source=source)


def _sprint(key: int) -> Sprint:
    return Sprint.objects.select_related("team").get(pk=key)


def _bugs_of(wanted: dict[str, Any]) -> list[Bug]:
    """These bugs, locked. No other can enter: that takes the lock of the sprint."""
    locked_all(ROWS, Bug.objects.filter(**wanted).values_list("pk", flat=True))
    return list(ROWS.filter(**wanted).order_by("pk"))
