"""Reading the journal: what happened to some subjects, oldest first."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Max, Q, QuerySet

from journal.models import Event


def timeline(subjects: Iterable[tuple[str, int]]) -> QuerySet[Event]:
    """The events of these (kind, number) subjects, in order of when they happened."""
    wanted = Q()
    for kind, number in subjects:
        wanted |= Q(kind=kind, subject=number)
    if not wanted:
        return Event.objects.none()
    return Event.objects.filter(wanted).select_related("by", "text").order_by("at", "id")


def no_earlier(kind: str, subject: int, at: datetime) -> datetime:
    """`at`, or the last act on this thing when that came later: the moment that `record` will give an act now."""
    last = Event.objects.filter(kind=kind, subject=subject).aggregate(last=Max("at"))["last"]
    return max(at, last) if last else at
