"""The settings' front door for calendars: which one a team works by, and what each of them says."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from channels.web import sent_version
from problem_reports.querysets import counted_by
from teams import policy
from teams import services as teams
from teams.models import BusinessCalendar
from teams.public_holidays import is_country, is_subdivision, public_holidays
from teams.querysets import current_versions
from triage.team_settings import rows
from triage.team_settings.forms import CalendarForm, ChooseCalendarForm, zones
from triage.team_settings.page import Place, Sheet, place_or_404, send, show

GET_OR_POST = ["GET", "HEAD", "POST"]


@login_required
@never_cache
@require_http_methods(GET_OR_POST)
def calendars(request: HttpRequest, team: str) -> HttpResponse:
    """Every calendar of the house, and which one this team works by."""
    place = place_or_404(request, team)
    known = list(BusinessCalendar.objects.order_by("name", "pk"))
    first = {"calendar": str(place.team.calendar_id)}
    form = ChooseCalendarForm(request.POST or None, calendars=known, initial=first)
    if request.method != "POST":
        return show(place, _calendars(place), form)

    def choose(said: dict[str, Any]) -> None:
        chosen = next(c for c in known if str(c.pk) == said["calendar"])
        teams.choose_calendar(place.team.pk, calendar=chosen, **place.act)
        messages.success(request, f"{place.team.name} works by {chosen.name}.")

    return send(place, lambda: _calendars(place), form, choose, leads_to=request.path)


@login_required
@never_cache
@require_http_methods(GET_OR_POST)
def new_calendar(request: HttpRequest, team: str) -> HttpResponse:
    """A new one begins in the zone and the country of the team's own."""
    place = place_or_404(request, team)
    own = current_versions().get(calendar=place.team.calendar_id)
    first = {"zone": own.zone, "country": own.country, "subdivision": own.subdivision}
    form, looked = _calendar_form(place, first)

    def sheet() -> Sheet:
        days = _holidays_typed(place, form)
        words = {"title": "Set up a calendar", "send_words": "Set up the calendar"}
        return _calendars(place, days=days, **words)

    if request.method != "POST" or looked:
        return show(place, sheet(), form)

    def set_up(said: dict[str, Any]) -> None:
        calendar = teams.set_up_calendar(**said, **place.act)
        messages.success(request, f"{calendar.name} is set up.")

    back = f"/settings/{place.team.slug}/calendars/"
    return send(place, sheet, form, set_up, leads_to=back)


@login_required
@never_cache
@require_http_methods(GET_OR_POST)
def calendar(request: HttpRequest, team: str, key: int) -> HttpResponse:
    place = place_or_404(request, team)
    stored = current_versions().prefetch_related("days_off", "calendar__teams")
    one = get_object_or_404(stored, calendar=key)
    form, looked = _calendar_form(place, CalendarForm.first_values(one))

    def sheet() -> Sheet:
        version = BusinessCalendar.objects.values_list("version", flat=True).get(pk=key)
        used_by = [team.pk for team in one.calendar.teams.all()]
        may_not = policy.may_edit_calendar(place.reader.who.roles, one.calendar, used_by)
        kept = {d.day: d.why for d in one.days_off.all() if d.public}
        days = _holidays_typed(place, form) if request.method == "POST" else kept
        # Who only looked is still an edit of the version that they opened.
        opened = sent_version(request) if looked else None
        return _calendars(
            place, one.calendar, version=opened or version, days=days, may_not=may_not
        )

    if request.method != "POST" or looked:
        return show(place, sheet(), form)

    def edit(said: dict[str, Any]) -> None:
        version = sent_version(request)
        teams.edit_calendar(one.calendar_id, **said, version=version, **place.act)
        messages.success(request, f"{said['name']} is kept. Open promises count by it from now on.")

    back = f"/settings/{place.team.slug}/calendars/"
    return send(place, sheet, form, edit, leads_to=back)


def _calendar_form(place: Place, first: dict[str, Any]) -> tuple[CalendarForm, bool]:
    """The form as sent, or as it starts; and whether somebody only wants to see the holidays of a country.

    Nothing is wrong yet with what only looks: it is shown again as it was typed.
    """
    typed = place.request.POST
    if "look" not in typed or not place.edits:
        return CalendarForm(typed or None, initial=first), False
    looked = first | typed.dict()
    if not is_subdivision(looked.get("country", ""), looked.get("subdivision", "")):
        looked["subdivision"] = ""  # it was a part of the country chosen before
    return CalendarForm(initial=looked), True


def _holidays_typed(place: Place, form: CalendarForm) -> dict[date, str]:
    """What the country in the form would give, this year and the next; nothing for one that is none."""
    country, part = form.said("country"), form.said("subdivision")
    year = place.reader.at.year
    if not is_country(country) or (part and not is_subdivision(country, part)):
        return {}
    return public_holidays(country, part, (year, year + 1))


def _calendars(
    place: Place,
    chosen: BusinessCalendar | None = None,
    *,
    version: int | None = None,
    days: Mapping[date, str] | None = None,
    title: str = "",
    send_words: str = "",
    may_not: str | None = None,
) -> Sheet:
    """`days`: the public holidays to show beside the form of a calendar, when there is one."""
    found = current_versions().prefetch_related("calendar__teams")
    base = f"/settings/{place.team.slug}/calendars/"
    return Sheet(
        section="calendars",
        title="Calendars",
        lead="Promises count the hours in which the team works. A calendar may serve several teams.",
        columns=("Calendar", "Time zone", "Open", "Holidays of", "Used by"),
        rows=rows.calendar_rows(found, place.team, chosen.pk if chosen else None),
        add={"url": f"{base}new/", "label": "Set up a calendar"},
        form_title=title or (chosen.name if chosen else "Which one"),
        send=send_words or ("Keep the calendar" if chosen else "Choose it"),
        version=version,
        zones=zones() if chosen or title else None,
        holidays=None if days is None else rows.holiday_years(days, place.reader.at.date()),
        may_not=may_not,
        moves=_moves(place, chosen, new=bool(title)),
    )


def _moves(place: Place, chosen: BusinessCalendar | None, *, new: bool) -> str:
    """What keeping or choosing a calendar does to what was promised; a new one does nothing yet."""
    if new or not place.edits:
        return ""
    whose = {"calendar_id": chosen.pk} if chosen else {"team_id": place.team.pk}
    count = counted_by(place.reader.who, **whose)
    reports = f"{count} open report{'s' if count != 1 else ''}"
    move = "Their deadlines move with it" if count != 1 else "Its deadlines move with it"
    return f"{reports} count{'s' if count == 1 else ''} by these hours. {move}; what is late already stays late."
