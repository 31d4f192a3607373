"""The settings' front door: areas and experts, and duties of one team; calendars are beside it."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from channels.web import sent_version
from oncall import services as oncall
from oncall.models import Duty, DutyKind
from problem_reports.web.reader import reader_of
from teams import services as teams
from teams.lifecycle import Role, TeamKind
from teams.models import Person, ProductArea, Team
from teams.querysets import members_of
from triage.team_settings import rows
from triage.team_settings.forms import AreaForm, DutyForm
from triage.team_settings.page import Place, Sheet, place_or_404, send, show

DUTIES_SHOWN = 100
GET_OR_POST = ["GET", "HEAD", "POST"]


@login_required
@never_cache
@require_safe
def settings(request: HttpRequest) -> HttpResponse:
    """To the first team that the person is an admin of, else the first of theirs."""
    who = reader_of(request).who
    mine = Team.objects.filter(pk__in=who.teams).order_by("kind", "name", "pk")
    found = sorted(mine, key=lambda team: not who.has_role(team.pk, Role.ADMIN))
    if not found:
        return render(request, "teams/no_team.html")
    section = "areas" if found[0].kind == TeamKind.DELIVERY else "calendars"
    return redirect(f"/settings/{found[0].slug}/{section}/")


# --- Areas ---------------------------------------------------------------------------------------


@login_required
@never_cache
@require_http_methods(GET_OR_POST)
def areas(request: HttpRequest, team: str) -> HttpResponse:
    place = place_or_404(request, team)
    if request.method != "POST":
        return show(place, _areas(place), AreaForm())

    def set_up(said: dict[str, Any]) -> None:
        area = teams.set_up_area(place.team, name=said["name"], **place.act)
        messages.success(request, f"{area.name} is an area of {place.team.name}.")

    return send(place, lambda: _areas(place), AreaForm(request.POST), set_up, leads_to=request.path)


@login_required
@never_cache
@require_http_methods(GET_OR_POST)
def area(request: HttpRequest, team: str, area: str) -> HttpResponse:
    place = place_or_404(request, team)
    one = get_object_or_404(place.team.areas.prefetch_related("experts"), slug=area)
    experts = {p.username: p for p in one.experts.all()}
    people = list({**{p.username: p for p in members_of(place.team.pk)}, **experts}.values())
    first = {"name": one.name, "experts": list(experts)}
    form = AreaForm(request.POST or None, people=people, area=one, initial=first)
    if request.method != "POST":
        return show(place, _areas(place, one), form)

    def keep(said: dict[str, Any]) -> None:
        teams.rename_area(one.pk, name=said["name"], **place.act)
        for person in people:
            chosen = person.username in said["experts"]
            if chosen and person.username not in experts:
                teams.name_expert(one.pk, person=person, **place.act)
            elif not chosen and person.username in experts:
                teams.remove_expert(one.pk, person=person, **place.act)
        messages.success(request, f"{said['name']} is kept.")

    back = f"/settings/{place.team.slug}/areas/"
    return send(place, lambda: _areas(place, one), form, keep, leads_to=back)


def _areas(place: Place, chosen: ProductArea | None = None) -> Sheet:
    found = place.team.areas.prefetch_related("experts").order_by("name", "pk")
    return Sheet(
        section="areas",
        title="Areas and experts",
        lead="Reports are filed into an area. Experts come first when one is assigned.",
        columns=("Area", "Experts"),
        rows=rows.area_rows(found, place.team, chosen.pk if chosen else None),
        empty={"title": "No area yet", "words": "Name a part of the product to file into."},
        form_title=chosen.name if chosen else "Set up an area",
        send="Keep the area" if chosen else "Set up the area",
    )


# --- Duties --------------------------------------------------------------------------------------


@login_required
@never_cache
@require_http_methods(GET_OR_POST)
def duties(request: HttpRequest, team: str) -> HttpResponse:
    """Who is release manager and on call, from last week on."""
    place = place_or_404(request, team)
    people = list(members_of(place.team.pk))
    form = DutyForm(request.POST or None, people=people, initial=_next_week(place))
    if request.method != "POST":
        return show(place, _duties(place), form)

    def set_up(said: dict[str, Any]) -> None:
        person = _named(people, said["person"])
        span = {"start": said["start"], "end": said["end"]}
        oncall.set_up(place.team, said["duty"], person, **span, **place.act)
        messages.success(request, f"{person} has the duty.")

    return send(place, lambda: _duties(place), form, set_up, leads_to=request.path)


@login_required
@never_cache
@require_http_methods(GET_OR_POST)
def duty(request: HttpRequest, team: str, key: int) -> HttpResponse:
    """Change who holds a duty, or end it by its end."""
    place = place_or_404(request, team)
    one = Duty.objects.select_related("person").filter(team=place.team, pk=key).first()
    if one is None:
        raise Http404("There is no such duty.")
    people = list({p.pk: p for p in [*members_of(place.team.pk), one.person]}.values())
    first = {"person": one.person.username, "start": one.during.lower, "end": one.during.upper}
    form = DutyForm(request.POST or None, people=people, fixed=True, initial=first)

    def sheet() -> Sheet:
        version = Duty.objects.values_list("version", flat=True).get(pk=key)
        return _duties(place, one, version=version)

    if request.method != "POST":
        return show(place, sheet(), form)

    def revise(said: dict[str, Any]) -> None:
        person = _named(people, said["person"])
        span = {"start": said["start"], "end": said["end"]}
        version = sent_version(request)
        oncall.revise(one.pk, person=person, **span, version=version, **place.act)
        messages.success(request, "The duty is kept.")

    back = f"/settings/{place.team.slug}/duties/"
    return send(place, sheet, form, revise, leads_to=back)


def _next_week(place: Place) -> dict[str, Any]:
    """The week after the last one of the release manager, which is what is mostly added."""
    last = Duty.objects.filter(team=place.team, duty=DutyKind.RELEASE_MANAGER)
    ends = last.order_by("-during").values_list("during", flat=True).first()
    if ends is None:
        return {}
    return {"start": ends.upper, "end": ends.upper + timedelta(days=7)}


def _named(people: list[Person], username: str) -> Person:
    return next(p for p in people if p.username == username)


def _duties(place: Place, chosen: Duty | None = None, *, version: int | None = None) -> Sheet:
    at = place.reader.at
    found = (
        Duty.objects.filter(team=place.team, during__endswith__gt=at - timedelta(days=7))
        .select_related("person")
        .order_by("during", "duty", "pk")[:DUTIES_SHOWN]
    )
    return Sheet(
        section="duties",
        title="Duties",
        lead="Who holds a duty decides what they may do, at every moment. Two people never hold the same one.",
        columns=("Duty", "Person", "From", "Until"),
        rows=rows.duty_rows(found, place.team, at, chosen.pk if chosen else None),
        empty={"title": "Nobody has a duty", "words": "Give the release manager's queue an owner."},
        form_title=f"{chosen.get_duty_display()}: {chosen.person}" if chosen else "Give a duty",
        send="Keep the duty" if chosen else "Give the duty",
        version=version,
    )
