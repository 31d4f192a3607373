"""Which button does which verb: a table of doors, from which pages draw and by which their views act."""

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from channels.web import Refusal, Verb, perform
from foundation.errors import NotAllowed
from foundation.lifecycle import Lifecycle


@dataclass(frozen=True)
class Door:
    """`label` on the button, `ends` on the one that sends the form; `done` when it happened, with {0} for the thing.

    `place` is the part of the page to which it leads back.
    """

    act: Callable[..., Any]
    label: str
    done: str
    form: Callable[..., Any] | None = None
    ends: str = ""
    place: str = ""

    def asks(self, *sent: Any, **about: Any) -> Any:
        """Its form, fresh or as it was sent; None for a verb that asks for nothing."""
        return self.form(*sent, **about) if self.form else None


@dataclass(frozen=True)
class Opened:
    """The form that stands open after a refusal, with what was typed and why it was refused."""

    verb: str
    form: Any = None
    refusal: Refusal | None = None


def drawn(
    verb: str, door: Door, url: str, opened: Opened | None, about: Mapping[str, Any], **more: Any
) -> Verb:
    """The button of a verb, with its form when it asks for something; `about` is what the form is told."""
    here = opened if opened and opened.verb == verb else None
    form = here.form if here and here.form else door.asks(**about)
    return Verb(
        name=verb,
        label=door.label,
        url=url,
        asks=form if form and form.fields else None,  # some ask for nothing this time
        ends=door.ends,
        open=here is not None,
        refusal=here.refusal if here else None,
        **more,
    )


def act_by_form(
    request: HttpRequest,
    verb: str,
    door: Door,
    one: Any,
    *,
    at: datetime,
    version: int | None,
    refusal: str | None,
    lifecycle: Lifecycle | None,
    asks: Callable[[Any], Any],
    leads_to: Callable[[Any], str],
    draw: Callable[[Opened, int], HttpResponse],
) -> HttpResponse:
    """Do one verb of a table to `one` by its posted form; what it refuses is drawn with what was typed.

    `refusal` of the policy, and `lifecycle` (None when what is typed outlives a state that it came too late
    for), come before the form that `asks` makes of the posted fields: who could not have been shown it is
    told only that.
    """

    def sent_form() -> Any:
        if refusal:
            raise NotAllowed(refusal)
        if lifecycle is not None:
            lifecycle.advance(copy(one), verb)
        return asks(request.POST)

    def act(given: dict[str, Any]) -> Any:
        done = door.act(one.pk, **given, by=request.user, at=at, version=version)
        messages.success(request, door.done.format(done))
        return done

    def show(form: Any, said: Refusal | None, status: int) -> HttpResponse:
        return draw(Opened(verb, form, said), status)

    return perform(request, sent_form=sent_form, act=act, leads_to=leads_to, show=show)
