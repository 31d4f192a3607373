"""Rows folded into the report that they come to, by the lifecycle tables and nothing else. Pure.

A log is not replayed: nobody's permission is asked and no rule of the day is applied. Each row goes
through the verbs that its activity reads as, when the table permits them from the state that the
rows before it led to; otherwise it stays history and moves nothing. The fold looks back only, so a
longer log leads from the same beginning to a later end.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bugs.lifecycle import LIFECYCLE as BUG_LIFECYCLE
from bugs.lifecycle import SPRINT_ACTS
from bugs.lifecycle import State as BugState
from foundation.lifecycle import Lifecycle
from problem_reports.event_log.mapping import Chain, LogMapping, Reading
from problem_reports.event_log.translating import Row
from problem_reports.lifecycle import LIFECYCLE, Outcome, State
from problem_reports.rules import stated_priority

#: What a log that knows no sprints leaves untold between a bug and its fix.
ON_THE_WAY_TO_A_FIX = ("schedule", "enter_sprint", "start")


@dataclass
class Place:
    """Where a report stands; what `Lifecycle.advance` moves."""

    state: str = State.TO_BE_INVESTIGATED
    left: list[str] = field(default_factory=list)


@dataclass
class Judgement:
    """A classification: the `number`th of its report, made by the row at index `by_row`."""

    number: int
    outcome: str
    cause: str
    by_row: int
    row: Row


@dataclass
class FoldedBug:
    """The bug that a report opened, by its `opened_by`th judgement."""

    opened_by: Judgement
    priority: str
    area: str
    state: str = BugState.TO_BE_SCHEDULED
    fixed: Row | None = None
    verified: Row | None = None


@dataclass
class Happening:
    """What one row of the log comes to in the history. No verbs: it stays history only."""

    row: Row
    verbs: Chain = ()
    priority: str = ""
    was: str = ""
    judgement: Judgement | None = None
    first_response: bool = False
    area: str = ""
    customer: str = ""

    @property
    def verb(self) -> str:
        return self.verbs[-1] if self.verbs else ""


@dataclass
class Folded(Place):
    """A report at the end of its rows."""

    rows: Sequence[Row] = ()
    priority: str = ""
    area: str = ""
    assignee: str | None = None
    started_at: datetime | None = None
    prioritised_at: datetime | None = None
    reopened_at: datetime | None = None
    judgements: list[Judgement] = field(default_factory=list)
    living: Judgement | None = None
    bug: FoldedBug | None = None
    #: name -> when the log first names them
    customers: dict[str, datetime] = field(default_factory=dict)
    responded: bool = False
    history: list[Happening] = field(default_factory=list)

    @property
    def first(self) -> Row:
        return self.rows[0]

    @property
    def stated_priority(self) -> str:
        return stated_priority(self.first.stated.impact, self.first.stated.urgency)


def fold(rows: Sequence[Row], mapping: LogMapping) -> Folded:
    """The report that a case comes to: its rows in order of time, at least one."""
    report = Folded(rows=rows)
    report.priority, report.area = report.stated_priority, report.first.area
    before: Row | None = None
    for row in rows:
        reading = mapping.activities[row.activity]
        happening = Happening(row, _chosen(report, reading, _repeats(row, before)))
        _take_over_columns(report, happening)
        for verb in happening.verbs:
            _do(report, verb, happening, reading)
        report.history.append(happening)
        before = row
    return report


def _chosen(report: Folded, reading: Reading, repeats: bool) -> Chain:
    """The first chain that the tables permit from here, or none."""
    chains = reading.once_a_bug if report.bug else reading.verbs
    for chain in chains:
        # The same row twice in one second is a stutter of the other system, no second judgement.
        if len(chain) > 1 and repeats:
            continue
        if _permitted(report, chain):
            return chain
    return ()


def _repeats(row: Row, before: Row | None) -> bool:
    return before is not None and (row.at, row.activity, row.person) == (
        before.at,
        before.activity,
        before.person,
    )


def _permitted(report: Folded, chain: Chain) -> bool:
    place = Place(report.state, list(report.left))
    for verb in chain:
        if verb in LIFECYCLE.steps:
            if not LIFECYCLE.permits(place.state, verb):
                return False
            if verb == "answer" and place.state == State.CLOSED:
                return False  # what a log calls so has no question, and opens nothing
            LIFECYCLE.advance(place, verb)
        elif not _permitted_beside(report, verb):
            return False
    return True


def _permitted_beside(report: Folded, verb: str) -> bool:
    """Whether a verb that moves no report may be: a mark of the log, or an act on the bug."""
    if verb == "file":
        return not report.history
    if verb == "link":
        return report.bug is not None
    if verb.startswith("bug."):
        return report.bug is not None and bool(_way(report.bug, verb.removeprefix("bug.")))
    return verb == "first_sign"


def _way(bug: FoldedBug, verb: str) -> list[tuple[Lifecycle, str]]:
    """The steps of the tables that lead a bug through a verb; empty when there are none."""
    if BUG_LIFECYCLE.permits(bug.state, verb):
        return [(BUG_LIFECYCLE, verb)]
    if verb != "fix":
        return []
    way: list[tuple[Lifecycle, str]] = []
    state = bug.state
    for step in (*ON_THE_WAY_TO_A_FIX, "fix"):
        table = SPRINT_ACTS if step in SPRINT_ACTS.steps else BUG_LIFECYCLE
        if table.permits(state, step):
            way.append((table, step))
            state = table.steps[step].target
    return way if way and way[-1][1] == "fix" else []


def _take_over_columns(report: Folded, happening: Happening) -> None:
    """Priority, area and customer as the row names them; after its end a report keeps its own."""
    row = happening.row
    if not LIFECYCLE.permits(report.state, "edit"):
        return
    if row.customer and row.customer not in report.customers:
        report.customers[row.customer] = happening.row.at
        happening.customer = row.customer if report.history else ""
    if row.area != report.area:
        report.area = happening.area = row.area
    priority = stated_priority(row.stated.impact, row.stated.urgency)
    happening.was, happening.priority = report.priority, priority
    report.priority = priority


def _do(report: Folded, verb: str, happening: Happening, reading: Reading) -> None:
    row = happening.row
    if verb in LIFECYCLE.steps:
        LIFECYCLE.advance(report, verb)
    elif verb.startswith("bug.") and report.bug is not None:
        _do_to_bug(report.bug, verb.removeprefix("bug."), row)
    if verb == "classify":
        happening.judgement = _judge(report, row, reading)
    elif verb in ("reopen", "dispute"):
        report.living, report.reopened_at = None, row.at
        report.assignee = report.started_at = None
    elif verb in ("hand_back", "return"):
        report.assignee = report.started_at = None
    elif verb == "take":
        report.assignee = row.person
    elif verb == "start":
        report.started_at = row.at
    elif verb == "prioritise":
        report.prioritised_at = row.at
    # A log has no words of *ask* and *return*; what it calls an answer counts, once (PR-5).
    if verb in ("classify", "respond") and not report.responded:
        report.responded = happening.first_response = True


def _judge(report: Folded, row: Row, reading: Reading) -> Judgement:
    judgement = Judgement(
        number=len(report.judgements) + 1,
        outcome=reading.outcome,
        cause=reading.cause,
        by_row=len(report.history),
        row=row,
    )
    report.judgements.append(judgement)
    report.living = judgement
    if judgement.outcome == Outcome.BUG and report.bug is None:
        report.bug = FoldedBug(judgement, priority=report.priority, area=report.area)
    return judgement


def _do_to_bug(bug: FoldedBug, verb: str, row: Row) -> None:
    for table, step in _way(bug, verb):
        table.advance(bug, step)
    if verb == "fix":
        bug.fixed = row
    elif verb == "verify":
        bug.verified = row
    elif verb == "reopen":
        bug.fixed = bug.verified = None
