"""What post-mortems do when a floor below says something: propose one (PM-1; what was imported asks for none), and keep
actions in step with the backlog items that they are (PM-6)."""

from datetime import datetime
from typing import Any

from bugs.events import BugLoanReminded, BugPrioritised, BugReopened
from foundation.references import parse
from journal.models import Source
from journal.registry import on
from postmortems.querysets.triggers import bug_of
from postmortems.services.actions import follow
from postmortems.services.triggering import consider
from problem_reports.events import CustomerJoined, ReportClassified, ReportConfirmed
from sprints.events import ItemAccepted, ItemDeclined, ItemFinished, SprintSwappedOut
from teams.models import Person


@on(BugPrioritised)
@on(BugReopened)
@on(BugLoanReminded)
def something_of_a_bug(fact: Any, *, subject: int, by: Person, at: datetime, source: str) -> None:
    _consider(subject, at, source)


@on(ReportClassified)
@on(ReportConfirmed)
@on(CustomerJoined)
def something_of_its_reports(
    fact: Any, *, subject: int, by: Person, at: datetime, source: str
) -> None:
    """A report that a bug explains, or a duplicate of one."""
    _consider(bug_of(subject), at, source)


@on(SprintSwappedOut)
def planned_work_made_room(
    fact: SprintSwappedOut, *, subject: int, by: Person, at: datetime, source: str
) -> None:
    _consider(parse(fact.instead_of, "BUG"), at, source)


def _consider(bug_id: int | None, at: datetime, source: str) -> None:
    if bug_id is not None and source != Source.IMPORT:
        consider(bug_id, at=at, source=source)


@on(ItemAccepted)
def item_accepted(
    fact: ItemAccepted, *, subject: int, by: Person, at: datetime, source: str
) -> None:
    follow("accept", subject, by=by, at=at, source=source)


@on(ItemDeclined)
def item_declined(
    fact: ItemDeclined, *, subject: int, by: Person, at: datetime, source: str
) -> None:
    follow("decline", subject, by=by, at=at, source=source)


@on(ItemFinished)
def item_finished(
    fact: ItemFinished, *, subject: int, by: Person, at: datetime, source: str
) -> None:
    follow("complete", subject, by=by, at=at, source=source)
