"""A sprint starts and closes."""

from datetime import datetime

from django.db import IntegrityError, transaction

from foundation.errors import Conflict, RuleBroken
from foundation.locking import locked_all
from sprints.events import SprintClosed, SprintStarted
from sprints.lifecycle import State
from sprints.models import Sprint
from sprints.querysets import hours_per_unit, next_planned
from sprints.services._act import ROWS, begin, finish
from sprints.services.reserve import carry_in
from sprints.services.scope import enter_items
from sprints.services.work import draw_what_waits
from teams.models import Person


@transaction.atomic
def start(
    sprint_id: int,
    *,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> Sprint:
    """Start the sprint; what was scheduled for it is now in it (a reaction of bugs)."""
    sprint = begin(sprint_id, "start", by=by, at=at, version=version)
    if Sprint.objects.filter(team_id=sprint.team_id, state=State.RUNNING).exists():
        raise RuleBroken("Another sprint of this team is running; close it first.")
    sprint.started_at, sprint.hours_per_unit = at, hours_per_unit(sprint.team)
    try:
        with transaction.atomic():
            fields = ["state", "started_at", "hours_per_unit"]
            finish(sprint, SprintStarted(), fields, by=by, at=at, source=source)
    except IntegrityError as error:  # two sprints of a team, started in the same moment
        if "one_running_sprint" not in str(error):
            raise
        raise Conflict("Another sprint of this team was started in this very moment.") from error
    sprint.refresh_from_db()
    enter_items(sprint, at=at)
    draw_what_waits(sprint, at=at)
    return sprint


@transaction.atomic
def close(
    sprint_id: int,
    *,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> Sprint:
    """Close the sprint; unfinished bugs go back to the queue (a reaction of bugs)."""
    following = next_planned(sprint_id)
    locked_all(ROWS, [sprint_id, *following])  # by key, before anything is decided
    sprint = begin(sprint_id, "close", by=by, at=at, version=version)
    sprint.ended_at = at
    finish(sprint, SprintClosed(), ["state", "ended_at"], by=by, at=at, source=source)
    for key in following:
        carry_in(ROWS.get(pk=key), at=at)
    sprint.refresh_from_db()
    return sprint
