"""Why a deadline is when it is: every epoch of every clock of a report, interval by interval (SLA-6).

The page and REST both tell what is assembled here. An epoch that has ended is explained by what was known
when it ended: a pause that began later moved no moment of it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import groupby, pairwise
from operator import attrgetter
from zoneinfo import ZoneInfo

from journal.timeline import Item, items
from problem_reports.clocks import policies, rules, timers
from problem_reports.clocks.history import of_kind
from problem_reports.clocks.models import Timer, TimerKind, TimerState
from problem_reports.clocks.rules import Pause, PauseKind, Step, StepKind
from teams.models import CalendarVersion

ZERO, DAY = timedelta(0), timedelta(days=1)
WEEKEND, AROUND_THE_CLOCK = "weekend", "Around the clock"
#: A pause of more steps than this is told as one: nobody reads the nights of a long one.
TOLD_ONE_BY_ONE = 6
#: Promises first, as a page lists them.
ORDER = {kind: n for n, kind in enumerate(TimerKind)}


@dataclass(frozen=True)
class Interval:
    """What one stretch was, and how much of the target had been used by its end (`total`).

    `kind`: open, outside, weekend, break, day_off, reporter, third_party or snoozed. `open`: how much of it
    are open hours; those of an interval that does not count were taken by a pause.
    """

    begins: datetime
    ends: datetime
    kind: str
    why: str
    open: timedelta
    total: timedelta

    @property
    def counted(self) -> bool:
        return self.kind == StepKind.OPEN


@dataclass(frozen=True)
class Hours:
    """Whose open hours count: one version of a calendar."""

    name: str
    version: int
    zone: str
    published_at: datetime


@dataclass(frozen=True)
class Held:
    """A pause that is still open, or was when the epoch ended."""

    since: datetime
    kind: PauseKind
    left: timedelta


@dataclass(frozen=True)
class Epoch:
    """One epoch of a clock; `hours` is None around the clock, `before` the epoch that it took over from.

    The intervals end at the due moment, and use up the target there; of a clock that is `held` they end
    now, or when the epoch ended. `late`: by how much open time it was over, until it stopped or now.
    """

    timer: Timer
    span: timedelta
    hours: Hours | None
    intervals: tuple[Interval, ...]
    held: Held | None
    late: timedelta
    stopped_by: Item | None
    replaced_at: datetime | None
    before: Timer | None

    @property
    def live(self) -> bool:
        return self.timer.state != TimerState.SUPERSEDED

    @property
    def in_time(self) -> bool:
        return self.timer.state == TimerState.MET


@dataclass(frozen=True)
class Clock:
    """A kind of promise with its newest epoch, and the earlier ones, newest first."""

    kind: TimerKind
    now: Epoch
    earlier: tuple[Epoch, ...]


def clocks(report_id: int, *, at: datetime, inside: bool) -> list[Clock]:
    """Every clock that this reader may know of; readers outside the delivery team hear of promises alone."""
    related = ("policy_version__team", "calendar", "stopped_by__by", "stopped_by__text")
    rows = Timer.objects.filter(report_id=report_id).select_related(*related)
    if not inside:
        rows = rows.filter(kind__in=timers.PROMISES)
    epochs = sorted(rows, key=lambda t: (ORDER[TimerKind(t.kind)], t.epoch))
    waited, versions = timers.happened_pauses(report_id), _versions(epochs)
    stopped = [timer.stopped_by for timer in epochs if timer.stopped_by]
    said = {item.id: item for item in items(stopped, inside=inside)}
    found = []
    for kind, of_it in groupby(epochs, key=attrgetter("kind")):
        row = list(of_it)
        told = [
            explain(timer, waited, at=at, before=before, after=after, versions=versions, said=said)
            for before, timer, after in zip([None, *row], row, [*row[1:], None], strict=False)
        ]
        found.append(Clock(TimerKind(kind), told[-1], tuple(reversed(told[:-1]))))
    return found


def explain(
    timer: Timer,
    waited: Sequence[Pause],
    *,
    at: datetime,
    before: Timer | None = None,
    after: Timer | None = None,
    versions: dict[tuple[int, int], Hours],
    said: dict[int, Item],
) -> Epoch:
    """One epoch, as it stands at a moment or stood when it ended."""
    target = policies.policy(timer.policy_version_id).target(timer.kind, timer.priority)
    assert target is not None, "a timer is armed by a target, and targets stay"
    calendar, start = timers.calendar_of(timer), timer.started_at
    replaced_at = after.armed_at if after and timer.state == TimerState.SUPERSEDED else None
    ended = timer.stopped_at or replaced_at
    pauses = _known(of_kind(timer.kind, waited), ended)
    until = ended or at
    held = None
    if rules.due(calendar, start, target.span, pauses) is None:
        last = max((p for p in pauses if p.ends is None), key=attrgetter("begins"))
        left = rules.remaining(calendar, start, target.span, until, pauses)
        held = Held(last.begins, last.kind, left)
    steps = rules.steps(calendar, start, until if held else timer.due_at, pauses)
    over = rules.elapsed(calendar, start, until, pauses) - target.span
    return Epoch(
        timer=timer,
        span=target.span,
        hours=versions.get((timer.calendar_id or 0, timer.calendar_number or 0)),
        intervals=tuple(_summed(_gathered(_named(steps, calendar)))),
        held=held,
        late=max(over, ZERO),
        stopped_by=said.get(timer.stopped_by_id or 0),
        replaced_at=replaced_at,
        before=before,
    )


def _known(pauses: Iterable[Pause], ended: datetime | None) -> list[Pause]:
    """The pauses as they were known when the epoch ended: one that went on after it was open."""
    if ended is None:
        return list(pauses)
    return [
        replace(p, ends=p.ends if p.ends and p.ends <= ended else None)
        for p in pauses
        if p.begins < ended
    ]


def _versions(epochs: Iterable[Timer]) -> dict[tuple[int, int], Hours]:
    """(calendar, number) -> what it was called and when it was published."""
    named = {(t.calendar_id, t.calendar_number) for t in epochs if t.calendar_id}
    rows = CalendarVersion.objects.filter(
        calendar__in={key for key, _ in named}, number__in={number for _, number in named}
    ).select_related("calendar")
    return {
        (v.calendar_id, v.number): Hours(v.calendar.name, v.number, v.zone, v.published_at)
        for v in rows
    }


def _named(steps: Iterable[Step], calendar: rules.Calendar) -> list[tuple[str, str, Step]]:
    """(kind, why, step): the words of the calendar in those of people."""
    zone = ZoneInfo(calendar.zone)
    found: list[tuple[str, str, Step]] = []
    for step in steps:
        kind, why = str(step.kind), step.why
        if step.kind is StepKind.OUTSIDE and _over_a_weekend(step, zone):
            kind, why = WEEKEND, "Weekend"
        elif step.kind is StepKind.BREAK and 11 <= step.begins.astimezone(zone).hour < 15:
            why = "Lunch"
        elif calendar is rules.AROUND_THE_CLOCK and step.counted:
            why = AROUND_THE_CLOCK
        found.append((kind, why, step))
    return found


def _over_a_weekend(step: Step, zone: ZoneInfo) -> bool:
    """Whether a whole Saturday or Sunday lies in it."""
    day: date = step.begins.astimezone(zone).date()
    while (begins := datetime.combine(day, time(0), zone)) < step.ends:
        ends = datetime.combine(day + DAY, time(0), zone)
        if day.weekday() >= 5 and step.begins <= begins and ends <= step.ends:
            return True
        day += DAY
    return False


def _gathered(steps: list[tuple[str, str, Step]]) -> list[Interval]:
    """The intervals, where a long pause with what did not count in between is told as one."""
    found: list[Interval] = []
    begin = 0
    while begin < len(steps):
        end = _last_of_pause(steps, begin) + 1
        run = steps[begin:end]
        if len(run) > TOLD_ONE_BY_ONE:
            kind, why, step = run[0]
            taken = sum((s.amount for k, _, s in run if k == kind), ZERO)
            found.append(Interval(step.begins, run[-1][2].ends, kind, why, taken, ZERO))
        else:
            found += map(_interval, run)
        begin = end
    return found


def _last_of_pause(steps: list[tuple[str, str, Step]], begin: int) -> int:
    """Where the pause that begins here takes open time for the last time; `begin` itself when none does."""
    kind, last = steps[begin][0], begin
    if kind not in tuple(PauseKind):
        return begin
    for n in range(begin + 1, len(steps)):
        other = steps[n][0]
        if steps[n][2].counted or (other in tuple(PauseKind) and other != kind):
            break
        last = n if other == kind else last
    return last


def _interval(told: tuple[str, str, Step]) -> Interval:
    kind, why, step = told
    is_open = step.counted or step.kind in tuple(PauseKind)
    return Interval(step.begins, step.ends, kind, why, step.amount if is_open else ZERO, ZERO)


def _summed(intervals: Iterable[Interval]) -> Iterable[Interval]:
    total = ZERO
    for interval in intervals:
        total += interval.open if interval.counted else ZERO
        yield replace(interval, total=total)


def cut(intervals: Iterable[Interval], moments: Sequence[datetime]) -> list[Interval]:
    """The same intervals, each ended and begun anew at these moments."""
    found: list[Interval] = []
    for interval in intervals:
        inner = sorted({m for m in moments if interval.begins < m < interval.ends})
        if not inner:
            found.append(interval)
            continue
        for begins, ends in pairwise([interval.begins, *inner, interval.ends]):
            left = interval.ends - ends
            found.append(
                replace(
                    interval,
                    begins=begins,
                    ends=ends,
                    open=ends - begins if interval.open else ZERO,
                    total=interval.total - left if interval.counted else interval.total,
                )
            )
    return found
