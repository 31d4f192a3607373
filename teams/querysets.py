"""Reading teams, areas and people."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Q, QuerySet

from teams.lifecycle import AgreementKind, AgreementState, PersonKind, Role
from teams.models import (
    Agreement,
    BusinessCalendar,
    CalendarDayOff,
    CalendarShift,
    CalendarVersion,
    Membership,
    Person,
    Team,
)

CLOCK = "the-clock"
IMPORTER = "the-importer"


def automatic(username: str) -> Person:
    """An automatic actor: a real row, so that history always names somebody."""
    first, _, last = username.partition("-")
    person, _ = Person.objects.get_or_create(
        username=username,
        defaults={
            "kind": PersonKind.SYSTEM,
            "first_name": first.capitalize(),
            "last_name": last,
            "is_active": False,
            "password": "!",
        },
    )
    return person


def developers_of(team_id: int) -> QuerySet[Person]:
    return (
        Person.objects.filter(
            memberships__team_id=team_id, memberships__role=Role.DEVELOPER, is_active=True
        )
        .distinct()
        .order_by("first_name", "last_name", "pk")
    )


def roles_of(person: Person) -> frozenset[tuple[int, str]]:
    """The (team, role) pairs of a person; inactive people have none."""
    if not person.is_active:
        return frozenset()
    return frozenset(Membership.objects.filter(person=person).values_list("team_id", "role"))


def members_of(team_id: int) -> QuerySet[Person]:
    """The active people of a team, whatever their role."""
    return (
        Person.objects.filter(memberships__team_id=team_id, is_active=True, kind=PersonKind.PERSON)
        .distinct()
        .order_by("first_name", "last_name", "pk")
    )


def current_versions() -> QuerySet[CalendarVersion]:
    """What every calendar is now, with its calendar and its week; by the calendar's name."""
    return (
        CalendarVersion.objects.filter(number=F("calendar__version"))
        .select_related("calendar")
        .prefetch_related("shifts")
        .order_by("calendar__name", "calendar_id")
    )


def open_days(calendar: BusinessCalendar, first: date, last: date) -> dict[date, Decimal]:
    """day -> its open hours by the wall clock, for each day from `first` to `last` on which a shift starts."""
    version = {"version__calendar": calendar, "version__number": calendar.version}
    hours: dict[int, Decimal] = {}
    for weekday, starts, ends in CalendarShift.objects.filter(**version).values_list(
        "weekday", "starts", "ends"
    ):
        hours[weekday] = hours.get(weekday, Decimal(0)) + _hours_between(starts, ends)
    closed = set(
        CalendarDayOff.objects.filter(**version, day__range=(first, last)).values_list(
            "day", flat=True
        )
    )
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return {d: hours[d.weekday()] for d in days if d.weekday() in hours and d not in closed}


def _hours_between(starts: time, ends: time) -> Decimal:
    """An end at or before the start is on the next day."""
    day = date(2000, 1, 1)
    until = datetime.combine(day + timedelta(days=ends <= starts), ends)
    return Decimal((until - datetime.combine(day, starts)).total_seconds()) / 3600


AGREEMENTS = Agreement.objects.select_related(
    "team__calendar", "because", "proposed_by", "adopted_by", "adopted_words", "revises"
)


def today_of(team: Team, at: datetime) -> date:
    """The day it is where the team works."""
    return at.astimezone(ZoneInfo(team.calendar.zone)).date()


def clauses_of(team_id: int) -> QuerySet[Agreement]:
    """The adopted clauses of a team's definition of done, the eldest first; one may begin only later."""
    done = {"kind": AgreementKind.DONE, "state": AgreementState.ADOPTED}
    return Agreement.objects.filter(team_id=team_id, **done).order_by("pk")


def in_force(team_id: int, kind: str, day: date) -> QuerySet[Agreement]:
    """What binds the team on a day, past ones too. A clause once it is adopted; a working agreement also on trial, a
    revision of one not before."""
    runs = Q(starts_on__lte=day) & (Q(ended_on=None) | Q(ended_on__gt=day))
    on_trial = Q(kind=AgreementKind.WORKING, revises=None)
    binds = Q(adopted_at__isnull=False) | on_trial
    return AGREEMENTS.filter(runs & binds, team_id=team_id, kind=kind).order_by("starts_on", "pk")


def cited(team_id: int, place: str, day: date, priority: str = "") -> QuerySet[Agreement]:
    """The working agreements to read there, for a priority: those that name it, and those that name none."""
    found = in_force(team_id, AgreementKind.WORKING, day).filter(binds=place)
    return (
        found.filter(Q(priorities=[]) | Q(priorities__contains=[priority])) if priority else found
    )


def with_uses(agreements: QuerySet[Agreement]) -> QuerySet[Agreement]:
    """Each with how often it was `followed` and `left_open`."""
    return agreements.annotate(
        followed=Count("uses", filter=Q(uses__followed=True)),
        left_open=Count("uses", filter=Q(uses__followed=False)),
    )
