"""What Clinic brings out, and what it owes: versions, loans, and a bug that was none (BUG-4, BUG-6)."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from bugs import services as bugs
from bugs.models import Bug, Loan
from bugs.querysets import to_be_released
from sprints.lifecycle import AHEAD
from sprints.models import Sprint
from sprints.services import backlog
from teams.querysets import clauses_of
from triage.demonstration.cadence import STYLES
from triage.demonstration.play import Play
from triage.demonstration.stage import Story

OUT = 2
NO_DEFECT = (
    "On a clinic with the settings of a new one it does not happen: it is what their own settings ask for. We "
    "look again at what they expect to see, and tell them which setting it is."
)


def stories(play: Play) -> Iterator[Story]:
    done = [slot for slot in play.sprints["clinic"] if slot.closed_at < play.now]
    for slot in done[-OUT:]:
        yield _brought_out(play, play.company.hours["clinic"].after(slot.closed_at, 4))
    yield _planned(play)
    hours = play.company.hours["clinic"]
    yield _owed(play, hours.before(play.now, 70), due=-4)
    yield _owed(play, hours.before(play.now, 60), due=2, extended=24)
    yield _repaid(play, done[-1].closed_at)
    yield _refuted(play)


def _brought_out(play: Play, at: datetime) -> Story:
    at = yield at
    _release(play, play.version_at(at), at, ahead=0)


def _planned(play: Play) -> Story:
    """The next version, with what is fixed since."""
    at = yield play.company.hours["clinic"].before(play.now, 2.5)
    major, minor = play.version_at(play.now).split(".")
    _release(play, f"{major}.{int(minor) + 1}", at, ahead=6)


def _release(play: Play, named: str, at: datetime, *, ahead: int) -> None:
    team = play.company.teams["clinic"]
    waiting = [bug.pk for bug in to_be_released(team.pk)]
    on = at.astimezone(ZoneInfo(team.calendar.zone)).date() + timedelta(days=ahead)
    if waiting:
        by = play.person(STYLES["clinic"].planner)
        bugs.release_many(team.pk, named=named, on=on, bugs=waiting, by=by, at=at, source="demo")


def _owed(play: Play, at: datetime, *, due: int, extended: int = 0) -> Story:
    """A workaround in code while the bug is put off; `due` and `extended` in days from today."""
    today = play.now.date()
    at = yield at
    loan = _lend(play, at, today + timedelta(days=due), nth=1)
    if loan is None or not extended:
        return
    at = yield play.company.hours["clinic"].before(play.now, 8)
    bugs.extend(
        loan.bug_id, loan=loan.pk, due_on=today + timedelta(days=extended),
        reason="The insurers' new format goes first; both are in the coming sprint.",
        by=play.person(STYLES["clinic"].planner), at=at, source="demo",
    )  # fmt: skip


def _repaid(play: Play, closed_at: datetime) -> Story:
    """Taken and paid back in the sprint that was closed last."""
    hours = play.company.hours["clinic"]
    at = yield hours.before(closed_at, 24)
    loan = _lend(play, at, closed_at.date(), nth=0)
    if loan is None:
        return
    at = yield hours.before(closed_at, 6)
    act = {"by": play.person(play.on_duty("clinic", "on_call", at)), "at": at, "source": "demo"}
    met = [clause.pk for clause in clauses_of(loan.bug.team_id)]
    backlog.finish(loan.fix_item_id, ticked=met, **act)
    bugs.repay(loan.bug_id, loan=loan.pk, **act)


def _lend(play: Play, at: datetime, due_on: date, *, nth: int) -> Loan | None:
    """`nth`: whether it is paid back in the sprint that runs, or in the coming one."""
    bug = _put_off(play)
    ahead = Sprint.objects.filter(team=play.company.teams["clinic"], state__in=AHEAD)
    sprint = ahead.order_by("starts_on")[nth:].first()
    if bug is None or sprint is None:
        return None
    bugs.mitigate(
        bug.pk, kind="code_workaround",
        what="The nightly job skips the records that it cannot read, and lists them for us.",
        why="The proper fix changes how all records are kept; clinics need their mornings now.",
        behaviour="Skipped records appear a day later.",
        agreed=[STYLES["clinic"].planner], due_on=due_on, fix_sprint=sprint.pk,
        fix_points=Decimal(2), cleanup_because="The proper fix takes the skipping out.",
        by=play.person(play.on_duty("clinic", "on_call", at)), at=at, source="demo",
    )  # fmt: skip
    return bug.loans.get()


def _refuted(play: Play) -> Story:
    at = yield play.company.hours["clinic"].before(play.now, 4)
    bug = _put_off(play)
    if bug is not None:
        by = play.person(play.on_duty("clinic", "on_call", at))
        bugs.refute(bug.pk, reason=NO_DEFECT, by=by, at=at, source="demo")


def _put_off(play: Play) -> Bug | None:
    """A postponed bug of Clinic that owes nothing: its own story is told."""
    found = Bug.objects.filter(team=play.company.teams["clinic"], state="postponed", loans=None)
    return found.order_by("pk").first()
