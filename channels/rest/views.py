"""What every address does the same way. An app's `api.py` says what it shows and which verb it calls."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.views import APIView

from channels.idempotency import MAX_KEY, Answer, once
from channels.rest import bodies, conditions
from channels.rest.authentication import moment_of
from channels.rest.told import Told
from foundation.errors import Conflict, Invalid, NotAllowed, Refused, Stale

SOURCE = "api"


@dataclass(frozen=True)
class Shown:
    """An answer of a verb before it is sent: plain values only, because a repeated request replays it."""

    body: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    def sent(self) -> Response:
        answer = Response(self.body, status=self.status)
        for name, value in self.headers.items():
            answer[name] = value
        return answer


class Door(APIView):
    """One address. `scopes` are the token scopes that it serves beside `all` (and `read` for reading)."""

    scopes: ClassVar[tuple[str, ...]] = ()
    told: ClassVar[Mapping[str, Told]] = {}

    @cached_property
    def at(self) -> datetime:
        """The moment of the request: what a verb is told as `at`."""
        return moment_of(self.request)

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        answer = super().finalize_response(request, response, *args, **kwargs)
        # What is shown depends on who asks and on the moment: nobody else may keep it.
        answer.headers.setdefault("Cache-Control", "private, no-cache")
        return answer


class ActingDoor(Door):
    """An address that is posted to. With an `Idempotency-Key` a request sent twice acts once (CH-5)."""

    def post(self, request: Request, **where: str) -> Response:
        key = request.META.get("HTTP_IDEMPOTENCY_KEY", "").strip()
        if not key:
            return self.act_on(request, **where).sent()
        if len(key) > MAX_KEY or not key.isprintable():
            raise Invalid({"Idempotency-Key": [f"Send at most {MAX_KEY} printable characters."]})
        answer = once(
            person=request.user,
            method="POST",
            path=request.path,
            key=key,
            body=self.what_was_sent(request),
            act=lambda: _kept(self.act_on(request, **where)),
        )
        kept = answer.body
        sent = Shown(json.loads(kept["json"]), answer.status, kept["headers"]).sent()
        if answer.replayed:
            sent["Idempotency-Replayed"] = "true"
        return sent

    def act_on(self, request: Request, **where: str) -> Shown:
        raise NotImplementedError

    def what_was_sent(self, request: Request) -> bytes:
        """What must be the same for a repeated key to mean the same request."""
        return bodies.raw(request)


def _kept(shown: Shown) -> Answer:
    # As text: the database would sort the names of an object, and a replay is the same answer.
    return Answer(shown.status, {"json": json.dumps(shown.body), "headers": dict(shown.headers)})


class ThingDoor(Door):
    """An address of one thing. A subclass finds it among what the caller sees, and shows it."""

    def find(self, reference: str) -> Any:
        """The thing as this caller may see it, or NotFound."""
        raise NotImplementedError

    def show(self, thing: Any) -> dict[str, Any]:
        """Its representation for this caller, fresh."""
        raise NotImplementedError

    def allowed_now(self, reference: str) -> list[str]:
        """What this caller may do to it now."""
        raise NotImplementedError

    def refusal(self, verb: str, thing: Any) -> str | None:
        """Why the policy refuses this verb to this caller; None when it does not."""
        raise NotImplementedError

    def explain(self, error: Refused) -> dict[str, Any]:
        """What a refusal tells beside its words: the way on."""
        if isinstance(error, Conflict):
            return {"allowed": self.allowed_now(**self.kwargs)}
        if isinstance(error, Stale):
            return {"version": self.find(**self.kwargs).version}
        return {}

    def answer(self, thing: Any) -> Shown:
        body = self.show(thing)
        return Shown(body, headers={"ETag": conditions.etag(thing.version)})


class Nothing(Serializer[Any]):
    """A verb that needs no words."""


@dataclass(frozen=True)
class Act:
    """A verb by POST: its name in addresses, the service that it calls, and the shape of its body.

    `meant` turns the typed values into the service's arguments (a slug into an area, `BUG-3` into a
    key); it sees the door and the thing, and names the fields that it cannot make sense of.
    """

    verb: str
    call: Callable[..., Any]
    says: str
    takes: type[Serializer[Any]] = Nothing
    meant: Callable[[Any, Any, dict[str, Any]], dict[str, Any]] = lambda door, thing, typed: typed
    example: Mapping[str, Any] = field(default_factory=dict)


class VerbDoor(ThingDoor, ActingDoor):
    """POST: find the thing (404), read the body (400), call the one verb (403, 412, 409, 422), show it."""

    verb: ClassVar[Act]
    #: What the thing looks like when it is shown whole, for the OpenAPI document.
    shape: ClassVar[Any]
    example: ClassVar[Any]

    @classmethod
    def of(cls, act: Act) -> Any:
        """The address of one verb."""
        told = Told(
            act.says,
            cls.shape,
            cls.example,
            takes=act.takes,
            sends=act.example,
            versioned=True,
            refuses=(404, 409, 412),
        )
        name = "".join(part.capitalize() for part in act.verb.split("-"))
        return type(name, (cls,), {"verb": act, "told": {"POST": told}, "__doc__": act.says})

    def act_on(self, request: Request, **where: str) -> Shown:
        thing = self.find(**where)
        typed = bodies.shaped(self.verb.takes, bodies.read_object(request))
        done = self.verb.call(
            thing.pk,
            **self._meant(thing, typed),
            by=request.user,
            at=self.at,
            source=SOURCE,
            version=conditions.demanded(request, thing.version),
        )
        return self.answer(done)

    def _meant(self, thing: Any, typed: dict[str, Any]) -> dict[str, Any]:
        try:
            return self.verb.meant(self, thing, typed)
        except Refused:
            # Who may not do this at all is told that, not which sprint they cannot see.
            if why := self.refusal(self.verb.verb.replace("-", "_"), thing):
                raise NotAllowed(why) from None
            raise
