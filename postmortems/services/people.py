"""Who leads the talk, who is invited, and who hears of what is published (PM-8, PM-11)."""

from datetime import datetime

from django.db import transaction

from foundation.errors import Conflict, Invalid, NotFound, RuleBroken
from postmortems.events import FacilitatorNamed, ParticipantInvited, ParticipantUninvited
from postmortems.models import Participant, PostMortem, Subscriber
from postmortems.querysets import responders_of
from postmortems.services._act import begin, finish
from teams.lifecycle import PersonKind
from teams.models import Person, Team

#: More than these do not talk with each other, they listen.
MOST = 30


@transaction.atomic
def name_facilitator(
    post_mortem_id: int,
    *,
    person: str,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> PostMortem:
    """Somebody who took no part in the response leads the talk; by username."""
    who = _person(person)
    thing = begin(post_mortem_id, "name_facilitator", by=by, at=at, version=version)
    if who.pk in responders_of(thing):
        raise RuleBroken(
            f"{who} took part in the response to {thing.about}: somebody who did not facilitates."
        )
    thing.facilitator = who
    fact = FacilitatorNamed(person=who.username)
    return finish(thing, fact, ["facilitator"], by=by, at=at, source=source)


@transaction.atomic
def invite(
    post_mortem_id: int,
    *,
    person: str,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> PostMortem:
    """Whoever saw something takes part, the people who filed it too; they read and write this one."""
    who = _person(person)
    thing = begin(post_mortem_id, "invite", by=by, at=at, version=version)
    if who.pk in thing.invited:
        raise Conflict(f"{who} is invited already.")
    if len(thing.invited) >= MOST:
        raise RuleBroken(f"{MOST} people are invited already.")
    Participant.objects.create(post_mortem=thing, person=who, invited_by=by, invited_at=at)
    thing.invited.append(who.pk)
    return finish(thing, ParticipantInvited(person=who.username), by=by, at=at, source=source)


@transaction.atomic
def uninvite(
    post_mortem_id: int,
    *,
    person: str,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> PostMortem:
    who = _person(person)
    thing = begin(post_mortem_id, "uninvite", by=by, at=at, version=version)
    gone, _ = Participant.objects.filter(post_mortem=thing, person=who).delete()
    if not gone:
        raise NotFound(f"{who} is not invited.")
    thing.invited.remove(who.pk)
    return finish(thing, ParticipantUninvited(person=who.username), by=by, at=at, source=source)


def subscribe(team: Team, *, by: Person, wanted: bool) -> None:
    """Hear, or hear no more, of each post-mortem that this team publishes: a person's own choice, and no event."""
    if wanted:
        Subscriber.objects.get_or_create(team=team, person=by)
    else:
        Subscriber.objects.filter(team=team, person=by).delete()


def _person(username: str) -> Person:
    found = Person.objects.filter(
        username=username.strip().removeprefix("@"), kind=PersonKind.PERSON, is_active=True
    ).first()
    if found is None:
        raise Invalid({"person": [f"There is nobody called {username.strip()[:40]}."]})
    return found
