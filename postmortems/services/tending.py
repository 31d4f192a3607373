"""What the clock does with post-mortems: it reminds of what is due, and asks about what grew late."""

from datetime import datetime

from django.db import transaction

from journal import services as journal
from journal.models import Source
from postmortems.events import PostMortemReminded
from postmortems.lifecycle import Reminded
from postmortems.models import PostMortem
from postmortems.services.chasing import chase
from postmortems.services.triggering import consider_what_is_late
from teams.querysets import CLOCK, automatic, today_of

BATCH = 200


def tend(*, at: datetime) -> int:
    """Do what has come due until `at`; returns how many things it did."""
    done = consider_what_is_late(at=at) + chase(at=at)
    while reminded := _remind(at):
        done += reminded
    return done


@transaction.atomic
def _remind(at: datetime) -> int:
    """Once when it is soon due and once when it is overdue, whatever became of the incident (PM-11)."""
    due = PostMortem.objects.filter(remind_at__lte=at).order_by("remind_at", "pk")
    ready = due.select_for_update(skip_locked=True, of=("self",))
    rows = list(ready.select_related("bug__team__calendar", "area__team__calendar")[:BATCH])
    for thing in rows:
        assert thing.due_at is not None, "only what is due reminds"
        late = at >= thing.due_at
        thing.reminded = Reminded.OVERDUE if late else Reminded.SOON
        thing.remind_at = None if late else thing.due_at
        thing.save(update_fields=["reminded", "remind_at"])
        fact = PostMortemReminded(
            stage=thing.reminded,
            said="overdue since" if late else "due soon, on",
            due_on=today_of(thing.team, thing.due_at),
        )
        journal.record(fact, subject=thing.pk, by=automatic(CLOCK), at=at, source=Source.SYSTEM)
    return len(rows)
