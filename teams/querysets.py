"""Reading teams, areas and people."""

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from teams.lifecycle import PersonKind, Readers, Role, TeamKind
from teams.models import Membership, Person, ProductArea, Team

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


def support_team_of(person: Person) -> Team | None:
    """The team that a report by this person is filed for: a support team first, else their own."""
    membership = (
        Membership.objects.filter(person=person)
        .select_related("team")
        .order_by(
            Case(When(team__kind=TeamKind.SUPPORT, then=Value(0)), default=Value(1)), "team_id"
        )
        .first()
    )
    return membership.team if membership else None


def developers_of(team_id: int) -> QuerySet[Person]:
    return (
        Person.objects.filter(
            memberships__team_id=team_id, memberships__role=Role.DEVELOPER, is_active=True
        )
        .distinct()
        .order_by("first_name", "last_name", "pk")
    )


def areas_visible_to(person: Person) -> QuerySet[ProductArea]:
    """The areas that a person may file into; those of their own teams come first."""
    mine = Membership.objects.filter(person=person)
    own = Q(team__in=mine.values("team"))
    supports = Membership.objects.filter(person=person, team__kind=TeamKind.SUPPORT).exists()
    company = Q(team__readers=Readers.COMPANY)
    allowed = Q() if supports else own | company
    if not supports and not mine.exists():
        return ProductArea.objects.none()
    return (
        ProductArea.objects.filter(allowed)
        .select_related("team")
        .annotate(
            elsewhere=Case(When(own, then=Value(0)), default=Value(1), output_field=IntegerField())
        )
        .order_by("elsewhere", "team__name", "name", "pk")
    )
