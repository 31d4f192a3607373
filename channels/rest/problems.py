"""Every refusal as a problem document (RFC 9457): what happened, in a sentence, and what would help."""

from collections.abc import Iterator, Mapping
from typing import Any

import structlog
from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.db import Error as DatabaseError
from django.http import Http404, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from rest_framework import exceptions as drf
from rest_framework.response import Response

from channels.rest.database_errors import as_refusal
from foundation.errors import Invalid, Refused

MEDIA_TYPE = "application/problem+json"
TYPES = "urn:firebreak:problem:"
TITLES = {
    400: "Some fields need another look",
    401: "Say who you are",
    403: "You may not do this",
    404: "There is nothing here",
    405: "This address does not do that",
    406: "We answer in JSON",
    413: "That is too much at once",
    415: "Send JSON",
    429: "Too many requests",
}

UNREADABLE = (SuspiciousOperation, BadRequest, MultiPartParserError, UnreadablePostError)

log = structlog.get_logger(__name__)


def handle(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """DRF's exception handler: the problem that an error is, or None when it is our mistake."""
    view, request = context["view"], context["request"]
    if isinstance(error, DatabaseError):
        refusal = as_refusal(error)
        if refusal is None:
            return None
        log.warning("database_refused", path=request.path, error=type(error).__name__)
        error = refusal
    if isinstance(error, Refused):
        explained = getattr(view, "explain", None)
        more = explained(error) if explained else {}
        return _of_refusal(error, more, request.path)
    return _of_framework(error, request.path)


def problem(status: int, detail: str, *, title: str = "", path: str = "", **more: Any) -> Response:
    """A problem document; `more` are its extension members."""
    title = title or TITLES.get(status, "It did not work")
    body = {"type": f"{TYPES}{status}", "title": title, "status": status, "detail": detail}
    if path:
        body["instance"] = path
    return Response(body | more, status=status, content_type=MEDIA_TYPE)


def _of_refusal(error: Refused, more: Mapping[str, Any], path: str) -> Response:
    extra = {**error.extra, **more}
    after = extra.pop("retry_after", None)
    if isinstance(error, Invalid):
        extra["fields"] = error.fields
    answer = problem(error.status, error.words, title=error.title, path=path, **extra)
    if after is not None:
        answer["Retry-After"] = str(after)
    return answer


def _of_framework(error: Exception, path: str) -> Response | None:
    if isinstance(error, Http404):
        return problem(404, "There is nothing here.", path=path)
    if isinstance(error, PermissionDenied):
        return problem(403, "You may not do this.", path=path)
    if isinstance(error, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return problem(413, "The request is larger than we accept.", path=path)
    if isinstance(error, UNREADABLE):
        return problem(400, "The request could not be read.", path=path)
    if not isinstance(error, drf.APIException):
        return None
    if isinstance(error, drf.ValidationError):
        return _of_refusal(invalid(error.detail), {}, path)
    answer = problem(error.status_code, _sentence(error), path=path)
    if header := getattr(error, "auth_header", None):
        answer["WWW-Authenticate"] = header
    if isinstance(error, drf.Throttled) and error.wait is not None:
        answer["Retry-After"] = str(max(1, round(error.wait + 0.5)))
    return answer


def _sentence(error: drf.APIException) -> str:
    if isinstance(error, drf.NotAuthenticated):
        return "Send a token: Authorization: Bearer TOKEN."
    if isinstance(error, drf.Throttled):
        return (
            "You have asked very often in the last minute; go on after the seconds in Retry-After."
        )
    return str(error.detail)


def invalid(detail: Any) -> Invalid:
    """DRF's nested messages with one name per field: `bug.title`, `leaves.0`."""
    fields: dict[str, list[str]] = {}
    for name, message in _flat(detail, ""):
        fields.setdefault(name or "body", []).append(message)
    return Invalid(fields, "; ".join(f"{n}: {' '.join(m)}" for n, m in fields.items()))


def _flat(detail: Any, at: str) -> Iterator[tuple[str, str]]:
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            own = at if name == "non_field_errors" else f"{at}.{name}" if at else str(name)
            yield from _flat(inner, own)
    elif isinstance(detail, list | tuple):
        for inner in detail:
            yield from _flat(inner, at)
    else:
        yield at, str(detail)
