"""What runs begins a new epoch: in a handful of statements, however many reports there are.

Callers hold the row locks of the reports.
"""

from collections import defaultdict
from collections.abc import Iterable
from functools import cache

from problem_reports.clocks import policies, sweep, timers
from problem_reports.clocks.history import BY_PRIORITY
from problem_reports.clocks.models import Timer, TimerState
from problem_reports.clocks.timers import Act, Promised

#: How many rows one statement inserts.
ROWS = 1000


def move(
    reports: Iterable[Promised],
    act: Act,
    *,
    armed_only: bool = False,
    version_id: int | None = None,
) -> list[int]:
    """Begin a new epoch of what runs: another priority, team, policy or calendar. The reports in which anything ran.

    The clock starts where it started before: changing a priority forgives nothing. `armed_only`: what
    was told to be late stays late. `version_id`: judged by this policy version; else each keeps its own.
    """
    given = {report.pk: report for report in reports}
    sweep.settle(given, at=act.at, source=act.source)
    rows = timers.running(*given)
    if act.because == "prioritise":
        rows = rows.filter(kind__in=BY_PRIORITY)
    if act.because == "calendar":
        rows = rows.filter(calendar__isnull=False)
    if armed_only:
        rows = rows.filter(state=TimerState.ARMED)
    live: dict[int, list[Timer]] = defaultdict(list)
    for timer in rows.order_by("report_id", "kind"):
        if act.because != "calendar" or not _by_its_hours(timer, given[timer.report_id]):
            live[timer.report_id].append(timer)
    if not live:
        return []
    judged_by = {} if version_id else timers.versions_of([given[key] for key in live], act.at)
    waited, epochs = timers.pauses_of(live), timers.epochs_of(live)
    read_once = cache(policies.calendar)
    new = [
        begun
        for key, its in live.items()
        for timer in its
        for begun in timers.planned(
            given[key],
            [timer.kind],
            started_at=timer.started_at,
            version_id=version_id or judged_by[key],
            act=act,
            waited=waited.get(key, []),
            epochs=epochs[key],
            calendar=read_once,
        )
    ]
    timers.take_over([timer.pk for its in live.values() for timer in its])
    Timer.objects.bulk_create(new, batch_size=ROWS)
    if act.of_the_past:
        timers.leave_the_past(live)
    return list(live)


def _by_its_hours(timer: Timer, report: Promised) -> bool:
    """Whether it counts by what its team works by already: a calendar that only got another name."""
    office = report.team.calendar
    return (timer.calendar_id, timer.calendar_number) == (office.pk, office.version)
