"""Verbs on business calendars: set up, edit, and which one a team works by.

An edit writes the whole week anew and counts the version up: promises made before keep their
moments, and whoever computed with the old version knows that it was the old one.
"""

from collections.abc import Collection, Mapping
from datetime import date, datetime

from django.db import IntegrityError, transaction

from foundation.errors import Conflict, Invalid, NotAllowed, Stale
from foundation.locking import locked
from journal import services as journal
from teams import policy
from teams.events import CalendarChosen, CalendarEdited, CalendarSetUp
from teams.models import BusinessCalendar, CalendarDayOff, CalendarShift, Person, Team
from teams.querysets import roles_of
from teams.rules import WEEKDAYS, Hours, wrong_with


@transaction.atomic
def set_up_calendar(
    *,
    name: str,
    zone: str,
    shifts: Collection[Hours],
    days_off: Mapping[date, str],
    by: Person,
    at: datetime,
    source: str = "web",
) -> BusinessCalendar:
    """A new calendar: `shifts` are the open hours of a week, `days_off` dates with a reason."""
    _allow(policy.may_set_up_calendar(roles_of(by)))
    _check(name, zone, shifts)
    calendar = BusinessCalendar(name=name.strip(), zone=zone)
    _save(calendar)
    _write_week(calendar, shifts, days_off)
    fact = CalendarSetUp(
        calendar=calendar.name, zone=zone, shifts=_said(shifts), days_off=_days(days_off)
    )
    journal.record(fact, subject=calendar.pk, by=by, at=at, source=source)
    return calendar


@transaction.atomic
def edit_calendar(
    calendar_id: int,
    *,
    name: str,
    zone: str,
    shifts: Collection[Hours],
    days_off: Mapping[date, str],
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> BusinessCalendar:
    """Another week, zone or days off; refused when nothing would be open, or the zone is unknown."""
    calendar = locked(BusinessCalendar.objects.all(), calendar_id)
    used_by = list(calendar.teams.order_by("pk").values_list("pk", flat=True))
    _allow(policy.may_edit_calendar(roles_of(by), calendar, used_by))
    if version is not None and version != calendar.version:
        raise Stale("Somebody changed this calendar since you opened it.")
    _check(name, zone, shifts)
    calendar.name, calendar.zone = name.strip(), zone
    calendar.version += 1
    _save(calendar)
    _write_week(calendar, shifts, days_off)
    fact = CalendarEdited(
        calendar=calendar.name,
        zone=zone,
        shifts=_said(shifts),
        days_off=_days(days_off),
        version=calendar.version,
    )
    journal.record(fact, subject=calendar.pk, by=by, at=at, source=source)
    return calendar


@transaction.atomic
def choose_calendar(
    team_id: int, *, calendar: BusinessCalendar, by: Person, at: datetime, source: str = "web"
) -> Team:
    """The team works by another calendar; promises given before keep their moments."""
    team = locked(Team.objects.select_related("calendar"), team_id)
    _allow(policy.may_choose_calendar(roles_of(by), team))
    was = team.calendar
    if was.pk == calendar.pk:
        return team
    team.calendar = calendar
    team.save(update_fields=["calendar"])
    fact = CalendarChosen(calendar=calendar.name, was=was.name)
    journal.record(fact, subject=team.pk, by=by, at=at, source=source)
    return team


def _allow(refusal: str | None) -> None:
    if refusal:
        raise NotAllowed(refusal)


def _check(name: str, zone: str, shifts: Collection[Hours]) -> None:
    wrong = wrong_with(zone, shifts)
    if not name.strip():
        wrong["name"] = ["Give the calendar a name."]
    if wrong:
        raise Invalid(wrong)


def _save(calendar: BusinessCalendar) -> None:
    try:
        with transaction.atomic():
            calendar.save()
    except IntegrityError as error:
        if "calendar_name_once" not in str(error):
            raise
        raise Conflict(f"There already is a calendar called {calendar.name}.") from error


def _write_week(
    calendar: BusinessCalendar, shifts: Collection[Hours], days_off: Mapping[date, str]
) -> None:
    calendar.shifts.all().delete()
    calendar.days_off.all().delete()
    CalendarShift.objects.bulk_create(
        CalendarShift(calendar=calendar, weekday=h.weekday, starts=h.starts, ends=h.ends)
        for h in sorted(shifts)
    )
    CalendarDayOff.objects.bulk_create(
        CalendarDayOff(calendar=calendar, day=day, why=why) for day, why in sorted(days_off.items())
    )


def _said(shifts: Collection[Hours]) -> tuple[str, ...]:
    """As the journal keeps them: "Monday 09:00-12:30"."""
    return tuple(f"{WEEKDAYS[h.weekday]} {h.starts:%H:%M}-{h.ends:%H:%M}" for h in sorted(shifts))


def _days(days_off: Mapping[date, str]) -> tuple[str, ...]:
    return tuple(day.isoformat() for day in sorted(days_off))
