"""Filters of lists: django-filter reads them, and what it does not know is refused by name."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django_filters import Filter, FilterSet, ModelChoiceFilter
from django_filters.fields import ModelChoiceField
from rest_framework.request import Request

from channels.rest.problems import invalid
from foundation.errors import Invalid
from foundation.statements import Statement

OWN = ("limit", "cursor")


class _KeyByName(ModelChoiceField):
    """The row of a slug, a username or a reference; only its key is read."""

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        try:
            found = self._keys.rows(name=value)
        except ValueError:  # characters that no name has
            found = []
        if not found:
            raise ValidationError(
                self.error_messages["invalid_choice"], "invalid_choice", params={"value": value}
            )
        return self.queryset.model(pk=found[0][0])

    @cached_property
    def _keys(self) -> Statement:
        meta, column = self.queryset.model._meta, self.to_field_name
        return Statement(
            f"{meta.db_table}_by_{column}",
            f"SELECT id FROM {meta.db_table} WHERE {column} = %(name)s",  # noqa: S608 - our own names
            name="text",
        )


class ByName(ModelChoiceFilter):
    """Narrow by a thing that callers name, never by its key."""

    field_class = _KeyByName

    def __init__(self, model: type[Model], name: str) -> None:
        super().__init__(queryset=model._default_manager.only("pk"), to_field_name=name)


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
