"""Lists by cursor: a page starts after a key, so that its cost does not grow with how far one has read.

`{results, next, previous}`; no COUNT anywhere. A cursor is opaque: direction and the last keys seen.
"""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, Model, OrderBy, Q, QuerySet
from rest_framework.request import Request

from foundation.errors import Invalid

LIMIT, MOST = 50, 100
LARGEST_KEY = 2**63 - 1


@dataclass(frozen=True)
class Cursor:
    """After (or, backwards, before) which row the page starts; `keys` are that row's."""

    keys: tuple[Any, ...]
    backwards: bool = False

    def written(self) -> str:
        text = json.dumps([int(self.backwards), *self.keys], separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(text: str) -> Cursor:
    try:
        found = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        direction, *keys = found
        return Cursor(tuple(keys), bool(int(direction)))
    except (ValueError, TypeError, binascii.Error, RecursionError):
        raise _not_ours() from None


def _not_ours() -> Invalid:
    return Invalid({"cursor": ["This cursor is not one of ours: follow `next` and `previous`."]})


@dataclass(frozen=True)
class Order:
    """A total order over rows that ends in their key."""

    name: str
    keys: Callable[[Any], tuple[Any, ...]]
    after: Callable[[Sequence[Any]], Q]
    before: Callable[[Sequence[Any]], Q]
    forwards: tuple[OrderBy, ...]
    backwards: tuple[OrderBy, ...]


def _key(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LARGEST_KEY:
        raise _not_ours()
    return value


def _after_due(keys: Sequence[Any]) -> Q:
    due, key = _due_and_key(keys)
    if due is None:
        return Q(due_at__isnull=True, pk__gt=key)
    return Q(due_at__gt=due) | Q(due_at=due, pk__gt=key) | Q(due_at__isnull=True)


def _before_due(keys: Sequence[Any]) -> Q:
    due, key = _due_and_key(keys)
    if due is None:
        return Q(due_at__isnull=False) | Q(pk__lt=key)
    return Q(due_at__lt=due) | Q(due_at=due, pk__lt=key)


def _due_and_key(keys: Sequence[Any]) -> tuple[datetime | None, int]:
    due, key = keys
    try:
        moment = None if due is None else datetime.fromisoformat(due)
    except (TypeError, ValueError):
        raise _not_ours() from None
    if moment is not None and moment.utcoffset() is None:
        raise _not_ours()
    return moment, _key(key)


NEWEST = Order(
    "newest",
    keys=lambda row: (row.pk,),
    after=lambda keys: Q(pk__lt=_key(*keys)),
    before=lambda keys: Q(pk__gt=_key(*keys)),
    forwards=(F("pk").desc(),),
    backwards=(F("pk").asc(),),
)
#: By the nearest promise; what is promised nothing comes last.
DUE = Order(
    "due",
    keys=lambda row: (row.due_at and row.due_at.isoformat(), row.pk),
    after=_after_due,
    before=_before_due,
    forwards=(F("due_at").asc(nulls_last=True), F("pk").asc()),
    backwards=(F("due_at").desc(nulls_first=True), F("pk").desc()),
)


@dataclass(frozen=True)
class Page:
    """One page of rows, in order, and the addresses beside it."""

    rows: list[Any]
    next: str | None
    previous: str | None

    def shown(self, results: list[Any]) -> dict[str, Any]:
        return {"results": results, "next": self.next, "previous": self.previous}


def page(request: Request, rows: "QuerySet[Model]", order: Order = NEWEST) -> Page:
    """The page that the request asks for, in one query."""
    limit, cursor = limit_of(request), cursor_of(request)
    back = cursor is not None and cursor.backwards
    if cursor is not None:
        try:
            rows = rows.filter((order.before if back else order.after)(cursor.keys))
        except (TypeError, ValueError):
            raise _not_ours() from None
    found = list(rows.order_by(*(order.backwards if back else order.forwards))[: limit + 1])
    more, found = len(found) > limit, found[:limit]
    if back:
        found.reverse()
    return Page(
        found,
        next=_link(request, found, order, -1) if more or back else None,
        previous=_link(request, found, order, 0) if (more if back else cursor) else None,
    )


def page_of_few(request: Request, rows: Sequence[Any], key: Callable[[Any], str]) -> Page:
    """The same for a list that is small by nature and already in its order, such as areas."""
    limit, cursor = limit_of(request), cursor_of(request)
    names = [key(row) for row in rows]
    start = 0
    if cursor is not None:
        if len(cursor.keys) != 1 or cursor.keys[0] not in names:
            raise _not_ours()
        here = names.index(cursor.keys[0])
        start = max(0, here - limit) if cursor.backwards else here + 1
        limit = here - start if cursor.backwards else limit
    found = list(rows[start : start + limit])
    onward = found and start + limit < len(rows)
    return Page(
        found,
        next=address(request, Cursor((key(found[-1]),))) if onward else None,
        previous=address(request, Cursor((key(found[0]),), True)) if found and start else None,
    )


def _link(request: Request, found: list[Any], order: Order, which: int) -> str | None:
    if not found:
        return None
    return address(request, Cursor(order.keys(found[which]), backwards=which == 0))


def address(request: Request, cursor: Cursor) -> str:
    query = request.query_params.copy()
    query["cursor"] = cursor.written()
    return request.build_absolute_uri(f"{request.path}?{urlencode(list(_pairs(query)))}")


def _pairs(query: Any) -> Any:
    return ((name, value) for name, values in query.lists() for value in values)


def limit_of(request: Request) -> int:
    """How many rows a page has: at least one, at most MOST, whatever was asked for."""
    text = request.query_params.get("limit", "")
    if not text:
        return LIMIT
    if not (text.isascii() and text.isdigit() and int(text[:6]) > 0):
        raise Invalid({"limit": [f"Ask for 1 to {MOST} results."]})
    return min(int(text[:6]), MOST)


def cursor_of(request: Request) -> Cursor | None:
    text = request.query_params.get("cursor", "")
    return read_cursor(text) if text else None
