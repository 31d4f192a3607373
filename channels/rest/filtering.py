"""Filters of lists: django-filter reads them, and what it does not know is refused by name."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django_filters import FilterSet
from rest_framework.request import Request

from channels.rest.problems import invalid
from foundation.errors import Invalid

OWN = ("limit", "cursor")


def filtered(
    kind: type[FilterSet], request: Request, rows: QuerySet[Any], *, also: Iterable[str] = ()
) -> QuerySet[Any]:
    """The rows that the query string asks for; an unknown filter or value is Invalid."""
    known = {*kind.base_filters, *also, *OWN}
    asked = request.query_params
    unknown = {n: ["There is no such filter."] for n in asked if n not in known}
    if unknown:
        raise Invalid(unknown)
    if not any(name in asked for name in kind.base_filters):
        return rows
    chosen = kind(asked, queryset=rows)
    if not chosen.is_valid():
        raise invalid({n: list(messages) for n, messages in chosen.form.errors.items()})
    result: QuerySet[Any] = chosen.qs
    return result
