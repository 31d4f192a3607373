"""A sprint starts."""

from datetime import datetime

from django.db import IntegrityError, transaction

from foundation.errors import Conflict, RuleBroken
from sprints.events import SprintStarted
from sprints.lifecycle import State
from sprints.models import Sprint
from sprints.querysets import hours_per_unit, proposes_at
from sprints.services._act import begin, finish
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
    sprint.proposes_at = proposes_at(sprint)
    try:
        with transaction.atomic():
            fields = ["state", "started_at", "hours_per_unit", "proposes_at"]
            finish(sprint, SprintStarted(), fields, by=by, at=at, source=source)
    except IntegrityError as error:  # two sprints of a team, started in the same moment
        if "one_running_sprint" not in str(error):
            raise
        raise Conflict("Another sprint of this team was started in this very moment.") from error
    sprint.refresh_from_db()
    enter_items(sprint, at=at)
    draw_what_waits(sprint, at=at)
    return sprint
