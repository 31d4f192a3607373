"""Why each deadline of a report is when it is, as the API tells it (SLA-6)."""

from datetime import datetime, timedelta
from typing import Any

from channels.rest.plain import hyphens, moment
from problem_reports.clocks import explained
from problem_reports.clocks.explained import Clock, Epoch, Interval


def clocks(report_id: int, at: datetime, *, inside: bool) -> list[dict[str, Any]]:
    """Every clock that this reader may know of, each with its newest epoch and the earlier ones."""
    return [_clock(one) for one in explained.clocks(report_id, at=at, inside=inside)]


def _clock(one: Clock) -> dict[str, Any]:
    return {
        "kind": str(one.kind),
        "now": _epoch(one.now),
        "earlier": [_epoch(epoch) for epoch in one.earlier],
    }


def _epoch(epoch: Epoch) -> dict[str, Any]:
    timer, hours, held = epoch.timer, epoch.hours, epoch.held
    version = timer.policy_version
    return {
        "epoch": timer.epoch,
        "state": timer.state,
        "priority": timer.priority or None,
        "target_seconds": _seconds(epoch.span),
        "policy": {
            "team": version.team.slug,
            "version": version.number,
            "published_at": moment(version.published_at),
        },
        "calendar": hours
        and {
            "name": hours.name,
            "version": hours.version,
            "zone": hours.zone,
            "published_at": moment(hours.published_at),
        },
        "because": hyphens(timer.armed_because),
        "began_at": moment(timer.armed_at),
        "started_at": moment(timer.started_at),
        "warn_at": moment(timer.warn_at),
        "due_at": moment(timer.due_at),
        "escalate_at": moment(timer.escalate_at),
        "paused": held
        and {
            "since": moment(held.since),
            "kind": str(held.kind),
            "left_seconds": _seconds(held.left),
        },
        "stopped_at": moment(timer.stopped_at),
        "stopped_by": timer.stopped_by_id,
        "in_time": epoch.in_time if timer.stopped_at else None,
        "late_seconds": _seconds(epoch.late),
        "replaced_at": moment(epoch.replaced_at),
        "intervals": [_interval(interval) for interval in epoch.intervals],
    }


def _interval(interval: Interval) -> dict[str, Any]:
    return {
        "begins": moment(interval.begins),
        "ends": moment(interval.ends),
        "kind": interval.kind,
        "why": interval.why,
        "counted": interval.counted,
        "open_seconds": _seconds(interval.open),
        "total_seconds": _seconds(interval.total),
    }


def _seconds(stretch: timedelta) -> float:
    return stretch.total_seconds()
