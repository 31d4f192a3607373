"""The OpenAPI document, from what each door says of itself (`told`): nothing is described twice."""

from typing import Any

from django_filters import ModelChoiceFilter, MultipleChoiceFilter
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiRequest,
    OpenApiResponse,
    inline_serializer,
)
from rest_framework import serializers

from channels.rest.cursors import LIMIT, MOST
from channels.rest.problems import MEDIA_TYPE, TITLES, TYPES
from channels.rest.told import READ, Told
from channels.rest.views import Nothing

HEADER, QUERY = OpenApiParameter.HEADER, OpenApiParameter.QUERY


class Problem(serializers.Serializer[Any]):
    """A refusal (RFC 9457). `fields`: what is wrong with each; `allowed`: what you may do instead."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    instance = serializers.CharField(required=False)
    fields_ = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField()), required=False
    )
    allowed = serializers.ListField(child=serializers.CharField(), required=False)
    assigned_to = serializers.CharField(required=False)
    version = serializers.IntegerField(required=False)

    def get_fields(self) -> dict[str, Any]:
        found = super().get_fields()
        return {"fields" if name == "fields_" else name: f for name, f in found.items()}


SAID = {
    400: (
        "The body or the query has the wrong shape.",
        {"fields": {"title": ["This field is required."]}},
    ),
    401: ("Send a token: Authorization: Bearer TOKEN.", {}),
    403: ("Only the release manager of Billing does this.", {}),
    404: ("There is no such report.", {}),
    405: ('Method "POST" not allowed.', {}),
    409: ("Ines has it already.", {"allowed": ["join", "watch"], "assigned_to": "ines"}),
    412: ("Somebody changed this report since you opened it.", {"version": 4}),
    413: ("The request is larger than we accept.", {}),
    415: ("Send JSON, with Content-Type: application/json.", {}),
    422: ("The reserve has 2 points left and this takes 3.", {}),
    428: ("Send If-Match with the ETag of what you edit.", {}),
    429: ("You have asked very often in the last minute.", {}),
}
WORDS = {
    400: "The fields that are wrong are named",
    401: "No token, or one that is unknown or expired",
    403: "You may see it, but not do this; or your token does not reach this",
    404: "It does not exist, or you may not know that it does",
    409: "Its state does not allow this, or somebody was first",
    412: "It has changed since the version that you named",
    413: "Too large",
    415: "Not the media type that this address takes",
    422: "A rule of the product refuses it",
    428: "An edit needs If-Match",
    429: "Too often: come back after Retry-After",
}

IF_MATCH = OpenApiParameter(
    "If-Match", str, HEADER, description="The ETag of the version that this is based on."
)
ONCE = OpenApiParameter(
    "Idempotency-Key",
    str,
    HEADER,
    description="A request sent again with the same key and body happens once and gets the same answer.",
)
KNOWN = OpenApiParameter(
    "If-None-Match", str, HEADER, description="The ETag that you have: 304 when it is still so."
)
ETAG = OpenApiParameter(
    "ETag", str, HEADER, description="The version, quoted.", response=[200, 201]
)
LOCATION = OpenApiParameter(
    "Location", str, HEADER, description="The address of what was made.", response=[201]
)
RETRY = OpenApiParameter("Retry-After", int, HEADER, description="Seconds to wait.", response=[429])
PAGING = (
    OpenApiParameter(
        "limit", int, QUERY, description=f"Results per page, up to {MOST}; {LIMIT} unless said."
    ),
    OpenApiParameter(
        "cursor", str, QUERY, description="Where to go on: follow `next` and `previous`."
    ),
)


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "channels.rest.authentication.Bearer"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "`manage.py api_token USERNAME`"}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "channels.rest.authentication.Session"
    name = "session"
    priority = 1

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}


class Schema(AutoSchema):
    """Reads `view.told[METHOD]`; an address that says nothing of a method is not in the document."""

    @property
    def told(self) -> Told:
        found: Told = self.view.told[self.method]
        return found

    def is_excluded(self) -> bool:
        return self.method not in getattr(self.view, "told", {})

    def get_operation_id(self) -> str:
        parts = [p for p in self.path.split("/")[3:] if p and not p.startswith("{")]
        ending = {"GET": "list" if self.told.lists else "read", "PATCH": "edit", "POST": "create"}
        is_verb = self.method == "POST" and "{" in self.path
        if is_verb and parts[-1] in ending.values():
            parts.append("verb")  # reading a note is an act, and no other address' GET
        name = "_".join([*parts, *([] if is_verb else [ending[self.method]])])
        return name.replace("-", "_")

    def get_tags(self) -> list[str]:
        return [self.path.split("/")[3]]

    def get_summary(self) -> str:
        return self.told.says

    def get_description(self) -> str:
        return ""

    def get_override_parameters(self) -> list[OpenApiParameter]:
        told, found = self.told, [RETRY]
        if told.lists:
            found += [*PAGING, *_filters(told)]
        found += [
            OpenApiParameter(name, str, QUERY, description=words)
            for name, words in told.asks.items()
        ]
        if self.method == "POST":
            found.append(ONCE)
        if told.versioned:
            found.append(ETAG)
            found.append(KNOWN if self.method == "GET" else IF_MATCH)
        if told.status == 201:
            found.append(LOCATION)
        return found

    def get_request_serializer(self) -> Any:
        told = self.told
        if told.uploads:
            schema = {
                "type": "object",
                "properties": {"file": {"type": "string", "format": "binary"}},
                "required": ["file"],
            }
            return {"multipart/form-data": OpenApiRequest(schema)}
        if told.takes is None or told.takes is Nothing:
            return None
        example = OpenApiExample("Example", value=dict(told.sends), request_only=True)
        return OpenApiRequest(told.takes, examples=[example])

    def get_response_serializers(self) -> Any:
        told = self.told
        answers: dict[Any, Any] = {}
        if told.downloads:
            answers[200, "application/octet-stream"] = OpenApiResponse(
                bytes, "The file, as a download"
            )
        else:
            shape, example = told.shows, told.example
            if told.lists:
                shape = _page_of(shape)
                example = {"results": [example], "next": None, "previous": None}
            shown = OpenApiExample("Example", value=example, response_only=True)
            answers[told.status, "application/json"] = OpenApiResponse(shape, told.says, [shown])
        if told.versioned and self.method == "GET":
            answers[304] = OpenApiResponse(None, "It is still the version that you have")
        for status in sorted({*READ, *told.refuses, *self._by_method()}):
            answers[status, MEDIA_TYPE] = OpenApiResponse(
                Problem, WORDS[status], [_example(status)]
            )
        return answers

    def _by_method(self) -> tuple[int, ...]:
        if self.method == "GET":
            return (400,) if self.told.lists else ()
        body = () if self.get_request_serializer() is None else (413, 415)
        return (400, 422, *body) if self.method == "POST" else (400, *body)


def _filters(told: Told) -> list[OpenApiParameter]:
    found = []
    for name, narrow in (told.filters.base_filters if told.filters else {}).items():
        if isinstance(narrow, MultipleChoiceFilter):
            values = [value for value, _ in narrow.extra["choices"]]
            words = f"Only these {name} values; may be given several times."
            found.append(
                OpenApiParameter(name, str, QUERY, description=words, enum=values, many=True)
            )
        else:
            field = narrow.extra.get("to_field_name", "reference")
            words = f"By {field}." if isinstance(narrow, ModelChoiceFilter) else "By reference."
            found.append(OpenApiParameter(name, str, QUERY, description=words))
    if told.orders:
        found.append(OpenApiParameter("order", str, QUERY, enum=list(told.orders)))
    return found


_pages: dict[Any, Any] = {}


def _page_of(shape: Any) -> Any:
    # One component per shape, not one per address.
    name = getattr(shape, "component_name", None) or getattr(shape, "__name__", "")
    if name not in _pages:
        many = shape(many=True) if isinstance(shape, type) else shape
        results = many if isinstance(shape, type) else serializers.ListField(child=many)
        _pages[name] = inline_serializer(
            f"{name}Page",
            {
                "results": results,
                "next": serializers.URLField(allow_null=True),
                "previous": serializers.URLField(allow_null=True),
            },
        )
    return _pages[name]


def _example(status: int) -> OpenApiExample:
    detail, more = SAID[status]
    title = TITLES.get(status, WORDS[status])
    value = {"type": f"{TYPES}{status}", "title": title, "status": status, "detail": detail, **more}
    return OpenApiExample(title, value=value, response_only=True)
