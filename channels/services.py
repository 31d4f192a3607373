"""Fan-out: from recorded facts to notices, once per event, person and channel."""

from datetime import datetime

from django.db import transaction

from channels.models import Channel, Notice, NoticeState
from channels.registry import letters_for
from journal.models import Event, Pending
from teams.models import Person

BATCH = 100


def fan_out() -> int:
    """Turn every pending event into notices; returns how many events were done.

    1. Claim a batch of Pending rows; rows that another worker holds are skipped.
    2. Ask the registered writers who hears of each, in which words.
    3. Insert the notices; the unique key makes a second attempt change nothing.
    4. Delete the Pending rows, in the same transaction: a killed worker leaves them as they were.
    """
    done = 0
    while batch := _fan_out_batch():
        done += batch
    return done


@transaction.atomic
def _fan_out_batch() -> int:
    claimed = list(
        Pending.objects.select_for_update(skip_locked=True)
        .order_by("event_id")
        .values_list("event_id", flat=True)[:BATCH]
    )
    if not claimed:
        return 0
    events = Event.objects.filter(pk__in=claimed).select_related("by", "text").order_by("pk")
    notices = [
        Notice(
            event=event,
            person_id=letter.person_id,
            channel=Channel.IN_APP,
            state=NoticeState.SENT,  # the row itself is the delivery of the in-app channel
            subject=letter.subject[:200],
            body=letter.body,
            url=letter.url,
        )
        for event in events
        for letter in letters_for(event)
    ]
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
    Pending.objects.filter(event_id__in=claimed).delete()
    return len(claimed)


def mark_read(*, by: Person, at: datetime) -> int:
    """Mark all notices of a person as read; returns how many were new."""
    return Notice.objects.filter(person=by, read_at__isnull=True).update(read_at=at)
