"""Whom a text of a post-mortem could name: everybody whom the app knows (PM-8)."""

from collections.abc import Iterator

from django.db.models import Q

from postmortems.models import PostMortem
from postmortems.querysets import events_around, reports_of, responders_of
from postmortems.rules.hiding import CUSTOMER, Hider, Name, of_person
from problem_reports.models import Affected, Customer
from teams.lifecycle import PersonKind
from teams.models import Membership, Person


def hider_for(thing: PostMortem) -> Hider:
    """Hides every person and customer; those around the incident however their names are written."""
    return Hider([*_people(thing), *_customers(thing)])


def _people(thing: PostMortem) -> Iterator[Name]:
    filed = reports_of(thing).values("filing_team_id")
    teams = Membership.objects.filter(Q(team_id=thing.team.pk) | Q(team_id__in=filed))
    near = {
        *teams.values_list("person_id", flat=True),
        *events_around(thing).values_list("by_id", flat=True),
        *responders_of(thing),
        *thing.invited,
        thing.author_id,
        thing.facilitator_id,
        thing.reviewer_id,
    }
    known = Person.objects.filter(kind=PersonKind.PERSON).order_by("pk")
    for key, first, last, username in known.values_list(
        "pk", "first_name", "last_name", "username"
    ):
        yield from of_person(first, last, username, near=key in near)


def _customers(thing: PostMortem) -> Iterator[Name]:
    reports = reports_of(thing).values("pk")
    near = set(Affected.objects.filter(report__in=reports).values_list("customer_id", flat=True))
    for key, name in Customer.objects.order_by("pk").values_list("pk", "name"):
        yield Name(name, CUSTOMER, key in near)
