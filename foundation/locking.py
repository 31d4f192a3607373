"""Row locks: once, at the top of the verb, lowest floor first, several rows by primary key.

Two statements each: the lock, then the row. In one statement, a row that changed while we waited comes
back new, but what it is joined to is still what was joined before the wait: the winner of a race would
be nobody, and a report that was routed meanwhile would be gone.
"""

from collections.abc import Iterable
from typing import TypeVar

from django.db.models import Model, QuerySet

from foundation.errors import NotFound

M = TypeVar("M", bound=Model)


def locked(rows: QuerySet[M], key: int) -> M:
    """The row, locked for change until the transaction ends; NotFound when there is none."""
    row = locked_all(rows, [key]).get(key)
    if row is None:
        raise NotFound("There is nothing here.")
    return row


def locked_all(rows: QuerySet[M], keys: Iterable[int]) -> dict[int, M]:
    """Several rows locked in order of their keys, so that two verbs never wait for each other."""
    wanted = set(keys)
    plain = rows.model._base_manager.using(rows.db).filter(pk__in=wanted).order_by("pk")
    list(plain.select_for_update(no_key=True).values_list("pk"))
    return {row.pk: row for row in rows.filter(pk__in=wanted).order_by("pk")}
