"""What the clock does with sprints: an overdraft that nobody answered reminds, once each working day."""

from datetime import datetime

from django.db import transaction

from foundation.references import reference
from journal import services as journal
from journal.models import Source
from sprints.events import SprintOverdraftNagged
from sprints.lifecycle import OverdraftState, State
from sprints.models import Overdraft
from sprints.querysets import next_working_day
from teams.querysets import CLOCK, automatic

BATCH = 200


@transaction.atomic
def tend(*, at: datetime) -> int:
    """Remind of what is overdue at `at`; returns how many. A row that somebody holds waits for the next round."""
    due = Overdraft.objects.filter(nag_at__lte=at, state=OverdraftState.OPEN).order_by(
        "nag_at", "pk"
    )
    rows = list(
        due.select_for_update(skip_locked=True, of=("self",)).select_related(
            "sprint__team__calendar"
        )[:BATCH]
    )
    for overdraft in rows:
        running = overdraft.sprint.state == State.RUNNING
        overdraft.nag_at = next_working_day(overdraft.sprint.team, at) if running else None
        overdraft.save(update_fields=["nag_at"])
        if not running:
            continue
        fact = SprintOverdraftNagged(
            overdraft=overdraft.pk,
            points=overdraft.left,
            bug=reference("BUG", overdraft.bug) if overdraft.bug else "",
        )
        journal.record(
            fact, subject=overdraft.sprint_id, by=automatic(CLOCK), at=at, source=Source.SYSTEM
        )
    return len(rows)
