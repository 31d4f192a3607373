"""Setting up and revising a rotation: typed, previewed per person, then saved (ONC-3)."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from channels.web import act_once, fresh_key, sent_version, shown
from foundation import clock
from foundation.errors import Invalid, NotAllowed, Refused
from oncall import policy, rows, services
from oncall.forms import LayerForms, VersionForm, typed
from oncall.models import DutyKind, Rotation
from oncall.querysets import standing
from oncall.querysets.rotas import standing_layers
from oncall.rules.rota import Layer
from oncall.views.calendar import teams_of
from teams.models import Team
from teams.querysets import members_of


@login_required
@never_cache
def set_up(request: HttpRequest, team: str, duty: str) -> HttpResponse:
    at = clock.now()
    found = next((t for t in teams_of(standing(request.user, at)) if t.slug == team), None)
    kind = duty.replace("-", "_")
    if found is None or kind not in DutyKind.values:
        raise Http404("There is no such duty.")
    there = Rotation.objects.filter(team=found, duty=kind).first()
    if there is not None:
        return redirect("revise_rotation", key=there.pk)
    return _page(request, Rotation(team=found, duty=kind, published_at=at), at)


@login_required
@never_cache
def revise(request: HttpRequest, key: int) -> HttpResponse:
    at = clock.now()
    readable = [t.pk for t in teams_of(standing(request.user, at))]
    rotation = Rotation.objects.filter(pk=key, team__in=readable).select_related("team").first()
    if rotation is None:
        raise Http404("There is no such rotation.")
    return _page(request, rotation, at)


def _page(request: HttpRequest, rotation: Rotation, at: datetime) -> HttpResponse:
    """*Show what it moves* draws the preview; *Save* is offered beside it, with all that was typed."""
    team, zone = rotation.team, timezone.get_current_timezone()
    people = list(members_of(team.pk))
    if refusal := policy.may_set_up_rotation(standing(request.user, at), team):
        error = NotAllowed(refusal)
        return _show(request, rotation, None, None, refused=shown(error), status=error.status)
    form, layers = _forms(request, rotation, people, at)
    if request.method != "POST":
        return _show(request, rotation, form, layers)
    if not (form.is_valid() & layers.is_valid()):
        return _show(request, rotation, form, layers, status=Invalid.status)
    said = [layer for one in layers if (layer := one.layer())]
    since, until = form.cleaned_data["since"], form.cleaned_data["until"]
    if "save" in request.POST:
        try:
            there = act_once(
                request,
                lambda: _save(request, rotation, said, since, until, at),
                leads_to=lambda made: reverse("rotation", args=[made.pk]),
            )
        except Invalid as error:
            return _refused(request, rotation, form, layers, error)
        except Refused as error:
            return _show(request, rotation, form, layers, refused=shown(error), status=error.status)
        messages.success(request, "Saved. Whose next shift moved is told.")
        return redirect(there)
    if rotation.pk is None:
        rotation.published_at = since or at
    try:
        found = services.preview(rotation, said, since or at, at, until)
    except Invalid as error:
        return _refused(request, rotation, form, layers, error)
    return _show(request, rotation, form, layers, preview=rows.previewed(found, people, zone))


def _forms(request: HttpRequest, rotation: Rotation, people: Any, at: datetime) -> tuple[Any, Any]:
    names = {p.pk: p.username for p in people}
    told = {"form_kwargs": {"people": {p.username.lower(): p for p in people}}, "prefix": "layers"}
    if request.method == "POST":
        return VersionForm(request.POST), LayerForms(request.POST, **told)
    layers = standing_layers(rotation, max(at, rotation.published_at)) if rotation.pk else ()
    return VersionForm(), LayerForms(initial=[typed(layer, names) for layer in layers], **told)


def _save(
    request: HttpRequest,
    rotation: Rotation,
    layers: list[Layer],
    since: datetime | None,
    until: datetime | None,
    at: datetime,
) -> Rotation:
    told: dict[str, Any] = {"layers": layers, "since": since, "by": request.user, "at": at}
    if rotation.pk is None:
        return services.set_up_rotation(rotation.team, rotation.duty, **told)
    version = sent_version(request)
    return services.revise_rotation(rotation.pk, **told, until=until, version=version)


def _refused(
    request: HttpRequest, rotation: Rotation, form: Any, layers: Any, refused: Invalid
) -> HttpResponse:
    for name, words in refused.fields.items():
        for each in words:
            form.add_error(name if name in form.fields else None, each)
    return _show(request, rotation, form, layers, status=Invalid.status)


def _show(
    request: HttpRequest,
    rotation: Rotation,
    form: Any,
    layers: Any,
    *,
    preview: Any = None,
    refused: Any = None,
    status: int = 200,
) -> HttpResponse:
    team: Team = rotation.team
    context = {
        "team": team,
        "duty": DutyKind(rotation.duty).label,
        "again": rotation.pk is not None,
        "form": form,
        "layers": layers,
        "preview": preview,
        "refusal": refused,
        "version": sent_version(request) or rotation.version if rotation.pk else None,
        "back": reverse("rotation", args=[rotation.pk])
        if rotation.pk
        else f"{reverse('on_call')}?team={team.slug}",
        "idempotency_key": fresh_key(),
    }
    return render(request, "oncall/set_up.html", context, status=status)
