"""What a team's injected P1s of the last year took, read for the rules: keys and amounts, no names."""

from collections import defaultdict
from datetime import datetime, timedelta

from django.db.models import Min, Sum

from bugs.lifecycle import Priority
from bugs.models import Bug, Mitigation
from foundation.references import reference
from insights.p1_policy.rules import FixedP1, hand_offs
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
    displaced, hands, helped = _displaced(team), _hands(keys), _helped(keys)
    return [
        FixedP1(
            way=done_as or way or "",
            area=area,
            fixer=fixer,
            hours_to_fix=_hours(opened_at, fixed_at),
            hours_logged=float(logged.get(key, 0)),
            displaced=displaced[reference("BUG", key)],
            pair=pair,
            deviated=bool(way and done_as and way != done_as),
            hand_offs=hand_offs(hands[key]),
            hours_to_mitigate=_hours(opened_at, min(fixed_at, helped.get(key, fixed_at))),
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


def _hours(since: datetime, until: datetime) -> float:
    return (until - since).total_seconds() / 3600


def _hands(keys: list[int]) -> dict[int, list[int]]:
    """bug -> who started and who fixed it, in order."""
    told = Event.objects.filter(kind="bug", name__in=("bug.started", "bug.fixed"), subject__in=keys)
    people: dict[int, list[int]] = defaultdict(list)
    for key, person in told.order_by("pk").values_list("subject", "by"):
        people[key].append(person)
    return people


def _helped(keys: list[int]) -> dict[int, datetime]:
    """bug -> when customers were first kept from it."""
    rows = Mitigation.objects.filter(bug__in=keys).order_by().values_list("bug")
    return dict(rows.annotate(first=Min("at")))


def _displaced(team: Team) -> dict[str, float]:
    """Points of planned work that left a sprint to make room, by the bug that it left for."""
    sprints = list(team.sprints.values_list("pk", flat=True))
    told = Event.objects.filter(name="sprint.swapped_out", kind="sprint", subject__in=sprints)
    points: dict[str, float] = defaultdict(float)
    for data in told.values_list("data", flat=True):
        points[data["instead_of"]] += float(data["points"])
    return points
