"""Reading notices."""

from django.db import connection
from django.db.models import QuerySet

from channels.models import Notice


def notices_of(person_id: int, *, before: int | None = None) -> QuerySet[Notice]:
    """What a person was told, newest first, below the key `before`."""
    told = Notice.objects.filter(person_id=person_id)
    if before is not None:
        told = told.filter(pk__lt=before)
    return told.order_by("-pk")


UNREAD = """
    SELECT count(*) FROM (
        SELECT FROM channels_notice WHERE person_id = %s AND read_at IS NULL LIMIT %s
    ) AS told
"""


def unread(person_id: int, *, most: int) -> int:
    """How many notices a person has not read, counted up to `most`: every page asks."""
    with connection.cursor() as cursor:
        cursor.execute(UNREAD, [person_id, most])
        counted: int = cursor.fetchone()[0]
    return counted
