"""Verbs on business calendars: set up, edit, and which one a team works by.

An edit publishes the whole week anew as the next version; the versions before stay as they were, so
that what was promised by them can be explained. Open promises move with the edit: the floor above reacts.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from foundation.errors import Conflict, Invalid, NotAllowed, Stale
from foundation.locking import locked, locked_all
from journal import services as journal
from teams import policy
from teams.events import CalendarChosen, CalendarEdited, CalendarSetUp
from teams.models import (
    BusinessCalendar,
    CalendarDayOff,
    CalendarShift,
    CalendarVersion,
    Person,
    Team,
)
from teams.public_holidays import public_holidays
from teams.querysets import current_versions, roles_of
from teams.rules import WEEKDAYS, Hours, wrong_with, years_around

Days = Mapping[date, str]


@dataclass(frozen=True)
class Week:
    """What a version says: open hours, the team's own days off with a reason, whose holidays it takes over."""

    zone: str
    shifts: Collection[Hours]
    days_off: Days = field(default_factory=dict)
    country: str = ""
    subdivision: str = ""

    def told(self) -> dict[str, Any]:
        """As the journal keeps it: shifts as "Monday 09:00-12:30"."""
        hours = (
            f"{WEEKDAYS[h.weekday]} {h.starts:%H:%M}-{h.ends:%H:%M}" for h in sorted(self.shifts)
        )
        return {
            "zone": self.zone,
            "shifts": tuple(hours),
            "days_off": tuple(day.isoformat() for day in sorted(self.days_off)),
            "country": self.country,
            "subdivision": self.subdivision,
        }

    def holidays(self, at: datetime) -> Days:
        """The public holidays that a version published at this moment writes down; the team's own words go first."""
        found = public_holidays(self.country, self.subdivision, years_around(at.year))
        return {day: name for day, name in found.items() if day not in self.days_off}


@transaction.atomic
def set_up_calendar(
    *,
    name: str,
    zone: str,
    shifts: Collection[Hours],
    days_off: Days,
    country: str = "",
    subdivision: str = "",
    by: Person,
    at: datetime,
    source: str = "web",
) -> BusinessCalendar:
    """A new calendar: `shifts` are the open hours of a week, `days_off` dates with a reason.

    `country` and `subdivision` say whose public holidays are days off too; empty is nobody's.
    """
    _allow(policy.may_set_up_calendar(roles_of(by)))
    week = Week(zone, shifts, days_off, country, subdivision)
    calendar = lay_out(name, week, at=at, published_by=by)
    fact = CalendarSetUp(calendar=calendar.name, **week.told())
    journal.record(fact, subject=calendar.pk, by=by, at=at, source=source)
    return calendar


@transaction.atomic
def edit_calendar(
    calendar_id: int,
    *,
    name: str,
    zone: str,
    shifts: Collection[Hours],
    days_off: Days,
    country: str = "",
    subdivision: str = "",
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> BusinessCalendar:
    """Another week, zone, country or days off, as the next version; another name needs none.

    Refused when nothing would be open, or the zone, the country or its part is unknown. An edit
    that leaves everything as it was does nothing.
    """
    calendar = locked(BusinessCalendar.objects.all(), calendar_id)
    used_by = list(calendar.teams.order_by("pk").values_list("pk", flat=True))
    _allow(policy.may_edit_calendar(roles_of(by), calendar, used_by))
    # Nothing is filed with them until their open promises have moved.
    locked_all(Team.objects.only("pk"), used_by)
    if version is not None and version != calendar.version:
        raise Stale("Somebody changed this calendar since you opened it.")
    week = Week(zone, shifts, days_off, country, subdivision)
    _check(name, week)
    another_week = not _says(calendar, week, at)
    if not another_week and calendar.name == name.strip():
        return calendar
    calendar.name, calendar.zone = name.strip(), zone
    if another_week:
        calendar.version += 1
        _publish(calendar, week, at=at, published_by=by)
    _save(calendar)
    fact = CalendarEdited(calendar=calendar.name, version=calendar.version, **week.told())
    journal.record(fact, subject=calendar.pk, by=by, at=at, source=source)
    return calendar


@transaction.atomic
def choose_calendar(
    team_id: int, *, calendar: BusinessCalendar, by: Person, at: datetime, source: str = "web"
) -> Team:
    """The team works by another calendar; its open promises move to those hours."""
    # Before the team, as an edit of the calendar does.
    calendar = locked(BusinessCalendar.objects.all(), calendar.pk)
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


@transaction.atomic
def lay_out(
    name: str, week: Week, *, at: datetime, published_by: Person | None = None
) -> BusinessCalendar:
    """A calendar with its first version. No verb: an import and a demonstration ask nobody and tell nothing."""
    _check(name, week)
    calendar = BusinessCalendar(name=name.strip(), zone=week.zone)
    _save(calendar)
    _publish(calendar, week, at=at, published_by=published_by)
    return calendar


def _allow(refusal: str | None) -> None:
    if refusal:
        raise NotAllowed(refusal)


def _check(name: str, week: Week) -> None:
    wrong = wrong_with(week.zone, week.shifts, week.country, week.subdivision)
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


def _publish(
    calendar: BusinessCalendar, week: Week, *, at: datetime, published_by: Person | None
) -> None:
    version = CalendarVersion.objects.create(
        calendar=calendar,
        number=calendar.version,
        zone=week.zone,
        country=week.country,
        subdivision=week.subdivision,
        published_at=at,
        published_by=published_by,
    )
    CalendarShift.objects.bulk_create(
        CalendarShift(version=version, weekday=h.weekday, starts=h.starts, ends=h.ends)
        for h in sorted(week.shifts)
    )
    CalendarDayOff.objects.bulk_create(
        CalendarDayOff(version=version, day=day, why=why, public=public)
        for public, days in ((False, week.days_off), (True, week.holidays(at)))
        for day, why in sorted(days.items())
    )


def _says(calendar: BusinessCalendar, week: Week, at: datetime) -> bool:
    """Whether the current version says the same, down to the holidays that the library would give today."""
    version = current_versions().get(calendar=calendar)
    days = {(d.day, d.why, d.public) for d in version.days_off.all()}
    asked = {(day, why, False) for day, why in week.days_off.items()}
    asked |= {(day, why, True) for day, why in week.holidays(at).items()}
    hours = {Hours(s.weekday, s.starts, s.ends) for s in version.shifts.all()}
    whose = (version.zone, version.country, version.subdivision)
    return (whose, hours, days) == (
        (week.zone, week.country, week.subdivision),
        set(week.shifts),
        asked,
    )
