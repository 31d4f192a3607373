"""The verbs of a rotation's page: on its order, its shifts, and what was said about them (ONC-3)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from channels.web import act_once, add_to_form, shown
from foundation.errors import Invalid, NotAllowed, Refused
from oncall import policy, rows, services
from oncall.models import Override, SwapOffer
from oncall.views.rotation_page import Page

VERBS: dict[str, Callable[..., Any]] = {
    "take-shift": services.take_shift,
    "override": services.override,
    "offer-swap": services.offer_swap,
    "join-rotation": services.join_rotation,
    "leave-rotation": services.leave_rotation,
    "record-absence": services.record_absence,
}
#: Which of them say first what they would move, when that is asked for.
PREVIEWS: dict[str, Callable[..., Any]] = {
    "join-rotation": services.preview_joined,
    "leave-rotation": services.preview_left,
}
SAID = {
    "take-shift": "It is yours until the shift ends.",
    "override": "The schedule is changed.",
    "offer-swap": "Offered. It stays yours until somebody accepts.",
    "join-rotation": "They take turns from then on.",
    "leave-rotation": "They take no turns from then on.",
    "record-absence": "Recorded. What that leaves open is on the calendar.",
}


@login_required
@never_cache
@require_safe
def rotation(request: HttpRequest, key: int) -> HttpResponse:
    return Page(request, key).show()


@login_required
@never_cache
@require_POST
def act(request: HttpRequest, key: int, verb: str) -> HttpResponse:
    """One verb of the rotation: its form, once; what is refused is said on its page, with what was typed."""
    page = Page(request, key)
    if verb not in VERBS:
        raise Http404("There is no such verb.")
    make = page.forms().get(verb)
    form = make(request.POST) if make else None
    if verb != "take-shift" and form is None:
        why = policy.may("override", page.who, page.rotation.team)
        error = NotAllowed(why or "You have no shift here that you could offer.")
        return page.show(refused=shown(error), status=error.status)
    if form is not None and not form.is_valid():
        return page.show(verb, form, status=Invalid.status)
    given = form.given() if form is not None else {}
    told = {"by": request.user, "at": page.at}
    person = (given.pop("person"),) if verb == "record-absence" else (page.rotation.pk,)
    try:
        if verb in PREVIEWS and "preview" in request.POST:
            found = PREVIEWS[verb](page.rotation, **given, at=page.at)
            return page.show(verb, form, preview=rows.previewed(found, page.people, page.zone))
        there = act_once(
            request,
            lambda: VERBS[verb](*person, **given, **told),
            leads_to=lambda _: reverse("rotation", args=[key]),
        )
    except Invalid as refused:
        _say(form, refused)
        return page.show(verb, form, status=refused.status)
    except Refused as refused:
        return page.show(verb, form, refused=shown(refused), status=refused.status)
    messages.success(request, SAID[verb])
    return redirect(there)


def _say(form: Any, refused: Invalid) -> None:
    """What the verb finds wrong goes to the field of that name, or above the form."""
    known = {name: words for name, words in refused.fields.items() if name in form.fields}
    rest = [w for name, words in refused.fields.items() if name not in known for w in words]
    add_to_form(form, Invalid(known)) if known else None
    for words in rest:
        form.add_error(None, words)


SWAP_VERBS = {
    "accept-swap": (services.accept_swap, "Accepted: the calendar says so."),
    "decline-swap": (services.decline_swap, "Declined."),
    "withdraw-swap": (services.withdraw_swap, "Withdrawn: the shift stays where it was."),
}


@login_required
@never_cache
@require_POST
def act_on_swap(request: HttpRequest, key: int, verb: str) -> HttpResponse:
    swap = SwapOffer.objects.filter(pk=key).first()
    if swap is None or verb not in SWAP_VERBS:
        raise Http404("There is no such offer.")
    do, words = SWAP_VERBS[verb]
    return _done(request, swap.rotation_id, lambda at: do(key, by=request.user, at=at), words)


@login_required
@never_cache
@require_POST
def take_back_override(request: HttpRequest, key: int) -> HttpResponse:
    row = Override.objects.filter(pk=key).first()
    if row is None:
        raise Http404("There is no such override.")
    return _done(
        request,
        row.rotation_id,
        lambda at: services.take_back_override(key, by=request.user, at=at),
        "Taken back.",
    )


@login_required
@never_cache
@require_POST
def take_back_absence(request: HttpRequest, rotation: int, key: int) -> HttpResponse:
    return _done(
        request,
        rotation,
        lambda at: services.take_back_absence(key, by=request.user, at=at),
        "Taken back.",
    )


def _done(
    request: HttpRequest, rotation: int, do: Callable[[datetime], Any], words: str
) -> HttpResponse:
    """A button without a form: what it refuses is said on the rotation's page."""
    page = Page(request, rotation)
    try:
        there = act_once(
            request, lambda: do(page.at), leads_to=lambda _: reverse("rotation", args=[rotation])
        )
    except Refused as refused:
        return page.show(refused=shown(refused), status=refused.status)
    messages.success(request, words)
    return redirect(there)
