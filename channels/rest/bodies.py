"""What a request may hold: one JSON object of a size, a depth and characters that can be stored."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import RequestDataTooBig
from rest_framework.exceptions import UnsupportedMediaType, ValidationError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.serializers import Serializer

from channels.rest.problems import invalid
from foundation.errors import Invalid

#: A long description with its log lines is some 100 KB; files have an address of their own.
MAX_BYTES = 1024 * 1024
#: A file of 10 MB and what multipart wraps around it.
MAX_UPLOAD = 11 * 1024 * 1024
DEEPEST = 20


class AlwaysJson(BaseContentNegotiation):
    """We speak one language: whatever a client says that it accepts, it gets JSON."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0] if parsers else None

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        return renderers[0], renderers[0].media_type


def raw(request: Request, *, at_most: int = MAX_BYTES) -> bytes:
    """The body as it was sent; too much of it is refused before it is read."""
    if _declared_length(request) > at_most:
        raise RequestDataTooBig
    body: bytes = request._request.body
    return body


def _declared_length(request: Request) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def read_object(request: Request) -> dict[str, Any]:
    """The JSON object of the body; an absent body is an empty object."""
    body = raw(request)
    if not body:
        return {}
    kind = (request.content_type or "").partition(";")[0].strip().lower()
    if kind != "application/json" and not kind.endswith("+json"):
        raise UnsupportedMediaType(
            kind or "nothing", "Send JSON, with Content-Type: application/json."
        )
    try:
        found = json.loads(body.decode("utf-8"), parse_constant=_no_constant)
    except RecursionError:
        raise Invalid({"body": ["This is nested too deeply."]}) from None
    except ValueError as error:
        raise Invalid({"body": [f"This is not JSON: {_why(error)}."]}) from None
    if not isinstance(found, dict):
        raise Invalid({"body": ["Send one JSON object."]})
    _check(found)
    return found


def read_file(request: Request) -> tuple[str, bytes]:
    """Name and content of the one file of a multipart body, in its field `file`."""
    if _declared_length(request) > MAX_UPLOAD:
        raise RequestDataTooBig
    kind = (request.content_type or "").partition(";")[0].strip().lower()
    if kind != "multipart/form-data":
        raise UnsupportedMediaType(
            kind or "nothing", "Send multipart/form-data with a field `file`."
        )
    plain, files = request._request.POST, request._request.FILES
    unknown = {n: ["There is no such field here."] for n in (*plain, *files) if n != "file"}
    if unknown:
        raise Invalid(unknown)
    found = files.getlist("file")
    if len(found) != 1:
        raise Invalid({"file": ["Send one file in the field `file`."]})
    found[0].seek(0)
    return found[0].name or "file", found[0].read()


def shaped(shape: "type[Serializer[Any]]", body: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a body as `shape` reads them; every wrong and every unknown field is named."""
    form = _form(shape)
    unknown = {n: ["There is no such field here."] for n in body if n not in form.fields}
    try:
        values: dict[str, Any] = form.run_validation(dict(body))
    except ValidationError as error:
        detail = error.detail if isinstance(error.detail, dict) else {"body": error.detail}
        raise invalid({**detail, **unknown}) from None
    if unknown:
        raise invalid(unknown)
    return values


_forms: dict[type, Any] = {}


def _form(shape: type) -> Any:
    # Built once: reading a body changes nothing in it, and building it anew costs more than reading.
    if shape not in _forms:
        _forms[shape] = shape()
    return _forms[shape]


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number")


def _why(error: ValueError) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "it is not UTF-8"
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} at character {error.pos}"
    return "a number is too long or not a number"


def _check(found: dict[str, Any]) -> None:
    """Refuse what cannot be stored or shown: NUL, halves of characters, and depth without end."""
    for name, value in found.items():
        if not _storable(name):
            raise Invalid({"body": ["A field name holds characters that cannot be stored."]})
        for depth, text in _texts(value):
            if depth > DEEPEST:
                raise Invalid({name: ["This is nested too deeply."]})
            if not _storable(text):
                raise Invalid({name: ["This holds characters that cannot be stored."]})


def _texts(value: Any) -> Iterator[tuple[int, str]]:
    waiting = [(1, value)]
    while waiting:
        depth, here = waiting.pop()
        if isinstance(here, str):
            yield depth, here
            continue
        if isinstance(here, dict):
            waiting += ((depth + 1, part) for pair in here.items() for part in pair)
        elif isinstance(here, list):
            waiting += ((depth + 1, part) for part in here)
        if depth > DEEPEST:
            yield depth, ""


def _storable(text: str) -> bool:
    if "\0" in text:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
