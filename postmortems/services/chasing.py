"""What the clock does with actions: it reminds, whatever became of the incident (PM-6).

A row that somebody holds waits for the next round.
"""

from datetime import datetime

from django.db import transaction

from bugs.querysets import overdue_from
from journal import services as journal
from journal.models import Source
from postmortems.events.actions import ActionReminded
from postmortems.lifecycle.actions import ActionReminded as Stage
from postmortems.lifecycle.actions import ActionState
from postmortems.models import Action
from postmortems.rules.actions import OVERDUE_AGAIN, VERIFY_WITHIN
from teams.querysets import CLOCK, automatic

BATCH = 200


def chase(*, at: datetime) -> int:
    """Say of every action whose moment has come what it is: soon due, overdue, to be verified; how many there were."""
    done = 0
    while reminded := _remind(at):
        done += reminded
    return done


@transaction.atomic
def _remind(at: datetime) -> int:
    by = automatic(CLOCK)
    due = Action.objects.filter(remind_at__lte=at).order_by("remind_at", "pk")
    rows = due.select_for_update(skip_locked=True, of=("self",))
    actions = list(rows.select_related("item__team__calendar")[:BATCH])
    for action in actions:
        overdue = overdue_from(action.due_on, action.item.team)
        if action.state == ActionState.DONE:
            # Asked again and again: what nobody has looked at is not known to hold.
            action.reminded, action.remind_at = Stage.VERIFY, at + VERIFY_WITHIN
        elif at < overdue:
            action.reminded, action.remind_at = Stage.SOON, overdue
        else:
            action.reminded, action.remind_at = Stage.OVERDUE, at + OVERDUE_AGAIN
        action.save(update_fields=["reminded", "remind_at"])
        said = Stage(action.reminded)
        fact = ActionReminded(stage=said, said=said.label)
        journal.record(fact, subject=action.pk, by=by, at=at, source=Source.SYSTEM)
    return len(actions)
