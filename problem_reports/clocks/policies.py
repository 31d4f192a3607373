"""Which target holds for a team and priority, and in which business time."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from django.db import transaction

from problem_reports.clocks import rules
from problem_reports.clocks.models import PolicyTarget, PolicyVersion, TimerKind
from teams.models import BusinessCalendar, CalendarDayOff, CalendarShift, CalendarVersion, Team

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
}


@dataclass(frozen=True)
class Target:
    span: timedelta
    around_the_clock: bool


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


def current_version(team_id: int) -> int | None:
    """The key of the policy version that a report filed now is judged by."""
    versions = PolicyVersion.objects.filter(team_id=team_id).order_by("-number")
    return versions.values_list("pk", flat=True).first()


# Published targets never change, so they may be kept; and so may calendars, below.
@lru_cache(maxsize=256)
def targets(version_id: int) -> dict[tuple[str, str], Target]:
    rows = PolicyTarget.objects.filter(version_id=version_id)
    return {
        (t.kind, t.priority): Target(timedelta(seconds=t.seconds), t.around_the_clock) for t in rows
    }


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


def due(
    kind: str, priority: str, start: datetime, *, version_id: int, hours_of: BusinessCalendar
) -> datetime:
    """When a promise of this kind and priority, running from `start`, is due (UTC)."""
    target = targets(version_id)[(str(kind), str(priority))]
    if target.around_the_clock:
        # In UTC: adding to a moment with a zone would add to its wall clock, wrong when clocks change.
        return start.astimezone(UTC) + target.span
    return rules.add(calendar(hours_of.pk, hours_of.version), start, target.span)
