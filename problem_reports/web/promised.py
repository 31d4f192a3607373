"""The promises of a report as its page says them: when, whether kept, how they slipped, and why then (PR-8)."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from django.utils import timezone

from bugs.rows import PromiseRow, promise_row
from journal.timeline import Item
from problem_reports import promises
from problem_reports.clocks import policies
from problem_reports.clocks.models import Timer
from problem_reports.lifecycle import Priority
from problem_reports.models import ProblemReport
from problem_reports.web.reader import Reader


def shown_promises(
    report: ProblemReport, reader: Reader, items: Sequence[Item] = ()
) -> list[PromiseRow]:
    """Each promise with its slips, and how it was reckoned."""
    given = promises.promises(report, report.timers.all(), reader.at)
    return [
        replace(promise_row(promise, reader.at), why=tuple(why(report, promise, items)))
        for promise in given
    ]


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
    """What was promised at which priority: the one that gives this very moment, or nothing is said."""
    targets = policies.targets(timer.policy_version_id)
    hours_of = report.team.calendar
    for priority in (report.priority, *Priority.values):
        target = targets.get((timer.kind, priority))
        if target is None:
            continue
        due = policies.due(
            timer.kind,
            priority,
            timer.started_at,
            version_id=timer.policy_version_id,
            hours_of=hours_of,
        )
        if due == timer.due_at:
            hours = f"{target.span.total_seconds() / 3600:g}"
            clock = f"in the working time of {hours_of.name}"
            return f"A {priority} has {hours} hours, {'around the clock' if target.around_the_clock else clock}."
    return ""
