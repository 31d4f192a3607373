"""What another policy would do to the open reports of a team, told before it is published (SLA-1). Writes nothing.

It reckons with the functions by which clocks are moved, so that what it says is what would happen.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from oncall.rules import Standing
from problem_reports.clocks import policies, rules
from problem_reports.clocks.history import BY_PRIORITY, of_kind
from problem_reports.clocks.models import TimerState
from problem_reports.clocks.timers import pauses_of
from problem_reports.lifecycle import State
from problem_reports.models import Timer
from problem_reports.querysets.reading import visible_to
from teams.models import Team

FIRST = 20


@dataclass(frozen=True)
class Change:
    """What would become of one report: its clock that is due first anew."""

    report_id: int
    title: str
    priority: str
    kind: str
    was_due_at: datetime
    due_at: datetime
    late: bool
    warned: bool


@dataclass(frozen=True)
class Foreseen:
    """`late` and `warned`: how many open reports would be so at once and are not yet; `changes`, the worst first."""

    open: int
    moved: int
    late: int
    warned: int
    changes: tuple[Change, ...]


def foreseen(team: Team, policy: policies.Policy, who: Standing, *, at: datetime) -> Foreseen:
    """What publishing this for open reports too would do, now, to those that this reader may know of.

    An admin need not be a reader of a restricted team; also a bare number tells of what there is.
    """
    reports = visible_to(who).filter(team_id=team.pk).exclude(state=State.CLOSED)
    rows = Timer.objects.filter(
        report__in=reports, state=TimerState.ARMED, stopped_at__isnull=True
    ).select_related("report")
    # What has run out stays late, also when no sweep has told it yet.
    armed = [t for t in rows.order_by("report_id", "kind") if not _over(t, at)]
    waited = pauses_of({timer.report_id for timer in armed})
    office = policies.calendar(team.calendar_id, team.calendar.version)
    by_report = defaultdict(list)
    for timer in armed:
        change = _change(timer, policy, office, waited.get(timer.report_id, []), at)
        if change:
            by_report[timer.report_id].append(change)
    worst = [min(changes, key=_urgency) for changes in by_report.values()]
    return Foreseen(
        open=reports.count(),
        moved=len(worst),
        late=sum(any(c.late for c in changes) for changes in by_report.values()),
        warned=sum(
            any(c.warned for c in changes) and not any(c.late for c in changes)
            for changes in by_report.values()
        ),
        changes=tuple(sorted(worst, key=_urgency)),
    )


def counted_by(who: Standing, *, team_id: int | None = None, calendar_id: int | None = None) -> int:
    """How many reports that this reader may know of count by the hours of a calendar, or of a team's, and may move."""
    armed = Timer.objects.filter(state=TimerState.ARMED, calendar__isnull=False)
    armed = armed.filter(report__in=visible_to(who))
    armed = armed.filter(report__team_id=team_id) if team_id else armed
    armed = armed.filter(calendar_id=calendar_id) if calendar_id else armed
    return armed.values("report").distinct().count()


def _over(timer: Timer, at: datetime) -> bool:
    return timer.due_at < min(at, timer.paused_since or at)


def _change(
    timer: Timer,
    policy: policies.Policy,
    office: rules.Calendar,
    waited: list[rules.Pause],
    at: datetime,
) -> Change | None:
    """None when its moments stay."""
    report = timer.report
    target = policy.target(timer.kind, report.priority if timer.kind in BY_PRIORITY else "")
    if target is None:
        return None
    hours = rules.AROUND_THE_CLOCK if target.around_the_clock else office
    mine = of_kind(timer.kind, waited)
    when = policies.moments(policy, target, hours, timer.started_at, mine)
    if (when.warn_at, when.due_at) == (timer.warn_at, timer.due_at):
        return None
    stands_still = next((p.begins for p in mine if p.ends is None), None)
    now = min(at, stands_still or at)
    late = when.due_at < now
    told = timer.warn_at < min(at, timer.paused_since or at)
    return Change(
        report_id=report.pk,
        title=report.title,
        priority=report.priority,
        kind=timer.kind,
        was_due_at=timer.due_at,
        due_at=when.due_at,
        late=late,
        warned=when.warn_at < now and not late and not told,
    )


def _urgency(change: Change) -> tuple[bool, bool, datetime, int]:
    return not change.late, not change.warned, change.due_at, change.report_id
