"""What a team's injected P1s of the last year took, read for the rules: keys and amounts, no names."""

from collections import defaultdict
from datetime import datetime, timedelta

from django.db.models import Sum

from bugs.lifecycle import Priority
from bugs.models import Bug
from foundation.references import reference
from insights.p1_policy.rules import FixedP1
from journal.models import Event
from sprints.models import WorkLog
from teams.models import Team

YEAR = timedelta(days=365)


def fixed_p1s(team: Team, at: datetime) -> list[FixedP1]:
    """Those that were injected, and fixed within the year before `at`."""
    rows = Bug.objects.filter(
        team=team, priority=Priority.P1, injected_at_price__isnull=False,
        fixed_at__gt=at - YEAR, fixed_at__lte=at,
    )  # fmt: skip
    found = list(
        rows.order_by("pk").values_list(
            "pk",
            "p1_way",
            "product_area_id",
            "fixed_by_id",
            "opened_at",
            "fixed_at",
            "p1_done_as",
            "paired_with",
        )
    )
    keys = [row[0] for row in found]
    logged = dict(
        WorkLog.objects.filter(bug__in=keys).values_list("bug").annotate(hours=Sum("hours"))
    )
    displaced = _displaced(team)
    return [
        FixedP1(
            way=done_as or way or "",
            area=area,
            fixer=fixer,
            hours_to_fix=(fixed_at - opened_at).total_seconds() / 3600,
            hours_logged=float(logged.get(key, 0)),
            displaced=displaced[reference("BUG", key)],
            pair=pair,
            deviated=bool(way and done_as and way != done_as),
        )
        for key, way, area, fixer, opened_at, fixed_at, done_as, pair in found
    ]


def fixes_by_area(team: Team, at: datetime) -> list[tuple[str, bool, tuple[int, ...]]]:
    """Every fix of the year: its area, whether in the later half, and the keys of who fixed and paired (BUG-8)."""
    rows = Bug.objects.filter(team=team, fixed_at__gt=at - YEAR, fixed_at__lte=at).order_by("pk")
    return [
        (area, fixed_at > at - YEAR / 2, tuple(key for key in (fixer, pair) if key))
        for area, fixed_at, fixer, pair in rows.values_list(
            "product_area__name", "fixed_at", "fixed_by", "paired_with"
        )
    ]


def _displaced(team: Team) -> dict[str, float]:
    """Points of planned work that left a sprint to make room, by the bug that it left for."""
    sprints = list(team.sprints.values_list("pk", flat=True))
    told = Event.objects.filter(name="sprint.swapped_out", kind="sprint", subject__in=sprints)
    points: dict[str, float] = defaultdict(float)
    for data in told.values_list("data", flat=True):
        points[data["instead_of"]] += float(data["points"])
    return points
