"""Reading notices."""

from django.db.models import QuerySet

from channels.models import Notice
from foundation.statements import Statement


def notices_of(person_id: int, *, before: int | None = None) -> QuerySet[Notice]:
    """What a person was told, newest first, below the key `before`."""
    told = Notice.objects.filter(person_id=person_id)
    if before is not None:
        told = told.filter(pk__lt=before)
    return told.order_by("-pk")


_UNREAD = Statement(
    "unread",
    """
    SELECT count(*) FROM (
        SELECT FROM channels_notice WHERE person_id = %(person)s AND read_at IS NULL LIMIT %(most)s
    ) AS told
    """,
    person="bigint",
    most="bigint",
)


def unread(person_id: int, *, most: int) -> int:
    """How many notices a person has not read, counted up to `most`: every page asks."""
    ((counted,),) = _UNREAD.rows(person=person_id, most=most)
    return int(counted)
