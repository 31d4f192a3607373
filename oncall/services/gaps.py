"""The clock's word on gaps ahead: to the team's leads, once, when one is newly near (ONC-4)."""

from datetime import datetime

from django.db import transaction
from psycopg2.extras import DateTimeTZRange

from foundation.locking import locked
from journal import services as journal
from journal.models import Source
from oncall.events.gaps import RotationGapNear
from oncall.models import DutyKind, GapTold, Rotation
from oncall.querysets.gaps import support_of
from oncall.querysets.rotas import published
from oncall.rules.gaps import AHEAD, NEAR, gaps_ahead, untold
from teams.querysets import CLOCK, automatic


def warn_of_gaps(*, at: datetime) -> int:
    """Tell of every gap ahead that matters and is told to nobody yet; returns for how many rotations. Two beats
    tell once: the rotation is locked, and the database refuses a second row for a stretch."""
    keys = Rotation.objects.filter(published_at__lte=at).order_by("pk").values_list("pk", flat=True)
    return sum(_warn(key, at) for key in list(keys))


@transaction.atomic
def _warn(key: int, at: datetime) -> bool:
    rotation = locked(Rotation.objects.select_related("team__calendar"), key)
    team, duty, until = rotation.team, rotation.duty, at + AHEAD
    support = support_of(team, at, until)
    gaps = gaps_ahead(published(team.pk, duty, at, until), support, at, until)
    told = GapTold.objects.filter(team=team, duty=duty, closed_at=None, during__endswith__gt=at)
    open_still = []
    for row in told.order_by("during"):
        if any(g.start < row.during.upper and row.during.lower < g.end for g in gaps):
            open_still.append((row.during.lower, row.during.upper))
        else:
            row.closed_at = at
            row.save(update_fields=["closed_at"])
    new = untold(gaps, open_still, support, at)
    if not new:
        return False
    GapTold.objects.bulk_create(
        GapTold(team=team, duty=duty, during=DateTimeTZRange(g.start, g.end, "[)"), told_at=at)
        for g in new
    )
    fact = RotationGapNear(
        duty=DutyKind(duty).label.lower(),
        start=next(g.start for g in new if g.severity == NEAR),
        gaps=tuple(f"{g.start.isoformat()}/{g.end.isoformat()}" for g in new),
    )
    journal.record(fact, subject=key, by=automatic(CLOCK), at=at, source=Source.SYSTEM)
    return True
