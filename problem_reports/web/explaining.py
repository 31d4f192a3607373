"""The explanation of a report's deadlines as its page says it: sentences and lines in the reader's zone (SLA-6)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from foundation.lifecycle import words as said
from problem_reports.clocks import explained
from problem_reports.clocks.explained import ZERO, Clock, Epoch, Interval
from problem_reports.clocks.models import TimerKind
from problem_reports.clocks.rules import PauseKind
from problem_reports.models import ProblemReport
from problem_reports.web.reader import Reader
from problem_reports.web.shown import moment

NAMES = {
    TimerKind.FIRST_RESPONSE: "First answer",
    TimerKind.CLASSIFICATION: "Investigated",
    TimerKind.NEXT_UPDATE: "Next update",
    TimerKind.TIMEBOX: "Timebox of the investigation",
    TimerKind.ANSWER: "Answer to the question",
    TimerKind.RESUBMISSION: "Filed again",
}
#: What has the time of a target, and for what.
TARGETS = {
    TimerKind.FIRST_RESPONSE: "{priority} has {hours} until its first answer",
    TimerKind.CLASSIFICATION: "{priority} has {hours} until it is investigated",
    TimerKind.NEXT_UPDATE: "The reporter of {priority} hears something new within {hours}",
    TimerKind.TIMEBOX: "An investigation has {hours}",
    TimerKind.ANSWER: "A question has {hours} to be answered",
    TimerKind.RESUBMISSION: "A returned report has {hours} to be filed again",
}
#: Why an epoch began.
BEGAN = {
    "file": "It was filed {began}.",
    "prioritise": "Since {began} it is {priority}, it was {was_priority} before.",
    "route": "Since {began} it is with {team}, whose policy and hours count.",
    "calendar": "Since {began} the hours of {calendar} count.",
    "policy": "Since {began} policy version {policy} of {team} counts, for what was open too.",
    "dispute": "The classification was disputed {began}: it counts anew from there.",
    "answer": "The answer came {began}, after it was closed: it counts anew from there.",
    "reopen": "It was opened again {began}: it counts anew from there.",
    "start": "The investigation began {began}.",
    "ask": "The question was asked {began}.",
    "return": "It was returned {began}.",
}
WRITTEN = "The reporter was written to {began}: the next update counts from there."
SHORT = 12
#: The kinds whose lateness the lead hears of, as the sweep tells it.
ESCALATED = (TimerKind.FIRST_RESPONSE, TimerKind.CLASSIFICATION, TimerKind.NEXT_UPDATE)
#: What ends a pause.
GOES_ON = {
    PauseKind.REPORTER: "when the reporter answers",
    PauseKind.THIRD_PARTY: "when the answer has come",
    PauseKind.SNOOZED: "when it wakes",
}


@dataclass(frozen=True)
class Line:
    """An interval, or with `mark` a moment that stands between two: as `problem_reports/_epoch.html` wants it."""

    kind: str
    when: str
    what: str
    counted: str = ""
    used: str = ""
    percent: int = 0
    mark: bool = False


@dataclass(frozen=True)
class When:
    name: str
    at: datetime
    words: str
    exact: str


@dataclass(frozen=True)
class EpochRow:
    """`title` names an earlier one in its fold."""

    title: str
    target: str
    began: str
    lines: list[Line]
    moments: list[When]
    outcome: str
    late: bool
    #: Whether its intervals are a click away: a long way to what was kept already.
    folded: bool


@dataclass(frozen=True)
class ClockRow:
    kind: str
    name: str
    now: EpochRow
    earlier: list[EpochRow]


def explanation(report: ProblemReport, reader: Reader, *, inside: bool) -> list[ClockRow]:
    """Every clock that this reader may know of: what still runs first."""
    told = explained.clocks(report.pk, at=reader.at, inside=inside)
    told.sort(key=lambda clock: clock.now.timer.stopped_at is not None)
    return [_clock(clock, report, reader) for clock in told]


def _clock(clock: Clock, report: ProblemReport, reader: Reader) -> ClockRow:
    return ClockRow(
        kind=str(clock.kind),
        name=NAMES[clock.kind],
        now=_epoch(clock.now, report, reader),
        earlier=[_epoch(epoch, report, reader) for epoch in clock.earlier],
    )


def _epoch(epoch: Epoch, report: ProblemReport, reader: Reader) -> EpochRow:
    lines = list(_lines(epoch, reader))
    return EpochRow(
        title=f"Due {exact(epoch.timer.due_at)}, {_ended(epoch)}",
        target=_target(epoch),
        began=_began(epoch),
        lines=lines,
        moments=list(_moments(epoch, reader)),
        outcome=_outcome(epoch, report),
        late=epoch.live and bool(epoch.late) and epoch.timer.due_at < reader.at,
        folded=bool(epoch.timer.stopped_at) and len(lines) > SHORT,
    )


def _target(epoch: Epoch) -> str:
    """“P2 has 8 h until its first answer, in the working time of Office, version 3 (…); policy version 2 (…).”"""
    timer, hours = epoch.timer, epoch.hours
    version = timer.policy_version
    words = TARGETS[TimerKind(timer.kind)]
    what = words.format(priority=f"A {timer.priority}", hours=stretch(epoch.span))
    what = what.replace("of A P", "of a P")
    whose = "around the clock"
    if hours:
        published = _day(hours.published_at)
        whose = (
            f"in the working time of {hours.name}, version {hours.version}, published {published}"
        )
    policy = f"policy version {version.number} of {version.team.name}, published {_day(version.published_at)}"
    return f"{what}, {whose} ({policy})."


def _began(epoch: Epoch) -> str:
    timer, before = epoch.timer, epoch.before
    words = BEGAN.get(timer.armed_because, "")
    if timer.kind == TimerKind.NEXT_UPDATE and timer.armed_because in ("respond", "ask", "return"):
        words = WRITTEN
    words = words or f"Since {{began}}, because of: {said(timer.armed_because)}."
    told = words.format(
        began=exact(timer.armed_at),
        priority=timer.priority,
        was_priority=before.priority if before else "",
        team=timer.policy_version.team.name,
        policy=timer.policy_version.number,
        calendar=f"{epoch.hours.name}, version {epoch.hours.version}," if epoch.hours else "",
    )
    if timer.started_at < timer.armed_at:
        return f"{told} It still counts from {exact(timer.started_at)}: what has passed is not forgiven."
    return told


def _ended(epoch: Epoch) -> str:
    if epoch.replaced_at:
        return f"replaced {exact(epoch.replaced_at)}"
    return "kept" if epoch.in_time else "kept late"


def _outcome(epoch: Epoch, report: ProblemReport) -> str:
    """What became of it, in one sentence."""
    timer, held = epoch.timer, epoch.held
    if timer.stopped_at:
        by = f"{epoch.stopped_by.by_name} {epoch.stopped_by.words}" if epoch.stopped_by else "Done"
        when = f"{by} {exact(timer.stopped_at)}"
        if epoch.in_time:
            return f"{when}: in time."
        return f"{when}: {stretch(epoch.late)} late, in the time that counts."
    if epoch.replaced_at:
        return f"It held until {exact(epoch.replaced_at)}; what counts since then is above."
    late = f"{stretch(epoch.late)} late so far, in the time that counts." if epoch.late else ""
    if timer.paused_since and not held:
        return f"{late} It is paused since {exact(timer.paused_since)}.".strip()
    if held:
        wakes = held.kind == PauseKind.SNOOZED and report.snoozed_until
        on = f", {exact(wakes)}" if wakes else ""
        left = f"{stretch(held.left)} of {stretch(epoch.span)} are left"
        return f"Paused since {exact(held.since)}. {left}; it goes on {GOES_ON[held.kind]}{on}."
    return late


def _moments(epoch: Epoch, reader: Reader) -> Iterator[When]:
    """Warning, due, to the lead; of a clock that stopped or stands still, what it had reached before, and when due."""
    timer = epoch.timer
    told = [("Warning", timer.warn_at), ("Due", timer.due_at)]
    if timer.kind in ESCALATED:
        told.append(("To the lead", timer.escalate_at))
    ended = epoch.held.since if epoch.held else timer.stopped_at or epoch.replaced_at
    for name, at in told:
        if ended and at > ended and (epoch.held or name != "Due"):
            continue
        yield When(name, at, moment(at, reader), exact(at))


def _lines(epoch: Epoch, reader: Reader) -> Iterator[Line]:
    marks = sorted(_marks(epoch, reader))
    pieces = explained.cut(epoch.intervals, [at for at, _ in marks])
    total = ZERO
    for piece in pieces:
        while marks and marks[0][0] <= piece.begins:
            yield _mark(epoch, *marks.pop(0), total)
        yield _line(piece, epoch.span)
        total = piece.total
    for at, name in marks:
        yield _mark(epoch, at, name, min(total, epoch.span))


def _marks(epoch: Epoch, reader: Reader) -> Iterator[tuple[datetime, str]]:
    timer = epoch.timer
    if not epoch.held:
        yield timer.due_at, "Due"
    if timer.stopped_at:
        who = epoch.stopped_by
        yield timer.stopped_at, f"{who.by_name} {who.words}" if who else "Done"
    elif epoch.replaced_at:
        yield epoch.replaced_at, "Replaced"
    else:
        yield reader.at, "Now"


def _mark(epoch: Epoch, at: datetime, name: str, total: timedelta) -> Line:
    used = f"{stretch(total)} used, {stretch(epoch.span - total)} left"
    if at > epoch.timer.due_at and not epoch.held:
        used = f"{stretch(epoch.late)} late"
    elif at == epoch.timer.due_at:
        used = f"{stretch(epoch.span)} used"
    return Line("mark", exact(at), name, used=used, mark=True)


def _line(piece: Interval, span: timedelta) -> Line:
    counted = stretch(piece.open) if piece.counted else ""
    if piece.open and not piece.counted:
        counted = f"{stretch(piece.open)} paused"
    return Line(
        kind=piece.kind,
        when=between(piece.begins, piece.ends),
        what=piece.why,
        counted=counted,
        used=stretch(piece.total),
        percent=round(100 * min(piece.total / span, 1)),
    )


# --- Moments and stretches, exact to the second -----------------------------------------------------


def stretch(amount: timedelta) -> str:
    """“2 h 30”, “45 min”; with its seconds where there are any: “2 h 29 min 33 s”."""
    minutes, seconds = divmod(round(amount.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    if seconds:
        parts = ((hours, "h"), (minutes, "min"), (seconds, "s"))
        return " ".join(f"{n} {unit}" for n, unit in parts if n)
    if not hours:
        return f"{minutes} min"
    return f"{hours} h {minutes:02}" if minutes else f"{hours} h"


def exact(at: datetime) -> str:
    local = at.astimezone(timezone.get_current_timezone())
    return f"{local:%a %-d %b} {_hour(local)}"


def between(begins: datetime, ends: datetime) -> str:
    zone = timezone.get_current_timezone()
    a, b = begins.astimezone(zone), ends.astimezone(zone)
    until = _hour(b) if a.date() == b.date() else exact(ends)
    if b - a < timedelta(days=1, hours=2) and until == exact(ends) and _hour(b) == "00:00":
        until = "24:00"
    return f"{a:%a %-d %b} {_hour(a)} – {until}"


def _hour(local: datetime) -> str:
    return f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"


def _day(at: datetime) -> str:
    return f"{at.astimezone(timezone.get_current_timezone()):%-d %b %Y}"
