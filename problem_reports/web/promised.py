"""The promises of a report as its page says them: when, whether kept, how they slipped, and why then (PR-8)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from django.utils import timezone

from bugs.rows import PromiseRow, promise_row
from journal.timeline import Item
from problem_reports import promises
from problem_reports.clocks import policies
from problem_reports.clocks.models import Timer, TimerKind, TimerState
from problem_reports.models import ProblemReport
from problem_reports.web.doors import url_of
from problem_reports.web.reader import Reader
from problem_reports.web.shown import Named, moment

SUPERSEDED = TimerState.SUPERSEDED


def shown_promises(
    report: ProblemReport, reader: Reader, items: Sequence[Item] = ()
) -> list[PromiseRow]:
    """Each promise with its slips, and how it was reckoned."""
    given = promises.promises(report, report.timers.all(), reader.at)
    return [
        replace(
            promise_row(promise, reader.at),
            why=tuple(why(report, promise, items)),
            explain_url=explain_url(report, promise.kind),
        )
        for promise in given
    ]


def explain_url(report: ProblemReport, kind: str) -> str:
    """Where a clock is explained; a fix has none."""
    return f"{url_of(report)}clocks/#{kind}" if kind in list(TimerKind) else ""


#: The clocks by which work is tended, as the delivery team's own page names them.
TENDED = {
    TimerKind.NEXT_UPDATE: "Next update",
    TimerKind.TIMEBOX: "Timebox",
    TimerKind.ANSWER: "Answer",
    TimerKind.RESUBMISSION: "Resubmission",
}


def other_clocks(report: ProblemReport, timers: Iterable[Timer], reader: Reader) -> list[Named]:
    """What else runs beside the promises: until when, or why it stands still."""
    waits = promises.waits_on(report.state, report.third_party)
    running = {t.kind: t for t in timers if t.stopped_at is None and t.state != SUPERSEDED}
    found = []
    for kind, name in TENDED.items():
        if (timer := running.get(kind)) is None:
            continue
        said = moment(timer.due_at, reader)
        if timer.due_at < (timer.paused_since or reader.at):
            said = f"was due {said}"
        elif timer.paused_since:
            said = f"paused: {waits}"
        found.append(Named(name, said, explain_url(report, kind)))
    return found


def why(report: ProblemReport, promise: promises.Promise, items: Sequence[Item]) -> Iterator[str]:
    """How a promise came about, in sentences: what was promised, from when, and what stopped it."""
    live = [t for t in report.timers.all() if t.kind == promise.kind]
    if not live:
        return
    timer = max(live, key=lambda t: t.epoch)
    zone = timezone.get_current_timezone()
    if said := _target(report, timer):
        yield said
    due, since = timer.due_at.astimezone(zone), timer.started_at.astimezone(zone)
    yield f"Counted from {since:%a %-d %b %H:%M}, it is due {due:%a %-d %b %H:%M}."
    for item in items:
        if item.id == promise.kept_by_event:
            yield f"It was stopped when {item.by_name} {item.words}."


def _target(report: ProblemReport, timer: Timer) -> str:
    """What was promised at which priority, in whose hours; nothing for rows older than that knowledge."""
    target = policies.policy(timer.policy_version_id).target(timer.kind, timer.priority)
    if target is None:
        return ""
    hours = f"{target.span.total_seconds() / 3600:g}"
    of_whom = f"in the working time of {report.team.calendar.name}"
    clock = "around the clock" if target.around_the_clock else of_whom
    return f"A {timer.priority} has {hours} hours, {clock}."
