"""Which target holds for a team and priority, and in which business time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache

from django.db import transaction

from problem_reports.clocks import rules
from problem_reports.clocks.models import PolicyTarget, PolicyVersion, TimerKind
from teams.models import CalendarDayOff, CalendarShift, CalendarVersion, Team

#: One working day of the default policy, in working hours.
DAY = 8
#: kind -> priority -> (hours, around the clock); the policy a new team starts with.
DEFAULTS = {
    TimerKind.FIRST_RESPONSE: {
        "P0": (1, True),
        "P1": (4, False),
        "P2": (1 * DAY, False),
        "P3": (2 * DAY, False),
    },
    TimerKind.CLASSIFICATION: {
        "P0": (4, True),
        "P1": (2 * DAY, False),
        "P2": (5 * DAY, False),
        "P3": (10 * DAY, False),
    },
    TimerKind.NEXT_UPDATE: {
        "P0": (2, True),
        "P1": (1 * DAY, False),
        "P2": (3 * DAY, False),
        "P3": (5 * DAY, False),
    },
    TimerKind.TIMEBOX: {"": (1 * DAY, False)},
    TimerKind.ANSWER: {"": (5 * DAY, False)},
    TimerKind.RESUBMISSION: {"": (10 * DAY, False)},
}


@dataclass(frozen=True)
class Target:
    span: timedelta
    around_the_clock: bool


@dataclass(frozen=True)
class Policy:
    """A published version: its targets by (kind, priority), and the shares at which somebody hears."""

    targets: Mapping[tuple[str, str], Target]
    warn: float
    escalate: float

    def target(self, kind: str, priority: str) -> Target | None:
        """None when this version has no such clock."""
        return self.targets.get((str(kind), str(priority)))


@dataclass(frozen=True)
class Moments:
    """When a clock warns, is due and escalates; `paused` while a pause keeps it from being due."""

    warn_at: datetime
    due_at: datetime
    escalate_at: datetime
    paused: bool = False


def publish_default(team: Team, *, at: datetime) -> PolicyVersion:
    """The first policy version of a team, made on first use; a team has exactly one for now."""
    version, made = PolicyVersion.objects.get_or_create(
        team=team, number=1, defaults={"published_at": at}
    )
    if made:
        PolicyTarget.objects.bulk_create(
            PolicyTarget(
                version=version,
                kind=kind,
                priority=priority,
                seconds=hours * 3600,
                around_the_clock=always,
            )
            for kind, by_priority in DEFAULTS.items()
            for priority, (hours, always) in by_priority.items()
        )
    return version


def default() -> Policy:
    """What a new team starts with, before it has published anything."""
    targets = {
        (str(kind), priority): Target(timedelta(hours=hours), always)
        for kind, by_priority in DEFAULTS.items()
        for priority, (hours, always) in by_priority.items()
    }
    return Policy(targets, warn=0.75, escalate=1.25)


def current_version(team_id: int) -> int | None:
    """The key of the policy version that a report filed now is judged by."""
    versions = PolicyVersion.objects.filter(team_id=team_id).order_by("-number")
    return versions.values_list("pk", flat=True).first()


def in_force(team_id: int) -> tuple[PolicyVersion | None, Policy]:
    """The version that a report filed now is judged by; before the first, None and what a team begins with."""
    versions = PolicyVersion.objects.filter(team_id=team_id).select_related("published_by")
    version = versions.order_by("-number").first()
    return version, policy(version.pk) if version else default()


# What is published never changes, so it may be kept; and so may calendars, below.
@lru_cache(maxsize=256)
def policy(version_id: int) -> Policy:
    version = PolicyVersion.objects.get(pk=version_id)
    rows = PolicyTarget.objects.filter(version_id=version_id)
    return Policy(
        targets={
            (t.kind, t.priority): Target(timedelta(seconds=t.seconds), t.around_the_clock)
            for t in rows
        },
        warn=version.warn_percent / 100,
        escalate=version.escalate_percent / 100,
    )


def calendar(calendar_id: int, version: int) -> rules.Calendar:
    """The pure calendar of any version of a stored one; raises CalendarVersion.DoesNotExist for none."""
    number = (calendar_id, version)
    if (known := _calendars.get(number)) is not None:
        return known
    row = CalendarVersion.objects.get(calendar=calendar_id, number=version)
    pure = _pure(row.pk, row.zone)
    # By its number only once it is sure: a version that this transaction wrote may yet be taken back, and
    # its number given to another week. A primary key is never given twice.
    transaction.on_commit(lambda: _calendars.setdefault(number, pure))
    return pure


#: (calendar, version) -> the pure one; a few hundred of them, as many as were ever edited.
_calendars: dict[tuple[int, int], rules.Calendar] = {}


@lru_cache(maxsize=256)
def _pure(version_id: int, zone: str) -> rules.Calendar:
    shifts = CalendarShift.objects.filter(version=version_id).order_by("weekday", "starts")
    days_off = CalendarDayOff.objects.filter(version=version_id).order_by("day")
    return rules.Calendar(
        zone=zone,
        shifts=tuple(rules.Shift(s.weekday, s.starts, s.ends) for s in shifts),
        days_off=dict(days_off.values_list("day", "why")),
    )


def moments(
    judged_by: Policy,
    target: Target,
    calendar: rules.Calendar,
    start: datetime,
    pauses: Sequence[rules.Pause] = (),
) -> Moments:
    """When a clock that runs from `start` warns, is due and escalates (UTC), as shares of its working time.

    In a pause that is still open, what it has not reached is told as if it went on where it stopped.
    """
    shares = (judged_by.warn, 1.0, judged_by.escalate)
    reached = [rules.due(calendar, start, target.span * share, pauses) for share in shares]
    if None not in reached:
        return Moments(*reached)  # type: ignore[arg-type]
    open_since = [p.begins for p in pauses if p.ends is None]
    closed = [replace(p, ends=p.ends or max(p.begins, *open_since)) for p in pauses]
    onward = [rules.due(calendar, start, target.span * share, closed) for share in shares]
    told = [a or b for a, b in zip(reached, onward, strict=True)]
    return Moments(*told, paused=reached[1] is None)  # type: ignore[arg-type]
