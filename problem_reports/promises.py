"""The two dated promises that a reporter reads, and what became of each (PR-8). Pure over loaded rows.

*First answer by …* and *investigated by …* come from the timers; *fixed in …* from the linked bug.
Each carries its slips: the earlier epochs, or nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from bugs.lifecycle import State as BugState
from bugs.models import Bug
from problem_reports.clocks.models import Timer, TimerKind, TimerState
from problem_reports.models import ProblemReport

RUNNING, KEPT, MISSED, LATE = "running", "kept", "missed", "late"
LABELS = {
    TimerKind.FIRST_RESPONSE: ("First answer", "first answer"),
    TimerKind.CLASSIFICATION: ("Investigated", "investigated"),
}


@dataclass(frozen=True)
class Slip:
    """An earlier due moment, and the verb that changed it."""

    due_at: datetime
    until: datetime
    because: str


@dataclass(frozen=True)
class Promise:
    """`state`: running, kept, late (kept after it was due) or missed (due has passed, still open)."""

    kind: str
    label: str
    state: str
    due_at: datetime | None
    started_at: datetime | None = None
    kept_at: datetime | None = None
    kept_by_event: int | None = None
    due_on: date | None = None
    words: str = ""
    slips: tuple[Slip, ...] = ()


def promises(report: ProblemReport, timers: Iterable[Timer], at: datetime) -> list[Promise]:
    """What the reporter was promised, in the order in which it comes due."""
    rows = sorted(timers, key=lambda t: (t.kind, t.epoch))
    given = [_clock(kind, [t for t in rows if t.kind == kind], at) for kind in LABELS]
    fix = fix_promise(report.living.bug) if report.living and report.living.bug else None
    return [p for p in (*given, fix) if p is not None]


def _clock(kind: str, epochs: list[Timer], at: datetime) -> Promise | None:
    if not epochs:
        return None
    live = epochs[-1]
    if live.stopped_at is not None:
        state = KEPT if live.state == TimerState.MET else LATE
    else:
        state = MISSED if live.due_at < at else RUNNING
    slips = tuple(
        Slip(old.due_at, new.armed_at, new.armed_because) for old, new in pairwise(epochs)
    )
    return Promise(
        kind=kind,
        label=LABELS[TimerKind(kind)][0],
        state=state,
        due_at=live.due_at,
        started_at=live.started_at,
        kept_at=live.stopped_at,
        kept_by_event=live.stopped_by_id,
        slips=slips,
    )


def fix_promise(bug: Bug) -> Promise:
    """What the reporter may expect of the fix: a sprint and its end, a review date, or that it is done."""
    sprint = bug.sprint
    if bug.state == BugState.VERIFIED:
        return Promise(
            "fix", "Fixed", KEPT, None, kept_at=bug.verified_at, words="Fixed and verified"
        )
    if bug.state == BugState.FIXED:
        return Promise("fix", "Fixed", RUNNING, None, words="Fixed; somebody checks it now")
    if bug.state == BugState.DECLINED:
        return Promise("fix", "Not fixed", MISSED, None, words="It will not be fixed")
    if sprint is not None:
        words = f"Fixed in {sprint.name}"
        return Promise("fix", "Fixed", RUNNING, None, due_on=sprint.ends_on, words=words)
    if bug.state == BugState.POSTPONED:
        words = "Not scheduled; next review"
        return Promise("fix", "Not scheduled", RUNNING, None, due_on=bug.review_on, words=words)
    return Promise("fix", "Not scheduled", RUNNING, None, words="Not scheduled yet")
