"""The rows that carry promises: armed by *file*, moved by *prioritise* and *route*, stopped by acts.

Callers hold the report's row lock. Nothing here reads a clock: the act says when it happened.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from django.db.models import Case, F, Value, When

from journal.models import ClockTimestamp, Event, Source
from problem_reports.clocks import policies
from problem_reports.clocks.models import Timer, TimerKind, TimerState
from teams.models import Team

KINDS = (TimerKind.FIRST_RESPONSE, TimerKind.CLASSIFICATION)


class Promised(Protocol):
    """What the clocks need to know of a report: the floor of reports stands above its clocks."""

    pk: int
    priority: str
    team: Team
    team_id: int


def planned(
    priority: str, team: Team, start: datetime, version_id: int, kinds: Iterable[str] = KINDS
) -> dict[str, datetime]:
    """When each promise of a report that starts now would be due."""
    return {
        kind: policies.due(kind, priority, start, version_id=version_id, hours_of=team.calendar)
        for kind in kinds
    }


def arm(
    report: Promised,
    due: dict[str, datetime],
    *,
    started_at: datetime,
    version_id: int,
    because: str,
    at: datetime,
    source: str,
    epochs: dict[str, int] | None = None,
) -> list[Timer]:
    """Insert one live timer per kind, and return them.

    An import or a demonstration tells of the past: what was due before now is no longer watched, so
    that no sweep tells anybody; if it was answered in time, the stop finds it met.
    """
    armed = [
        Timer(
            report_id=report.pk,
            kind=kind,
            epoch=(epochs or {}).get(kind, 0) + 1,
            policy_version_id=version_id,
            state=TimerState.ARMED,
            started_at=started_at,
            due_at=moment,
            armed_at=at,
            armed_because=because,
        )
        for kind, moment in due.items()
    ]
    Timer.objects.bulk_create(armed)
    if source in (Source.IMPORT, Source.DEMO):
        past = Timer.objects.filter(
            report_id=report.pk, state=TimerState.ARMED, due_at__lte=ClockTimestamp()
        )
        past.update(state=TimerState.BREACHED)
    return armed


def move(report: Promised, *, because: str, at: datetime, source: str) -> None:
    """Begin a new epoch of every running promise: another priority, team or calendar.

    The clock starts where it started before: changing a priority forgives nothing.
    """
    running = Timer.objects.filter(report_id=report.pk, stopped_at__isnull=True).exclude(
        state=TimerState.SUPERSEDED
    )
    starts = dict(running.values_list("kind", "started_at"))
    _renew(report, starts, because=because, at=at, source=source)


def restart(report: Promised, *, because: str, at: datetime, source: str) -> None:
    """A report that opens again: its classification is promised anew, from now."""
    starts = {TimerKind.CLASSIFICATION: at}
    _renew(report, starts, because=because, at=at, source=source)


def _renew(
    report: Promised,
    starts: dict[str, datetime],
    *,
    because: str,
    at: datetime,
    source: str,
) -> None:
    if not starts:
        return
    live = Timer.objects.filter(report_id=report.pk, kind__in=list(starts)).exclude(
        state=TimerState.SUPERSEDED
    )
    epochs = dict(live.values_list("kind", "epoch"))
    live.update(state=TimerState.SUPERSEDED)
    version_id = _version_of(report, at)
    for kind, start in starts.items():
        due = planned(report.priority, report.team, start, version_id, [kind])
        arm(
            report,
            due,
            started_at=start,
            version_id=version_id,
            because=because,
            at=at,
            source=source,
            epochs=epochs,
        )


def _version_of(report: Promised, at: datetime) -> int:
    """The policy version that a report keeps: the first that its team judged it by (SLA-1)."""
    own = Timer.objects.filter(report_id=report.pk, policy_version__team_id=report.team_id)
    return (
        own.order_by("pk").values_list("policy_version_id", flat=True).first()
        or policies.current_version(report.team_id)
        or policies.publish_default(report.team, at=at).pk
    )


def stop(report_id: int, kinds: Iterable[str], event: Event) -> None:
    """The promise is kept, or was late: decided by the moment of the act, not by any sweep."""
    Timer.objects.filter(
        report_id=report_id,
        kind__in=list(kinds),
        stopped_at__isnull=True,
        state__in=(TimerState.ARMED, TimerState.BREACHED),
    ).update(
        stopped_at=event.at,
        stopped_by=event,
        state=Case(
            When(due_at__gte=Value(event.at), then=Value(TimerState.MET)),
            default=Value(TimerState.BREACHED),
        ),
    )


def next_due(report_id: int) -> datetime | None:
    """The nearest promise of a report that still runs, late or not."""
    running = Timer.objects.filter(
        report_id=report_id,
        stopped_at__isnull=True,
        state__in=(TimerState.ARMED, TimerState.BREACHED),
    )
    return running.order_by(F("due_at")).values_list("due_at", flat=True).first()


def runs(report_id: int, kind: str) -> bool:
    """Whether a promise of this kind still runs, late or not."""
    return (
        Timer.objects.filter(report_id=report_id, kind=kind, stopped_at__isnull=True)
        .exclude(state=TimerState.SUPERSEDED)
        .exists()
    )
