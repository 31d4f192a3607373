"""Larkfold: who works there, in which teams, on which parts of the product, at which hours."""

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password

from problem_reports.clocks import policies
from teams.lifecycle import Readers, Role, TeamKind, Unit
from teams.models import (
    AreaExpert,
    BusinessCalendar,
    Membership,
    Person,
    ProductArea,
    Team,
)
from teams.rules import Hours as Shift
from teams.services.agreements import start_with_the_four
from teams.services.calendars import Week, lay_out
from triage.demonstration.hours import Hours

PASSWORD = "demo"  # noqa: S105 - everybody may know it: it opens the demonstration only

#: username: (first name, last name, {team: roles})
PEOPLE: dict[str, tuple[str, str, dict[str, tuple[Role, ...]]]] = {
    # Customer Care, Ghent: the only ones who talk to clinics.
    "lena": ("Lena", "Hofmann", {"care": (Role.REPORTER,)}),
    "bram": ("Bram", "De Wilde", {"care": (Role.REPORTER,)}),
    "noor": ("Noor", "El Amrani", {"care": (Role.REPORTER,)}),
    "jude": ("Jude", "Okafor", {"care": (Role.REPORTER, Role.LEAD)}),
    # Clinic, Ghent: what happens in the consulting room and at the front desk.
    "rhea": ("Rhea", "Castellanos", {"clinic": (Role.DEVELOPER,)}),
    "otto": ("Otto", "Lindqvist", {"clinic": (Role.DEVELOPER,)}),
    "ines": ("Ines", "Moreau", {"clinic": (Role.DEVELOPER,)}),
    "kofi": ("Kofi", "Mensah", {"clinic": (Role.DEVELOPER,)}),
    "yuki": ("Yuki", "Tanabe", {"clinic": (Role.DEVELOPER,)}),
    "elif": ("Elif", "Demir", {"clinic": (Role.DEVELOPER,)}),
    "maud": ("Maud", "Verhaegen", {"clinic": (Role.DEVELOPER, Role.LEAD)}),
    "pia": ("Pia", "Novak", {"clinic": (Role.PRODUCT_OWNER,)}),
    # Platform, Porto: what every part of the product stands on.
    "sami": ("Sami", "Haddad", {"platform": (Role.DEVELOPER,)}),
    "clara": ("Clara", "Figueiredo", {"platform": (Role.DEVELOPER,)}),
    "dmitri": ("Dmitri", "Volkov", {"platform": (Role.DEVELOPER,)}),
    "aoife": ("Aoife", "Brennan", {"platform": (Role.DEVELOPER,)}),
    "rui": ("Rui", "Teixeira", {"platform": (Role.DEVELOPER, Role.LEAD)}),
    "hugo": ("Hugo", "Sarmento", {"platform": (Role.PRODUCT_OWNER,)}),
    # Over all.
    "greet": (
        "Greet",
        "Van Damme",
        {"clinic": (Role.MANAGER,), "platform": (Role.MANAGER,)},
    ),
    "adam": (
        "Adam",
        "Wójcik",
        {"care": (Role.ADMIN,), "clinic": (Role.ADMIN,), "platform": (Role.ADMIN,)},
    ),
}

#: team: {slug: (name, experts)}
AREAS: dict[str, dict[str, tuple[str, tuple[str, ...]]]] = {
    "clinic": {
        "appointments": ("Appointments", ("ines", "yuki")),
        "patient-records": ("Patient records", ("elif", "ines")),
        "prescriptions": ("Prescriptions and stock", ("kofi",)),
        "laboratory": ("Laboratory and imaging", ("otto", "elif")),
        "invoicing": ("Invoicing and payments", ("rhea", "maud")),
        "insurance": ("Insurance claims", ("rhea", "kofi")),
        "reminders": ("Reminders and letters", ("yuki", "otto")),
    },
    "platform": {
        "sign-in": ("Sign-in and accounts", ("sami", "rui")),
        "online-booking": ("Online booking", ("aoife",)),
        "reports-exports": ("Reports and exports", ("clara",)),
        "mobile": ("Mobile app", ("aoife", "sami")),
        "integrations": ("Integrations and API", ("dmitri", "rui")),
        "data-import": ("Data import", ("clara", "dmitri")),
    },
}

#: Who shares each duty, in turn; the first named has it now.
DUTIES = {
    "clinic": {
        "release_manager": ("rhea", "maud", "kofi", "elif"),
        "on_call": ("otto", "yuki", "ines"),
    },
    "platform": {
        "release_manager": ("clara", "rui"),
        "on_call": ("aoife", "dmitri", "sami"),
    },
}
LEADS = {"clinic": "maud", "platform": "rui"}

#: team: (name, zone, (country, part), shifts of a weekday); the district of Porto keeps São João.
OFFICES = {
    "care": ("Customer Care", "Europe/Brussels", ("BE", ""), ((8, 0, 12, 30), (13, 0, 18, 0))),
    "clinic": ("Ghent office", "Europe/Brussels", ("BE", ""), ((9, 0, 12, 30), (13, 30, 18, 0))),
    "platform": ("Porto office", "Europe/Lisbon", ("PT", "13"), ((9, 0, 13, 0), (14, 0, 18, 0))),
}
FOUNDED = timedelta(days=420)
"""How long ago the company began to work with the product."""


@dataclass
class Company:
    """The rows that the stories are about, by username and slug."""

    people: dict[str, Person] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)
    areas: dict[str, ProductArea] = field(default_factory=dict)
    hours: dict[str, Hours] = field(default_factory=dict)

    def developers(self, team: str) -> list[str]:
        return [u for u, (_, _, roles) in PEOPLE.items() if Role.DEVELOPER in roles.get(team, ())]

    def experts(self, area: str) -> tuple[str, ...]:
        return next(areas[area][1] for areas in AREAS.values() if area in areas)

    def zone(self, team: str) -> ZoneInfo:
        return ZoneInfo(self.teams[team].calendar.zone)


def founded(now: datetime) -> Company:
    """Make the company: calendars, teams, areas, people."""
    company = Company()
    for slug in OFFICES:
        calendar = _calendar(slug, now)
        company.teams[slug] = _team(slug, calendar)
        pure = policies.calendar(calendar.pk, calendar.version)
        company.hours[slug] = Hours(pure)
    _hire(company, now)
    for team, areas in AREAS.items():
        policies.publish_default(company.teams[team], at=now - FOUNDED)
        start_with_the_four(company.teams[team], by=company.people["adam"], at=now - FOUNDED)
        for slug, (name, experts) in areas.items():
            area = ProductArea.objects.create(team=company.teams[team], slug=slug, name=name)
            AreaExpert.objects.bulk_create(
                AreaExpert(area=area, person=company.people[u]) for u in experts
            )
            company.areas[slug] = area
    return company


def _calendar(slug: str, now: datetime) -> BusinessCalendar:
    name, zone, (country, part), shifts = OFFICES[slug]
    week = [(day, *shift) for day in range(5) for shift in shifts]
    if slug == "care":
        week.append((5, 9, 0, 13, 0))  # clinics are open on Saturday mornings
    open_hours = [Shift(day, time(a, b), time(c, d)) for day, a, b, c, d in week]
    free = {_friday(now, 68): "Company day out", _friday(now, -33): "Team day"}
    return lay_out(
        name,
        Week(zone, open_hours, free if slug != "care" else {}, country, part),
        at=now - FOUNDED,
    )


def _friday(now: datetime, days_ago: int) -> date:
    day = now.date() - timedelta(days=days_ago)
    return day + timedelta(days=4 - day.weekday())


def _team(slug: str, calendar: BusinessCalendar) -> Team:
    names = {"care": "Customer Care", "clinic": "Clinic", "platform": "Platform"}
    return Team.objects.create(
        slug="customer-care" if slug == "care" else slug,
        name=names[slug],
        kind=TeamKind.SUPPORT if slug == "care" else TeamKind.DELIVERY,
        readers=Readers.FILING if slug == "clinic" else Readers.COMPANY,
        unit=Unit.HOURS if slug == "platform" else Unit.POINTS,
        calendar=calendar,
    )


def _hire(company: Company, now: datetime) -> None:
    secret = make_password(PASSWORD)  # slow on purpose, so once for all
    joined = random.Random("larkfold")  # noqa: S311 - no secret is made of it
    rows: Iterable[Person] = [
        Person(
            username=username,
            first_name=first,
            last_name=last,
            email=f"{username}@larkfold.example",
            password=secret,
            zone=OFFICES["platform" if "platform" in roles and len(roles) == 1 else "clinic"][1],
            is_staff=username == "adam",
            is_superuser=username == "adam",
            date_joined=now - timedelta(days=joined.randint(400, 1900)),
        )
        for username, (first, last, roles) in PEOPLE.items()
    ]
    company.people = {p.username: p for p in Person.objects.bulk_create(rows)}
    Membership.objects.bulk_create(
        Membership(person=company.people[username], team=company.teams[team], role=role)
        for username, (_, _, held) in PEOPLE.items()
        for team, roles in held.items()
        for role in roles
    )
