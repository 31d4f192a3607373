"""Filters of lists: django-filter reads them, and what it does not know is refused by name."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django_filters import Filter, FilterSet
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
    wrong: dict[str, list[str]] = {}
    for name in kind.base_filters:
        if name in asked:
            try:
                rows = _narrowed(kind.base_filters[name], name, asked, rows)
            except ValidationError as error:
                wrong[name] = error.messages
    if wrong:
        raise invalid(wrong)
    return rows


def _narrowed(narrow: Filter, name: str, asked: Any, rows: QuerySet[Any]) -> QuerySet[Any]:
    # The FilterSet itself would copy every filter and build a form of them for each request, which
    # takes longer than reading the rows; its filters and their fields are the same objects for all.
    field = narrow.field
    value = field.clean(field.widget.value_from_datadict(asked, {}, name))
    result: QuerySet[Any] = narrow.filter(rows, value)
    return result
