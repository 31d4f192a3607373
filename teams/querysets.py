"""Reading teams, areas and people."""

from django.db.models import F, QuerySet

from teams.lifecycle import PersonKind, Role
from teams.models import CalendarVersion, Membership, Person

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
