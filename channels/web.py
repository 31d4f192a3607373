"""The web door's one gesture: a form is posted, one verb is called, a refusal becomes words on the page.

A form carries a hidden `idempotency_key`, so that a form sent twice acts once. Nothing is decided here.
"""

import uuid
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

from channels.idempotency import Answer, once
from teams.models import Person


def fresh_key() -> str:
    """A new hidden key for a form that is about to be shown."""
    return str(uuid.uuid4())


def act_once(
    request: HttpRequest, verb: Callable[[], Any], *, leads_to: Callable[[Any], str]
) -> str:
    """Call `verb` once for this form and return the address that its result leads to.

    The second sending of the same form is told the first one's address. Refusals of the verb are
    raised on to the view.
    """
    key = request.POST.get("idempotency_key", "")
    person: Person = request.user  # type: ignore[assignment]
    if not key:
        return leads_to(verb())
    answer = once(
        person=person,
        method="FORM",
        path=request.path,
        key=key[:255],
        body=_what_was_typed(request),
        act=lambda: Answer(303, {"location": leads_to(verb())}),
    )
    address: str = answer.body["location"]
    return address


def _what_was_typed(request: HttpRequest) -> bytes:
    typed = {k: v for k, v in request.POST.lists() if k != "csrfmiddlewaretoken"}
    return repr(sorted(typed.items())).encode()
