"""The web door's one gesture: a form is posted, one verb is called, a refusal becomes words on the page.

A form carries a hidden `idempotency_key`, so that a form sent twice acts once. Nothing is decided here.
"""

import csv
import hashlib
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme

from channels.idempotency import Answer, KeyReused, once
from foundation.errors import Conflict, Invalid, Refused, Stale
from foundation.references import whole_number
from teams.models import Person


@dataclass(frozen=True)
class Refusal:
    """Why a verb did not happen, beside the form that was sent; `help` says what would help."""

    words: str
    help: str = ""


@dataclass(frozen=True)
class Verb:
    """A button as `_parts/_verb_button.html` wants it; with `asks`, a form behind a button."""

    name: str
    label: str
    url: str
    method: str = "post"
    kind: str = ""
    key: str = ""
    target: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)
    asks: BaseForm | None = None
    ends: str = ""
    line: str = ""
    open: bool = False
    refusal: Refusal | None = None
    #: Anything more that the page of this verb shows beside its form.
    beside: Any = None


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
    key = request.POST.get("idempotency_key", "").replace("\0", "")[:255]
    person: Person = request.user  # type: ignore[assignment]
    if not key:
        return leads_to(verb())
    try:
        answer = once(
            person=person,
            method="FORM",
            path=request.path,
            key=key,
            body=_what_was_typed(request),
            act=lambda: Answer(303, {"location": leads_to(verb())}),
        )
    except KeyReused as used:
        raise Conflict(
            "This form was sent before, with other words in it. Nothing was done twice: look what "
            "became of the first one, and send it again if this is something else."
        ) from used
    address: str = answer.body["location"]
    return address


def perform(
    request: HttpRequest,
    *,
    sent_form: Callable[[], Any],
    act: Callable[[dict[str, Any]], Any],
    leads_to: Callable[[Any], str],
    show: Callable[[Any, Refusal | None, int], HttpResponse],
) -> HttpResponse:
    """Post the form of one verb of a table: what it refuses is shown on its page, with what was typed.

    `sent_form` is the form as it was sent (None for a verb without one), or refuses who could not have been
    shown it; `act` is told what the form gives (`given()`, or its fields); `show` draws form, refusal and
    status, from the thing as it is by then, because somebody else may have moved it meanwhile.
    """
    form = None
    try:
        form = sent_form()
        if form is not None and not form.is_valid():
            return show(form, None, Invalid.status)
        do = partial(act, _given(form) if form is not None else {})
        return HttpResponseRedirect(act_once(request, do, leads_to=leads_to))
    except Invalid as error:
        if form is not None:
            add_to_form(form, error)
        return show(form, None, error.status)
    except Refused as error:
        return show(form, shown(error), error.status)


def _given(form: BaseForm) -> dict[str, Any]:
    given: dict[str, Any] = form.given() if hasattr(form, "given") else form.cleaned_data
    return given


def sent_version(request: HttpRequest) -> int | None:
    """The version of the thing that the form was drawn from; None when it does not say."""
    return whole_number(request.POST.get("version", ""), 9)


def back_to(request: HttpRequest) -> str:
    """Where the form wants to lead afterwards (`then`): an address of this server, or nothing."""
    then = request.POST.get("then") or request.GET.get("then") or ""
    safe = url_has_allowed_host_and_scheme(then, allowed_hosts=None) and then.startswith("/")
    return then if safe and len(then) < 1000 and "\\" not in then else ""


def shown(error: Refused) -> Refusal:
    """A refusal as the page says it."""
    if isinstance(error, Stale):
        return Refusal(error.words, "What you typed is still here; look again, then send it.")
    return Refusal(error.words or error.title)


def add_to_form(form: BaseForm, error: Invalid) -> None:
    """The verb refused fields: say so beside each, and above the form what has no field."""
    for name, messages in error.fields.items():
        for message in messages:
            form.add_error(name if name in form.fields else None, message)


def spreadsheet(name: str, columns: Sequence[str], lines: Iterable[Sequence[Any]]) -> HttpResponse:
    """A CSV file called `name`. What a spreadsheet would run as a formula is kept as text."""
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    out = csv.writer(answer)
    out.writerow(columns)
    out.writerows([_as_text(cell) for cell in line] for line in lines)
    return answer


def _as_text(cell: Any) -> Any:
    runs = isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r")
    return f"'{cell}" if runs else cell


def _what_was_typed(request: HttpRequest) -> bytes:
    typed = {k: v for k, v in request.POST.lists() if k != "csrfmiddlewaretoken"}
    # Files are part of what was sent: the same form with another file is another act.
    files = [
        (k, f.name, _digest(f)) for k in sorted(request.FILES) for f in request.FILES.getlist(k)
    ]
    return repr((sorted(typed.items()), files)).encode()


def _digest(upload: UploadedFile) -> str:
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return digest.hexdigest()
