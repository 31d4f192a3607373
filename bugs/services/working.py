"""Hours spent on a bug (SPR-10): of an injected one they draw on the reserve."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from bugs.events import BugWorkLogged
from bugs.models import Bug
from bugs.services._act import begin, finish
from sprints import services as sprints
from sprints.lifecycle import WorkKind
from teams.models import Person


@transaction.atomic
def log_work(
    bug_id: int,
    *,
    hours: Decimal,
    on: date | None = None,
    note: str = "",
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> Bug:
    """Log hours of a day (today, when none is named) on a bug.

    Work on one that was scheduled is planned, and draws on nothing.
    """
    team = Bug.objects.filter(pk=bug_id).values_list("team_id", flat=True).first()
    sprint = sprints.lock_running(team) if team else None
    bug = begin(bug_id, "log_work", by=by, at=at, version=version)
    planned = bug.sprint_id is not None and not bug.was_injected
    # An injected bug that waits for a sprint waits with its hours; one of a sprint that is over is late.
    elsewhere = bug.was_injected and bug.sprint_id != (sprint.pk if sprint else None)
    work = sprints.keep_hours(
        None if elsewhere else sprint, team=bug.team, kind=WorkKind.BUG, bug=bug.pk, hours=hours,
        on=on, note=note, area_id=bug.product_area_id, unplanned=not planned, by=by, at=at,
    )  # fmt: skip
    fact = BugWorkLogged(hours=hours, on=work.on)
    return finish(bug, fact, [], by=by, at=at, source=source, text=note)
