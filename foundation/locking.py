"""Row locks: once, at the top of the verb, lowest floor first, several rows by primary key."""

from collections.abc import Iterable
from typing import TypeVar

from django.db.models import Model, QuerySet

from foundation.errors import NotFound

M = TypeVar("M", bound=Model)


def locked(rows: QuerySet[M], key: int) -> M:
    """The row, locked for change until the transaction ends; NotFound when there is none."""
    row = rows.select_for_update(of=("self",), no_key=True).filter(pk=key).first()
    if row is None:
        raise NotFound("There is nothing here.")
    return row


def locked_all(rows: QuerySet[M], keys: Iterable[int]) -> dict[int, M]:
    """Several rows locked in order of their keys, so that two verbs never wait for each other."""
    found = (
        rows.select_for_update(of=("self",), no_key=True).filter(pk__in=set(keys)).order_by("pk")
    )
    return {row.pk: row for row in found}
