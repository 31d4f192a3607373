"""Filters of lists: django-filter reads them, and what it does not know is refused by name."""

from collections.abc import Iterable
from functools import lru_cache
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
    named = frozenset(name for name in kind.base_filters if name in asked)
    if not named:
        return rows
    chosen = _only(kind, named)(asked, queryset=rows)
    if not chosen.is_valid():
        raise invalid({n: list(messages) for n, messages in chosen.form.errors.items()})
    result: QuerySet[Any] = chosen.qs
    return result


@lru_cache(maxsize=128)
def _only(kind: type[FilterSet], named: frozenset[str]) -> type[FilterSet]:
    """The same filters without those that nobody asked for: a form is built of them for each request."""
    without = {name: None for name in kind.base_filters if name not in named}
    return type(kind)(kind.__name__, (kind,), {**without, "__module__": kind.__module__})
