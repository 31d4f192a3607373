"""Reading versions of the product, and what each brings (BUG-6)."""

from collections.abc import Iterable

from django.db.models import (
    Prefetch,
    Q,
    QuerySet,
)

from bugs.lifecycle import State
from bugs.models import Bug, Release, ReleaseEntry
from oncall.querysets import work_read_by
from oncall.rules import Standing
from teams.lifecycle import TeamKind


def releases_visible_to(who: Standing) -> QuerySet[Release]:
    """Those of the teams whose bugs the person reads inside, newest first, with what each brings."""
    entries = ReleaseEntry.objects.select_related("bug").order_by("pk")
    return (
        Release.objects.filter(work_read_by(who), team__kind=TeamKind.DELIVERY)
        .select_related("team__calendar", "by")
        .prefetch_related(Prefetch("entries", entries))
        .order_by("-pk")
    )


def next_release(team_id: int) -> Release | None:
    """The planned version that comes first."""
    return Release.objects.filter(team=team_id, out_at=None).order_by("on", "pk").first()


def to_be_released(team_id: int) -> QuerySet[Bug]:
    """What is fixed and in no version that is out, the oldest fix first."""
    fixed = Bug.objects.filter(team_id=team_id, state__in=(State.FIXED, State.VERIFIED))
    waits = fixed.filter(Q(release=None) | Q(release__out_at=None))
    return waits.select_related("release", "product_area").order_by("fixed_at", "pk")


def reports_answered_by(bug_ids: Iterable[int]) -> dict[int, list[int]]:
    """bug -> the reports that it explains now."""
    found: dict[int, list[int]] = {}
    # Upward by the names of reverse relations, never by an import (HOUSE, Reading upward).
    living = Bug.objects.filter(pk__in=list(bug_ids), classifications__living_for__isnull=False)
    pairs = living.order_by("classifications__report").values_list("pk", "classifications__report")
    for bug, report in pairs:
        found.setdefault(bug, []).append(report)
    return found
