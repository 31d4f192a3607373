"""What the clock does with sprints.

An overdraft that nobody answered reminds, once each working day; late in a sprint the team hears once what
its unused reserve could be given to (SPR-8). A page at night takes hours of the day after (ONC-3).
"""

from datetime import datetime

from django.db import transaction

from foundation.references import reference
from journal import services as journal
from journal.models import Source
from sprints.events import SprintOverdraftNagged, SprintPullForwardProposed
from sprints.lifecycle import OverdraftState, State
from sprints.models import Overdraft, Sprint
from sprints.querysets import next_working_day, proposes_at, to_pull
from sprints.services.resting import keep_rest
from teams.querysets import CLOCK, automatic

BATCH = 200


def tend(*, at: datetime) -> int:
    """Do what is due at `at`; returns how many. A row that somebody holds waits for the next round."""
    return _nag(at) + _propose(at) + keep_rest(at=at)


@transaction.atomic
def _nag(at: datetime) -> int:
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


@transaction.atomic
def _propose(at: datetime) -> int:
    """Once per sprint: while there is nothing to propose, the clock looks again on the next working day."""
    due = Sprint.objects.filter(proposes_at__lte=at, state=State.RUNNING).order_by(
        "proposes_at", "pk"
    )
    rows = list(
        due.select_for_update(skip_locked=True, of=("self",)).select_related("team__calendar")[
            :BATCH
        ]
    )
    told = 0
    for sprint in rows:
        room, things = to_pull(sprint, at)
        sprint.proposes_at = None if things else _next_look(sprint, at)
        sprint.save(update_fields=["proposes_at"])
        if room is None or not things:
            continue
        told += 1
        names = tuple(thing.reference for thing in things)
        fact = SprintPullForwardProposed(points=room.spare, things=names)
        journal.record(fact, subject=sprint.pk, by=automatic(CLOCK), at=at, source=Source.SYSTEM)
    return told


def _next_look(sprint: Sprint, at: datetime) -> datetime:
    return max(next_working_day(sprint.team, at), proposes_at(sprint))
