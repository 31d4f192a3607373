"""The schedule: what the resolver says, written down as duties (decision 0009).

The past is never touched. Everything that asks who is on duty reads these rows, so that no two answers differ.
"""

from datetime import datetime, timedelta

from django.db import transaction
from psycopg2.extras import DateTimeTZRange

from foundation.locking import locked
from oncall.models import Duty, Rotation
from oncall.querysets.rotas import published, rota_of
from oncall.rules.changes import moved, with_gaps
from oncall.rules.resolver import resolve
from oncall.rules.rota import Segment, answer
from teams.models import Person

HORIZON = timedelta(weeks=26)
#: The clock writes on when this much of the horizon is used up.
EVERY = timedelta(days=1)


def publish(rotation: Rotation, at: datetime) -> tuple[str, ...]:
    """Write the schedule ahead anew; returns the usernames of those whose shifts moved.

    The rotation is locked. Who waited for the lock read the clock before the last publication: the record
    reaches at least to that.
    """
    at = max(at, rotation.published_at)
    # After a long sleep of the clock the record ended before now: what nobody was told is a gap.
    known, until = max(rotation.published_until, at), at + HORIZON
    before = published(rotation.team_id, rotation.duty, at, known)
    rotation.published_at, rotation.published_until = at, until
    rotation.save(update_fields=["published_at", "published_until"])
    after = resolve(rota_of(rotation, at, until), at, until)
    _write(rotation, [s for s in after if s.who is not None], at)
    # What the horizon newly shows has moved for nobody.
    seen = [s._replace(end=min(s.end, known)) for s in after if s.start < known]
    people = moved(with_gaps(before, at, known), seen).keys()
    names = Person.objects.filter(pk__in=[p for p in people if p]).order_by("username")
    return tuple(names.values_list("username", flat=True))


def _write(rotation: Rotation, wanted: list[Segment], at: datetime) -> None:
    """Cut what runs, take away what is ahead and no longer so, add what is new; what stays keeps its key."""
    there = Duty.objects.filter(
        team_id=rotation.team_id, duty=rotation.duty, during__endswith__gt=at
    ).order_by("during", "pk")
    missing = dict.fromkeys(wanted)
    gone, runs, until = [], None, at
    for row in there:
        says = Segment(
            max(row.during.lower, at),
            row.during.upper,
            row.person_id,
            row.why,
            row.slot,
            row.instead_of_id,
        )
        if row.during.lower < at:  # of what runs only the end may move; at most one does
            runs = row
            same = wanted and wanted[0].start == at and answer(wanted[0]) == answer(says)
            if same and row.rotation_id == rotation.pk:
                until = wanted[0].end
                del missing[wanted[0]]
        elif row.rotation_id == rotation.pk and says in missing:
            del missing[says]
        else:
            gone.append(row.pk)
    Duty.objects.filter(pk__in=gone).delete()
    if runs is not None and runs.during.upper != until:
        runs.during = DateTimeTZRange(runs.during.lower, until, "[)")
        runs.save(update_fields=["during"])
    Duty.objects.bulk_create(_duty(rotation, segment) for segment in missing)


def _duty(rotation: Rotation, segment: Segment) -> Duty:
    assert segment.who is not None  # a gap is no row
    return Duty(
        team_id=rotation.team_id,
        duty=rotation.duty,
        rotation=rotation,
        person_id=segment.who,
        during=DateTimeTZRange(segment.start, segment.end, "[)"),
        why=segment.why,
        slot=segment.slot,
        instead_of_id=segment.instead_of,
    )


def publish_ahead(*, at: datetime) -> int:
    """Write on every rotation whose horizon has come nearer; returns how many. One that somebody changes waits."""
    due = Rotation.objects.filter(published_until__lt=at + HORIZON - EVERY).order_by("pk")
    keys = list(due.values_list("pk", flat=True))
    for key in keys:
        with transaction.atomic():
            publish(locked(Rotation.objects.all(), key), at)
    return len(keys)
