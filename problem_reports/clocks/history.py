"""What the history of a report says of its clocks: when it waited, on whom, and what each act starts and stops.

Pure over plain values. Pauses come from here alone, never from counters (SLA-4).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from problem_reports.clocks.models import TimerKind
from problem_reports.clocks.rules import Pause, PauseKind
from problem_reports.lifecycle import LIFECYCLE, State

FIRST, CLASSIFICATION, UPDATE = (
    TimerKind.FIRST_RESPONSE,
    TimerKind.CLASSIFICATION,
    TimerKind.NEXT_UPDATE,
)
TIMEBOX, ANSWER, RESUBMISSION = TimerKind.TIMEBOX, TimerKind.ANSWER, TimerKind.RESUBMISSION

#: Promised by priority; the others take the same time at each.
BY_PRIORITY = frozenset({FIRST, CLASSIFICATION, UPDATE})
ALL_PAUSES = frozenset(PauseKind)
#: What each clock stands still for: the first answer for nothing but closing time.
PAUSED_BY: Mapping[str, frozenset[PauseKind]] = {
    FIRST: frozenset(),
    CLASSIFICATION: ALL_PAUSES,
    UPDATE: ALL_PAUSES,
    TIMEBOX: ALL_PAUSES,
    ANSWER: frozenset({PauseKind.SNOOZED}),
    RESUBMISSION: frozenset(),
}


@dataclass(frozen=True)
class Effect:
    """What an act does to clocks. `answers`: a message to the reporter, after which the next update is due."""

    verb: str
    starts: tuple[TimerKind, ...] = ()
    stops: tuple[TimerKind, ...] = ()
    answers: bool = False


#: What starts when something closed is open again.
ANEW = (CLASSIFICATION, UPDATE)

#: event -> what it does; what is not here moves no clock.
EFFECTS: Mapping[str, Effect] = {
    "problem_report.assigned": Effect("assign"),
    "problem_report.taken": Effect("take"),
    "problem_report.started": Effect("start", starts=(TIMEBOX,)),
    "problem_report.handed_back": Effect("hand_back", stops=(TIMEBOX, ANSWER)),
    "problem_report.responded": Effect("respond", answers=True),
    "problem_report.asked": Effect("ask", starts=(ANSWER,), answers=True),
    "problem_report.answered": Effect("answer", stops=(ANSWER,)),
    "problem_report.snoozed": Effect("snooze"),
    "problem_report.woken": Effect("wake"),
    "problem_report.returned": Effect(
        "return", starts=(RESUBMISSION,), stops=(TIMEBOX, ANSWER), answers=True
    ),
    "problem_report.resubmitted": Effect("resubmit", stops=(RESUBMISSION,)),
    "problem_report.classified": Effect("classify", stops=tuple(TimerKind)),
    "problem_report.confirmed": Effect("confirm", stops=tuple(TimerKind)),
    "problem_report.disputed": Effect("dispute", starts=ANEW),
    "problem_report.reopened": Effect("reopen", starts=ANEW),
}
#: States in which somebody else has to do something; a report that was returned waits on who filed it.
ASIDE = (State.WAITING, State.SNOOZED, State.RETURNED)


def stops_and_starts(name: str, data: Mapping[str, Any]) -> tuple[set[TimerKind], set[TimerKind]]:
    """What an event of the table stops, and what it starts: first answers and late ones say so in its data."""
    effect = EFFECTS[name]
    stops = {*effect.stops, *((FIRST,) if data.get("first_response") else ())}
    starts = {*effect.starts, *((UPDATE,) if effect.answers else ())}
    return stops, starts | set(ANEW if data.get("reopens") else ())


@dataclass(frozen=True)
class Happened:
    """One event of a report, as plain values."""

    id: int
    name: str
    at: datetime
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Course:
    """Where a report stands while its history is read; moved by the one table of the lifecycle."""

    state: str = State.TO_BE_INVESTIGATED
    left: list[str] = field(default_factory=list)
    third_party: str = ""

    def go(self, event: Happened) -> None:
        effect = EFFECTS.get(event.name)
        # An imported log may tell of an act that our table does not know from there.
        if effect is None or not LIFECYCLE.permits(self.state, effect.verb):
            return
        LIFECYCLE.advance(self, effect.verb)
        if effect.verb == "ask":
            self.third_party = str(event.data.get("third_party") or "")

    @property
    def waits(self) -> PauseKind | None:
        """Whom or what it waits for now."""
        if self.state == State.SNOOZED:
            return PauseKind.SNOOZED
        if self.state == State.RETURNED:
            return PauseKind.REPORTER
        if self.state == State.WAITING:
            return PauseKind.THIRD_PARTY if self.third_party else PauseKind.REPORTER
        return None


def pauses(events: Iterable[Happened]) -> list[Pause]:
    """Every stretch in which a report waited, oldest first; the last may still be open."""
    course, found = Course(), list[Pause]()
    begun: tuple[datetime, PauseKind] | None = None
    for event in events:
        course.go(event)
        waits = course.waits
        if begun and waits != begun[1]:
            found.append(Pause(begun[0], event.at, begun[1]))
            begun = None
        if waits and begun is None:
            begun = (event.at, waits)
    if begun:
        found.append(Pause(begun[0], None, begun[1]))
    return found


def of_kind(kind: str, found: Iterable[Pause]) -> list[Pause]:
    """The pauses that this clock stands still for."""
    return [pause for pause in found if pause.kind in PAUSED_BY[kind]]
