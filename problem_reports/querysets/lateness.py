"""Reading what clocks told late: newest first, and to everybody what they may see."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q, QuerySet, Value

from journal.models import LATE_SECONDS, Event, Source
from oncall.rules import Standing
from problem_reports.clocks.models import Signal
from problem_reports.querysets.reading import visible_to


def told_late(who: Standing, *, after: int | None = None) -> QuerySet[Signal]:
    """What was told more than a minute late of reports that they see, behind the event `after`.

    Warnings and escalations are the delivery team's; a missed promise is everybody's who sees the report.
    """
    told = Signal.objects.filter(
        Q(event__internal=False) | Q(timer__report__team_id__in=who.teams),
        event__data__late_by__gt=LATE_SECONDS,
        # What a demonstration tells of the past was never watched, so nobody told it late.
        event__source=Source.SYSTEM,
        timer__report__in=visible_to(who),
    )
    place = after and Event.objects.filter(pk=after).values_list("at", "pk").first()
    if place:
        at, key = place
        told = told.filter(Q(event__at__lt=at) | Q(event__at=at, event_id__lt=key))
    return told.select_related("event", "timer__report").order_by("-event__at", "-event_id")


def told_late_within(
    who: Standing, stretches: Sequence[tuple[datetime, datetime]], *, most: int
) -> list[int]:
    """How much of it was told within each of a few stretches, counted up to `most`, in one query."""
    if not stretches:
        return []
    rows = told_late(who).select_related(None).order_by()
    each = [
        rows.filter(event__at__range=stretch).annotate(nth=Value(n)).values_list("nth")[:most]
        for n, stretch in enumerate(stretches)
    ]
    found = Counter(n for (n,) in each[0].union(*each[1:], all=True))
    return [found[n] for n in range(len(stretches))]
