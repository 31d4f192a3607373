"""The two dated promises that a reporter reads, and what became of each (PR-8). Pure over loaded rows.

*First answer by …* and *investigated by …* come from the timers; *fixed in …* from the linked bug.
Each carries its slips: the earlier epochs, or nothing.
"""

from collections.abc import Iterable
from datetime import datetime
from itertools import pairwise

from bugs.promises import KEPT, LATE, MISSED, RUNNING, Promise, Slip, fix_promise
from problem_reports.clocks.models import Timer, TimerKind, TimerState
from problem_reports.lifecycle import State
from problem_reports.models import ProblemReport

__all__ = ["KEPT", "LATE", "MISSED", "RUNNING", "Promise", "Slip", "fix_promise", "promises"]

LABELS = {
    TimerKind.FIRST_RESPONSE: ("First answer", "first answer"),
    TimerKind.CLASSIFICATION: ("Investigated", "investigated"),
}


def promises(report: ProblemReport, timers: Iterable[Timer], at: datetime) -> list[Promise]:
    """What the reporter was promised, in the order in which it comes due."""
    rows = sorted(timers, key=lambda t: (t.kind, t.epoch))
    waits = waits_on(report.state, report.third_party)
    given = [_clock(kind, [t for t in rows if t.kind == kind], at, waits) for kind in LABELS]
    fix = fix_promise(report.living.bug) if report.living and report.living.bug else None
    return [p for p in (*given, fix) if p is not None]


def waits_on(state: str, third_party: str) -> str:
    """Why the clocks of a report in this state stand still, in words; empty when they do not."""
    if state == State.SNOOZED:
        return "snoozed"
    if state == State.WAITING and third_party:
        return f"waiting on {third_party}"
    return "waiting on the reporter" if state in (State.WAITING, State.RETURNED) else ""


def _clock(kind: str, epochs: list[Timer], at: datetime, waits: str) -> Promise | None:
    if not epochs:
        return None
    live = epochs[-1]
    if live.stopped_at is not None:
        state = KEPT if live.state == TimerState.MET else LATE
    else:
        # While it stands still, so does its due moment: it is late only if it was so before.
        state = MISSED if live.due_at < (live.paused_since or at) else RUNNING
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
        paused_since=live.paused_since,
        paused_why=waits if live.paused_since else "",
    )
