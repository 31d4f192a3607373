"""The proof: what the rows of a report's clocks ought to be, told by its history alone (SLA-6).

Written apart from `timers`, which moves rows act by act: this walks the whole history from the start,
and shares with it only the table of effects and the arithmetic. `manage.py verify_clocks` prints every
difference.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from problem_reports.clocks import policies
from problem_reports.clocks.history import (
    BY_PRIORITY,
    CLASSIFICATION,
    EFFECTS,
    FIRST,
    UPDATE,
    Course,
    Happened,
    of_kind,
    pauses,
    stops_and_starts,
)
from problem_reports.clocks.models import Signal, Stage, Timer, TimerState
from problem_reports.clocks.timers import calendar_of
from problem_reports.lifecycle import State

FILED, PRIORITISED = "problem_report.filed", "problem_report.prioritised"
ROUTED = "problem_report.routed"
#: What begins epochs and is told of no report: its rows say so, and the journal must have the act.
ELSEWHERE = frozenset({"calendar", "policy"})
#: Rows that an import wrote as it found things; their history was another system's.
UNKNOWN = frozenset({"import"})


@dataclass
class Expected:
    """One epoch as history has it."""

    kind: str
    started_at: datetime
    armed_at: datetime
    because: str
    priority: str
    stopped_by: int | None = None
    superseded: bool = False

    @property
    def runs(self) -> bool:
        return self.stopped_by is None and not self.superseded


@dataclass
class Replay:
    """A report's clocks while its history is read."""

    epochs: list[Expected] = field(default_factory=list)
    course: Course = field(default_factory=Course)
    priority: str = ""

    def live(self, kind: str) -> Expected | None:
        return next((e for e in self.epochs if e.kind == kind and e.runs), None)

    def begin(self, kind: str, event: Happened, because: str) -> None:
        by = self.priority if kind in BY_PRIORITY else ""
        self.epochs.append(Expected(kind, event.at, event.at, because, by))

    def renew(self, event: Happened, because: str, kinds: Iterable[str]) -> None:
        for kind in sorted(kinds):
            old = self.live(kind)
            if old is not None:
                old.superseded = True
                by = self.priority if kind in BY_PRIORITY else ""
                self.epochs.append(Expected(kind, old.started_at, event.at, because, by))

    def hear(self, event: Happened) -> None:
        """One event: what it starts, stops and renews."""
        if event.name == FILED:
            self.priority = str(event.data["priority"])
            for kind in (FIRST, CLASSIFICATION):
                self.begin(kind, event, "file")
        elif event.name == PRIORITISED and event.data["priority"] != event.data["was"]:
            self.priority = str(event.data["priority"])
            self.renew(event, "prioritise", BY_PRIORITY)
        elif event.name == ROUTED and event.data.get("leaves_team"):
            self.renew(event, "route", {e.kind for e in self.epochs if e.runs})
        effect = EFFECTS.get(event.name)
        if effect is None:
            return
        self.course.go(event)
        stops, starts = stops_and_starts(event.name, event.data)
        if UPDATE in starts and (
            self.course.state == State.CLOSED or (self.live(FIRST) and FIRST not in stops)
        ):
            starts.discard(UPDATE)
        for kind in sorted(stops | starts):
            old = self.live(kind)
            if old is not None:
                if kind in stops or kind == UPDATE:
                    old.stopped_by = event.id
                else:
                    old.superseded = True
        for kind in sorted(starts):
            self.begin(kind, event, effect.verb)


def differences(
    events: Sequence[Happened], rows: Sequence[Timer], signals: Sequence[Signal], now: datetime
) -> Iterator[str]:
    """Every difference between a report's stored clocks and its history, in words; none is right.

    `events` are all of the report's, oldest first; `rows` its timers; `signals` what was told of them.
    """
    if any(row.armed_because in UNKNOWN for row in rows):
        yield from _reckoning(events, rows, signals, now)
        return
    replay = Replay()
    elsewhere = sorted(
        {(r.armed_at, r.armed_because) for r in rows if r.armed_because in ELSEWHERE}
    )
    waiting = list(elsewhere)
    for event in events:
        while waiting and waiting[0][0] <= event.at and event.name != FILED:
            _renewed_elsewhere(replay, waiting.pop(0), rows)
        replay.hear(event)
    for moment in waiting:
        _renewed_elsewhere(replay, moment, rows)
    stored = {(r.kind, r.armed_at, r.armed_because): r for r in rows}
    missing = dict(stored)
    for epoch in replay.epochs:
        key = (epoch.kind, epoch.armed_at, epoch.because)
        row = missing.pop(key, None)
        if row is None:
            # A policy may have no such clock; nothing else explains a missing row.
            if _known(rows, epoch):
                yield f"{epoch.kind}: history began it at {epoch.armed_at} by {epoch.because}; no row"
            continue
        if row.priority != epoch.priority:
            yield f"{_name(row)}: priority {row.priority}, history has {epoch.priority}"
        if row.started_at != epoch.started_at:
            yield f"{_name(row)}: started {row.started_at}, history has {epoch.started_at}"
        if (row.state == TimerState.SUPERSEDED) != epoch.superseded:
            yield f"{_name(row)}: {row.state}, history has superseded={epoch.superseded}"
        if row.stopped_by_id != epoch.stopped_by:
            yield f"{_name(row)}: stopped by {row.stopped_by_id}, history has {epoch.stopped_by}"
    for row in missing.values():
        yield f"{_name(row)}: a row that history does not know"
    yield from _reckoning(events, rows, signals, now)


def _renewed_elsewhere(replay: Replay, moment: tuple[datetime, str], rows: Sequence[Timer]) -> None:
    at, because = moment
    kinds = {r.kind for r in rows if (r.armed_at, r.armed_because) == moment}
    replay.renew(Happened(0, because, at), because, kinds)


def _known(rows: Sequence[Timer], epoch: Expected) -> bool:
    policy = policies.policy(rows[0].policy_version_id) if rows else None
    return policy is None or policy.target(epoch.kind, epoch.priority) is not None


def _reckoning(
    events: Sequence[Happened], rows: Sequence[Timer], signals: Sequence[Signal], now: datetime
) -> Iterator[str]:
    """Moments, pauses, states and what was told, for every row."""
    told = {(s.timer_id, s.stage) for s in signals}
    for row in rows:
        ended = row.stopped_at is not None
        until = row.stopped_at or now
        waited = of_kind(row.kind, pauses([e for e in events if e.at <= until]))
        if ended:
            waited = [replace(pause, ends=pause.ends or until) for pause in waited]
        policy = policies.policy(row.policy_version_id)
        target = policy.target(row.kind, row.priority)
        if target is None:
            yield f"{_name(row)}: its policy version has no such target"
            continue
        # Of an epoch that another took over, the moments are those of when it was.
        if row.state != TimerState.SUPERSEDED:
            when = policies.moments(policy, target, calendar_of(row), row.started_at, waited)
            for moment in ("warn_at", "due_at", "escalate_at"):
                if getattr(row, moment) != getattr(when, moment):
                    yield f"{_name(row)}: {moment} {getattr(row, moment)}, reckoned {getattr(when, moment)}"
            paused = next((p.begins for p in waited if p.ends is None), None)
            if not ended and row.paused_since != paused:
                yield f"{_name(row)}: paused since {row.paused_since}, history has {paused}"
        if row.state == TimerState.MET and row.stopped_at and row.stopped_at > row.due_at:
            yield f"{_name(row)}: met, but stopped after it was due"
        is_told = (row.pk, Stage.BREACHED) in told
        if (row.stage >= Stage.BREACHED) != is_told:
            yield f"{_name(row)}: stage {row.stage}, told as breached: {is_told}"


def _name(row: Timer) -> str:
    return f"{row.kind} epoch {row.epoch}"
