"""The page *Ladder*: who is on the way to a duty, what is still to be seen, and how many can take turns (ONC-7)."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from channels.web import act_once, add_to_form, spreadsheet
from foundation.errors import Invalid, NotAllowed, Refused
from oncall import services
from oncall.models import Pairing
from oncall.policy import ladder as policy
from oncall.querysets.ladder import (
    qualified_by_month,
)
from oncall.views.ladder_page import Here, forms_of, here_of, page


@login_required
@never_cache
@require_safe
def ladder(request: HttpRequest) -> HttpResponse:
    return page(request, here_of(request))


@login_required
@never_cache
@require_safe
def ladder_csv(request: HttpRequest) -> HttpResponse:
    """How many could take turns by the end of each month; no names."""
    here = here_of(request)
    rows = qualified_by_month(here.team, here.duty, here.at)
    lines = [(day.isoformat(), people) for day, people in rows]
    return spreadsheet(f"{here.team.slug}-{here.duty}-qualified.csv", ("day", "people"), lines)


@login_required
@never_cache
@require_POST
def ladder_act(request: HttpRequest, verb: str) -> HttpResponse:
    """One verb; what it refuses is shown beside its form, with what was typed."""
    here = here_of(request)
    if verb == "take-back-pairing":
        return _take_back(request, here)
    forms_there = forms_of(here, request.POST, only=verb)
    if verb not in forms_there:
        raise Http404("There is no such verb.")
    form = forms_there[verb]
    if not form.is_valid():
        if refused := _refused_outright(here, verb):
            return page(request, here, verb, form, refused)
        return page(request, here, verb, form, status=Invalid.status)
    try:
        do = partial(_do, request, here, verb, form.given())
        return redirect(act_once(request, do, leads_to=lambda _: here.url))
    except Invalid as error:
        add_to_form(form, error)
        return page(request, here, verb, form, status=error.status)
    except Refused as error:
        return page(request, here, verb, form, error)


def _refused_outright(here: Here, verb: str) -> Refused | None:
    """Who may not do it at all is told that, whatever is typed."""
    if verb == "set-gate" and (why := policy.may_set_ladder_gate(here.who, here.team)):
        return NotAllowed(why)
    return None


def _do(request: HttpRequest, here: Here, verb: str, given: dict[str, Any]) -> None:
    act = {"by": request.user, "at": here.at}
    doors: dict[str, Callable[..., Any]] = {
        "advance": partial(services.advance, here.team, here.duty),
        "speak": partial(services.speak, here.team, here.duty),
        "note-incident": partial(services.note_incident, here.team, here.duty),
        "pair": services.pair,
        "set-gate": partial(services.set_ladder_gate, here.team.pk),
    }
    if verb == "set-gate":
        doors[verb](given["stage"], gate=given["gate"], **act)
    else:
        doors[verb](**given, **act)
    messages.success(request, "Kept.")


def _take_back(request: HttpRequest, here: Here) -> HttpResponse:
    key = request.POST.get("pairing", "")
    known = key.isascii() and key.isdecimal() and len(key) < 19
    row = Pairing.objects.filter(pk=int(key), team=here.team).first() if known else None
    if row is None:
        raise Http404("There is no such pairing.")
    try:
        services.take_back_pairing(row.pk, by=request.user, at=here.at)
    except Refused as error:
        return page(request, here, refused=error)
    messages.success(request, "Taken back: nobody goes along then.")
    return redirect(here.url)
