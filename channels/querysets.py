"""Reading notices."""

from django.db.models import QuerySet

from channels.models import Notice


def notices_of(person_id: int, *, before: int | None = None) -> QuerySet[Notice]:
    """What a person was told, newest first, below the key `before`."""
    told = Notice.objects.filter(person_id=person_id)
    if before is not None:
        told = told.filter(pk__lt=before)
    return told.order_by("-pk")
