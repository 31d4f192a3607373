"""Why a deadline is when it is: a stretch of time cut into what counted and what did not (SLA-6)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

from problem_reports.clocks.rules.calendar import DAY, Calendar, moment_of, utc
from problem_reports.clocks.rules.open_time import open_intervals
from problem_reports.clocks.rules.pauses import Pause, PauseKind


class StepKind(StrEnum):
    """What the calendar says of an interval; a pause says its own kind."""

    OPEN = "open"
    OUTSIDE = "outside"
    BREAK = "break"
    DAY_OFF = "day_off"


WORDS: dict[StepKind | PauseKind, str] = {
    StepKind.OPEN: "Open hours",
    StepKind.OUTSIDE: "Outside hours",
    StepKind.BREAK: "Between two shifts",
    StepKind.DAY_OFF: "Day off",
    PauseKind.REPORTER: "Waiting on the reporter",
    PauseKind.THIRD_PARTY: "Waiting on a third party",
    PauseKind.SNOOZED: "Snoozed",
}


@dataclass(frozen=True)
class Step:
    """One interval [begins, ends) in UTC, what it is, and why in words for a page."""

    begins: datetime
    ends: datetime
    kind: StepKind | PauseKind
    why: str

    @property
    def counted(self) -> bool:
        return self.kind is StepKind.OPEN

    @property
    def amount(self) -> timedelta:
        """How long it lasts, whether or not it counted."""
        return self.ends - self.begins


def steps(
    calendar: Calendar, start: datetime, end: datetime, pauses: Iterable[Pause] = ()
) -> list[Step]:
    """The stretch from `start` to `end`, interval by interval: in order, touching, neighbours unlike.

    What counted sums up to `elapsed`. A pause takes only what would have counted: outside hours
    stays outside hours, so the steps of a pause sum up to what it moved the deadline by. Where
    pauses overlap, the one that began last is named. Empty when `end` is not after `start`.
    """
    a, b = utc(start), utc(end)
    held, free = _paused(pauses, a, b), _days_off(calendar, a, b)
    pieces: list[Step] = []
    for stretch in _open_and_closed(calendar, a, b):
        for piece in _overlaid(stretch, held if stretch.counted else free):
            if pieces and (pieces[-1].kind, pieces[-1].why) == (piece.kind, piece.why):
                pieces[-1] = replace(pieces[-1], ends=piece.ends)
            else:
                pieces.append(piece)
    return pieces


def _step(begins: datetime, ends: datetime, kind: StepKind | PauseKind, why: str = "") -> Step:
    return Step(begins, ends, kind, why or WORDS[kind])


def _open_and_closed(calendar: Calendar, a: datetime, b: datetime) -> Iterator[Step]:
    closed = a
    for opens, closes in open_intervals(calendar, a, b):
        if closed < opens:
            yield _closed(calendar, closed, opens)
        yield _step(opens, closes, StepKind.OPEN)
        closed = closes
    if closed < b:
        yield _closed(calendar, closed, b)


def _closed(calendar: Calendar, begins: datetime, ends: datetime) -> Step:
    """A stretch without open time: a break when some day's first shift began before it, and its last ends after."""
    today = begins.astimezone(ZoneInfo(calendar.zone)).date()
    # Yesterday's shifts may pass midnight; and clocks that go back across it read yesterday again.
    for day in (today - DAY, today, today + DAY):
        hours = calendar.hours_on(day)
        if hours and hours[0][0] <= begins and ends <= max(closes for _, closes in hours):
            return _step(begins, ends, StepKind.BREAK)
    return _step(begins, ends, StepKind.OUTSIDE)


def _days_off(calendar: Calendar, a: datetime, b: datetime) -> list[Step]:
    """The days off that took open hours away, in order, apart from each other.

    Each lasts from midnight to midnight, or to the end of the night shift that it took away. A
    holiday on a Sunday explains nothing where nobody works on Sundays.
    """
    zone = ZoneInfo(calendar.zone)
    day, last = (a - 2 * DAY).astimezone(zone).date(), (b + DAY).astimezone(zone).date()
    found: list[Step] = []
    while day <= last:
        hours = calendar.usual_hours_on(day) if day in calendar.days_off else ()
        if hours:
            midnights = (datetime.combine(d, time(0)) for d in (day, day + DAY))
            begins, ends = (moment_of(wall, zone, closing=False) for wall in midnights)
            begins = max([begins, *(step.ends for step in found[-1:])])
            ends = max(ends, *(closes for _, closes in hours))
            found.append(_step(begins, ends, StepKind.DAY_OFF, calendar.days_off[day]))
        day += DAY
    return found


def _paused(pauses: Iterable[Pause], a: datetime, b: datetime) -> list[Step]:
    """What pauses cover from `a` to `b`, in order, apart from each other; the one begun last is named."""
    told = [(p.begins, p.kind, p.ends or b) for p in pauses if p.begins < b and (p.ends or b) > a]
    cuts = sorted({max(a, cut) for begins, _, ends in told for cut in (begins, min(b, ends))})
    found: list[Step] = []
    for begins, ends in pairwise(cuts):
        over = [(since, kind) for since, kind, until in told if since <= begins and ends <= until]
        if over:
            found.append(_step(begins, ends, max(over)[1]))
    return found


def _overlaid(under: Step, over: list[Step]) -> Iterator[Step]:
    """`under`, with what lies over it instead where something does."""
    at = under.begins
    for step in over:
        if step.ends <= at:
            continue
        if step.begins >= under.ends:
            break
        if at < step.begins:
            yield replace(under, begins=at, ends=step.begins)
        begins = max(at, step.begins)
        at = min(under.ends, step.ends)
        yield replace(step, begins=begins, ends=at)
    if at < under.ends:
        yield replace(under, begins=at)
