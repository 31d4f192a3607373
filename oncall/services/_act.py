"""How every verb on a rotation begins and ends: lock, allow, compare; publish what is ahead, record."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from foundation.errors import Invalid, NotAllowed, RuleBroken, Stale
from foundation.locking import locked
from journal import services as journal
from journal.facts import Fact
from oncall import policy
from oncall.models import Rotation
from oncall.querysets import standing
from oncall.querysets.ladder import trainees_among
from oncall.services.publishing import publish
from teams.models import Person
from teams.querysets import members_of

ROWS = Rotation.objects.select_related("team__calendar")
#: An override and an absence are for a while; what lasts longer is another version, or leaving.
LONGEST = timedelta(days=366)
PAST = "That is over: who was on duty then is a record."


def begin(
    rotation_id: int, verb: str, *, by: Person, at: datetime, version: int | None = None
) -> Rotation:
    """Lock the rotation, ask the policy, compare the version."""
    rotation = locked(ROWS, rotation_id)
    if refusal := policy.may(verb, standing(by, at), rotation.team):
        raise NotAllowed(refusal)
    if version is not None and version != rotation.version:
        raise Stale("Somebody changed this rotation since you opened it.")
    return rotation


def finish(
    rotation: Rotation,
    fact: Callable[[tuple[str, ...]], Fact],
    *,
    by: Person,
    at: datetime,
    source: str,
    text: str = "",
) -> Rotation:
    """Write the schedule ahead anew, and record the fact with the people whose shifts that moved."""
    moved = publish(rotation, at)
    rotation.version += 1
    rotation.save(update_fields=["version"])
    journal.record(fact(moved), subject=rotation.pk, by=by, at=at, source=source, text=text)
    return rotation


def span_ahead(start: datetime, end: datetime, at: datetime) -> tuple[datetime, datetime]:
    """[start, end) as far as it is not past; refuses what is over, upside down or without end."""
    if start >= end:
        raise RuleBroken("It ends after it starts.")
    if end <= at:
        raise RuleBroken(PAST)
    if end - start > LONGEST:
        raise RuleBroken("A year at most: for longer, change the rotation itself.")
    return max(start, at), end


def check_holder(rotation: Rotation, person: Person, field: str = "person") -> None:
    """Who is put on duty is of the team, and takes turns alone by now."""
    if not members_of(rotation.team_id).filter(pk=person.pk).exists():
        raise Invalid({field: [f"{person} is not of {rotation.team.name}."]})
    for words in not_yet(rotation.team_id, rotation.duty, [person.pk]):
        raise RuleBroken(words)


def not_yet(team_id: int, duty: str, people: Iterable[int]) -> list[str]:
    """Who of these is below *takes turns*, as sentences: nobody stands alone before, in no way (ONC-7)."""
    return [
        f"{trainee} is still on the ladder to this duty: they take turns from “takes turns” on."
        for trainee in trainees_among(team_id, duty, people)
    ]
