"""The record of a team's closed sprints, read in a constant number of queries."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, QuerySet, Sum

from bugs.models import Bug
from insights.sprint_record.rules import Closed, Entry, Some, added_up, planned_done
from sprints.lifecycle import EntryKind, State
from sprints.models import Carried, Overdraft, ReserveEntry, ScopeEntry, Sprint
from sprints.querysets.days import line
from sprints.rules.burnup import Line
from teams.models import Team

#: The last ones; four years of two weeks each.
MOST = 104


def closed_sprints(team: Team) -> list[Closed]:
    """The closed sprints of a team, the newest first; `team` comes with its calendar.

    A cancelled sprint is none of them: it promised something else than what it did.
    """
    found = Sprint.objects.filter(team=team, state=State.CLOSED).order_by("-starts_on", "-pk")
    sprints = {sprint.pk: sprint for sprint in found[:MOST]}
    entries, opened = _entries(sprints), _opened(sprints)
    lines = _lines(sprints, ZoneInfo(team.calendar.zone))
    overdrafts = _some(Overdraft.objects.filter(sprint__in=sprints), "amount")
    carried = _some(Carried.objects.filter(sprint__in=sprints), "points")
    return [
        Closed(
            reference=sprint.reference,
            name=sprint.name,
            starts_on=sprint.starts_on,
            ends_on=sprint.ends_on,
            capacity=sprint.capacity,
            committed=sprint.committed,
            planned_done=planned_done(lines[key]),
            ledger=added_up(entries[key]),
            reserve_set=opened.get(key, sprint.size),
            reserve_left=sprint.available,
            overdrafts=overdrafts.get(key, Some()),
            carried=carried.get(key, Some()),
            goal_met=sprint.goal_met,
        )
        for key, sprint in sprints.items()
    ]


def _entries(sprints: Iterable[int]) -> dict[int, list[Entry]]:
    """Sprint -> its ledger, added up by kind of line and by cause."""
    rows = list(
        ReserveEntry.objects.filter(sprint__in=sprints)
        .exclude(kind=EntryKind.OPEN)
        .values_list("sprint_id", "kind", "bug", "work__kind")
        .annotate(Sum("amount"), Count("pk"))
        .order_by("sprint_id", "kind", "bug", "work__kind")
    )
    keys = {bug for _, _, bug, *_ in rows if bug}
    priorities = dict(Bug.objects.filter(pk__in=keys).values_list("pk", "priority"))
    found: dict[int, list[Entry]] = defaultdict(list)
    for sprint, kind, bug, work, amount, count in rows:
        found[sprint].append(Entry(kind, amount, count, priorities.get(bug, ""), work or ""))
    return found


def _opened(sprints: Iterable[int]) -> dict[int, Decimal]:
    """Sprint -> the reserve as it was set last; what left for an injection is no part of it."""
    rows = ReserveEntry.objects.filter(sprint__in=sprints, kind=EntryKind.OPEN).order_by("pk")
    return dict(rows.values_list("sprint_id", "amount"))


def _lines(sprints: dict[int, Sprint], zone: ZoneInfo) -> dict[int, list[Line]]:
    found: dict[int, list[Line]] = defaultdict(list)
    for entry in ScopeEntry.objects.filter(sprint__in=sprints).order_by("pk"):
        found[entry.sprint_id].append(line(entry, sprints[entry.sprint_id], zone))
    return found


def _some(rows: QuerySet[Any], amount: str) -> dict[int, Some]:
    """Sprint -> how many rows it has, and what they come to."""
    told = rows.values_list("sprint_id").annotate(Count("pk"), Sum(amount)).order_by("sprint_id")
    return {sprint: Some(n, total) for sprint, n, total in told}
