"""Unused reserve is given to an overdue payback or a scheduled bug, late in the sprint (SPR-8)."""

from datetime import datetime

from django.db import transaction

from foundation.amounts import plain
from foundation.errors import RuleBroken
from foundation.locking import locked, locked_all
from journal import services as journal
from sprints.events import ItemPulledForward, SprintPulledForward
from sprints.lifecycle import BACKLOG_SPRINT_ACTS, EntryKind, Track
from sprints.models import BacklogItem, Sprint
from sprints.querysets import coming, could_be_pulled, room_in
from sprints.rules.pulling import Thing
from sprints.services._act import ROWS, begin, finish
from sprints.services.reserve import Posting, post
from sprints.services.scope import entered
from teams.models import Person


@transaction.atomic
def pull_forward(
    sprint_id: int,
    *,
    thing: str,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> Sprint:
    """Bring `thing` (BUG-7, BI-3) into the running sprint as planned work, paid by what its reserve did not use.

    The reserve is smaller by that from now on; a bug follows by a reaction of its floor.
    """
    sprint = _lock(sprint_id, by=by, at=at, version=version)
    pulled = _found(sprint, thing, at)
    post(sprint, [_posting(pulled)], at=at)
    entered(
        sprint, track=Track.PLANNED, amount=pulled.points, at=at, bug=pulled.bug, item=pulled.item
    )
    if pulled.item:
        _take(pulled.item, sprint, by=by, at=at, source=source)
    fact = SprintPulledForward(thing=pulled.reference, points=pulled.points)
    finish(sprint, fact, [], by=by, at=at, source=source)
    sprint.refresh_from_db()
    return sprint


def _lock(sprint_id: int, *, by: Person, at: datetime, version: int | None) -> Sprint:
    """Lock the sprint with those of its team that it may take from, by key, before anything is decided."""
    team = Sprint.objects.filter(pk=sprint_id).values_list("team_id", flat=True).first()
    later = coming(team).values_list("pk", flat=True) if team else []
    locked_all(ROWS, [sprint_id, *later])
    return begin(sprint_id, "pull_forward", by=by, at=at, version=version)


def _found(sprint: Sprint, thing: str, at: datetime) -> Thing:
    """The thing behind the lock: what is late, what is eligible and what is left are as they are now."""
    room = room_in(sprint, at)
    if not room.is_late:
        raise RuleBroken(
            f"The reserve of {sprint.name} is kept for unplanned work until {room.late_from:%-d %B}."
        )
    named = {t.reference: t for t in could_be_pulled(sprint, at)}
    if thing not in named:
        raise RuleBroken(
            f"“{thing}” is not pulled forward: only overdue paybacks and bugs scheduled for a later "
            "sprint are, never a feature."
        )
    if named[thing].points > room.spare:
        raise RuleBroken(
            f"{thing} takes {plain(named[thing].points)} and {plain(room.spare)} "
            f"{sprint.team.unit} can be given away: {plain(room.unused)} unused, of which "
            f"{plain(room.kept)} are kept for the days that are left."
        )
    return named[thing]


def _posting(thing: Thing) -> Posting:
    return Posting(EntryKind.PULL_FORWARD, thing.points, bug=thing.bug, item=thing.item)


def _take(key: int, sprint: Sprint, *, by: Person, at: datetime, source: str) -> None:
    """A payback is planned in this sprint; its marks were of the plan that it was in."""
    item = locked(BacklogItem.objects.all(), key)
    BACKLOG_SPRINT_ACTS.advance(item, "pull_forward")
    item.sprint = sprint
    item.swappable = item.serves_goal = False
    item.version += 1
    item.save(update_fields=["state", "sprint", "swappable", "serves_goal", "version"])
    fact = ItemPulledForward(sprint=sprint.reference)
    journal.record(fact, subject=key, by=by, at=at, source=source)
