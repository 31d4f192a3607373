"""Who and what a log names, found or made: its team, product areas, people and customers.

People of a log are inactive, without roles and without a password: history names them, and nobody
can sign in as one. Their usernames carry the log's name, so that no row is pinned on a colleague
who happens to have the same name.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time

from django.db import connection
from django.utils.text import slugify

from problem_reports.clocks import policies
from problem_reports.event_log.mapping import LogMapping, LogTeam
from problem_reports.event_log.tables import BadMapping
from problem_reports.models import Customer
from teams.lifecycle import TeamKind
from teams.models import BusinessCalendar, Person, ProductArea, Team
from teams.querysets import IMPORTER, automatic
from teams.rules import Hours
from teams.services.calendars import Week, lay_out

OPENS, CLOSES = time(9), time(17)
#: Nothing hashes to it, so no password opens it.
UNUSABLE = "!"


@dataclass(frozen=True)
class Directory:
    """Keys by name, as the log names them; the empty person is the importer."""

    team: Team
    areas: dict[str, int]
    slugs: dict[str, str]
    people: dict[str, int]
    customers: dict[str, int]
    #: What was made just now, by kind: for the account of the import.
    made: dict[str, int]


def settle(
    mapping: LogMapping,
    *,
    areas: Sequence[str],
    people: Sequence[str],
    customers: Sequence[str],
    at: datetime,
) -> Directory:
    """Find or make everything that the rows name."""
    team, new_team = _team(mapping.team, at)
    found_areas, new_areas = _areas(team, areas)
    found_people, new_people = _people(mapping.log, people)
    found_customers, new_customers = _customers(customers)
    return Directory(
        team=team,
        areas={name: area.pk for name, area in found_areas.items()},
        slugs={name: area.slug for name, area in found_areas.items()},
        people=found_people | {"": automatic(IMPORTER).pk},
        customers=found_customers,
        made={
            "team": new_team,
            "product area": new_areas,
            "person": new_people,
            "customer": new_customers,
        },
    )


def _team(told: LogTeam, at: datetime) -> tuple[Team, int]:
    team = Team.objects.select_related("calendar").filter(slug=told.slug).first()
    if team is not None and team.kind != TeamKind.DELIVERY:
        raise BadMapping(
            f"{team.name} files reports; an import needs a team that investigates them."
        )
    made = team is None
    if team is None:
        team = Team.objects.create(
            slug=told.slug,
            name=told.name,
            kind=TeamKind.DELIVERY,
            calendar=_calendar(told.zone, at),
        )
    if policies.current_version(team.pk) is None:
        policies.publish_default(team, at=at)
    return team, int(made)


def _calendar(zone: str, at: datetime) -> BusinessCalendar:
    """Plain office hours: eight a day, which is what one working day of a policy is."""
    name = f"Office hours, {zone}"
    known = BusinessCalendar.objects.filter(name=name).first()
    return known or lay_out(
        name, Week(zone, [Hours(day, OPENS, CLOSES) for day in range(5)]), at=at
    )


def _areas(team: Team, names: Sequence[str]) -> tuple[dict[str, ProductArea], int]:
    """Areas by name within the team; a new one gets a slug that no other team has."""
    known = {area.name.lower(): area for area in ProductArea.objects.filter(team=team)}
    missing = {name.lower(): name for name in names if name.lower() not in known}
    taken = set(ProductArea.objects.values_list("slug", flat=True)) if missing else set()
    made = []
    for name in missing.values():
        slug = handle(name, 80, of=team.slug)
        while slug in taken:
            slug = f"{slug[:70]}-{_mark(slug)}"
        taken.add(slug)
        made.append(ProductArea(team=team, slug=slug, name=name))
    known |= {area.name.lower(): area for area in ProductArea.objects.bulk_create(made)}
    return {name: known[name.lower()] for name in names}, len(made)


def _people(log: str, names: Sequence[str]) -> tuple[dict[str, int], int]:
    usernames = {name: handle(name, 150, of=log) for name in names}
    known = _keys(PEOPLE, usernames.values())
    # By username: two spellings that differ only in case are one person.
    new = {username: name for name, username in usernames.items() if username not in known}
    Person.objects.bulk_create(
        (
            Person(username=username, first_name=name, is_active=False, password=UNUSABLE)
            for username, name in new.items()
        ),
        ignore_conflicts=True,
    )
    known |= _keys(PEOPLE, new)
    return {name: known[username] for name, username in usernames.items()}, len(new)


def _customers(names: Sequence[str]) -> tuple[dict[str, int], int]:
    known = _keys(CUSTOMERS, names)
    new = {name.lower(): name for name in names if name not in known}
    Customer.objects.bulk_create(map(_customer, new.values()), ignore_conflicts=True)
    return known | _keys(CUSTOMERS, [n for n in names if n not in known]), len(new)


def _customer(name: str) -> Customer:
    return Customer(name=name)


#: Keys by name, whatever its case: the database compares, because its index decides what is one.
PEOPLE = (
    "SELECT told.name, row.id FROM unnest(%s::text[]) AS told(name) "
    "JOIN teams_person row ON lower(row.username) = lower(told.name)"
)
CUSTOMERS = (
    "SELECT told.name, row.id FROM unnest(%s::text[]) AS told(name) "
    "JOIN problem_reports_customer row ON lower(row.name) = lower(told.name)"
)


def _keys(query: str, names: Iterable[str]) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(query, [list(names)])
        return dict(cursor.fetchall())


def handle(name: str, limit: int, *, of: str) -> str:
    """A username or slug for a name of a log or team.

    Two names never share one: what a slug loses of a name, a mark made of the whole name keeps.
    """
    slug = slugify(f"{of} {name}")
    if LOSSLESS.fullmatch(name.lower()) and len(slug) <= limit:
        return slug
    return f"{slug[: limit - 9].strip('-_')}-{_mark(name.lower())}"


#: Words of letters and digits, one space apart. A hyphen would look like such a space.
LOSSLESS = re.compile(r"[a-z0-9]+( [a-z0-9]+)*")


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]
