"""A sprint day by day, from the lines that were written as it happened (SPR-5)."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from foundation.references import reference
from sprints.lifecycle import ScopeKind
from sprints.models import ScopeEntry, Sprint
from sprints.rules.burnup import Day, Line, burnup


def burn_up(sprint: Sprint, at: datetime) -> list[Day]:
    """Each day of a sprint up to the end of it, or to `at`; none before it starts. `sprint` has its team's calendar.

    A line counts on the day of its act, in the team's zone. An act is written down within the minute
    (`journal.record` refuses an older one, but of a demonstration), so a day that is over does not change.
    """
    if sprint.started_at is None:
        return []
    zone = ZoneInfo(sprint.team.calendar.zone)
    entries = ScopeEntry.objects.filter(sprint=sprint).order_by("pk")
    lines = [line(entry, sprint, zone) for entry in entries]
    first = sprint.started_at.astimezone(zone).date()
    last = (sprint.ended_at or at).astimezone(zone).date()
    return burnup(lines, first, max(first, last))


def line(entry: ScopeEntry, sprint: Sprint, zone: ZoneInfo) -> Line:
    named = reference("BUG", entry.bug) if entry.bug else reference("BI", entry.item_id)
    return Line(
        day=entry.at.astimezone(zone).date(),
        kind=entry.kind,
        track=entry.track,
        thing=named,
        amount=entry.amount,
        opening=entry.kind == ScopeKind.ENTERED and entry.at == sprint.started_at,
    )


def days_of(sprint: Sprint, first: date) -> int:
    """How many days a picture of it has room for, from `first` on."""
    return max((sprint.ends_on - first) // timedelta(days=1) + 1, 1)
