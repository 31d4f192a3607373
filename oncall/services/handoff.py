"""Verbs of a duty that changes hands: hand over with a note, read it; and the clock's word at the change (ONC-8)."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from foundation.errors import Conflict, Invalid, NotAllowed, need
from foundation.locking import locked
from journal import services as journal
from journal.models import Source, Text
from oncall.events.handoff import HandoffCame, HandoffHandedOver, HandoffRead
from oncall.models import Duty, DutyKind, Handoff, HandoffNote
from oncall.policy import handoff as policy
from oncall.querysets import standing
from oncall.querysets.handoff import held_lately, notes_waiting
from teams.models import Person, Team
from teams.querysets import CLOCK, automatic

#: A change that was longer ago is nobody's news any more, however long the clocks stood still.
NEWS = timedelta(hours=12)
LONGEST = 10_000


@transaction.atomic
def hand_over(
    team: Team, duty: str, *, note: str, by: Person, at: datetime, source: str = "web"
) -> HandoffNote:
    """Leave words to whoever has the duty next: they see them until they say that they have read them."""
    if duty not in DutyKind.values:
        raise Invalid({"duty": [f"Say one of {', '.join(DutyKind.values)}."]})
    held = held_lately(by.pk, team.pk, duty, at)
    if refusal := policy.may_hand_over(standing(by, at), team, duty, held=held):
        raise NotAllowed(refusal)
    need(note=note)
    if len(note) > LONGEST:
        raise Invalid({"note": [f"At most {LONGEST} characters."]})
    words = Text.objects.create(body=note.strip())
    made = HandoffNote.objects.create(team=team, duty=duty, text=words, by=by, at=at)
    fact = HandoffHandedOver(team=team.slug, duty=duty)
    journal.record(fact, subject=made.pk, by=by, at=at, source=source, text=words)
    return made


@transaction.atomic
def read_handoff(note_id: int, *, by: Person, at: datetime, source: str = "web") -> HandoffNote:
    """Taken up: it no longer waits on the desk."""
    row = locked(HandoffNote.objects.select_related("team"), note_id)
    if refusal := policy.may_read_handoff(standing(by, at), row.team, row.duty, row.by_id):
        raise NotAllowed(refusal)
    if row.read_at is not None:
        raise Conflict("It was read already.")
    row.read_by, row.read_at = by, at
    row.save(update_fields=["read_by", "read_at"])
    fact = HandoffRead(team=row.team.slug, duty=row.duty)
    journal.record(fact, subject=row.pk, by=by, at=at, source=source)
    return row


def tell_handoffs(*, at: datetime) -> int:
    """Every duty that has come to somebody lately is told to them, once; returns how many. Two beats tell once:
    the row is unique."""
    begun = Duty.objects.filter(during__startswith__gt=at - NEWS, during__startswith__lte=at)
    told = 0
    for duty in begun.select_related("team", "person").order_by("during", "pk"):
        start = duty.during.lower
        same = {"team": duty.team_id, "duty": duty.duty}
        if Handoff.objects.filter(**same, starts_at=start).exists():
            continue
        # What was only cut where it is has not changed hands.
        ends = Duty.objects.filter(**same, person=duty.person_id, during__endswith=start)
        if ends.exists():
            continue
        told += _tell(duty, at)
    return told


def _tell(duty: Duty, at: datetime) -> bool:
    try:
        with transaction.atomic():
            row = Handoff.objects.create(
                team=duty.team, duty=duty.duty, person=duty.person, starts_at=duty.during.lower
            )
            waiting = [
                n for n in notes_waiting(duty.team_id, duty.duty) if n.by_id != duty.person_id
            ]
            last = waiting[-1] if waiting else None
            fact = HandoffCame(
                team=duty.team.slug,
                duty=duty.duty,
                person=duty.person.username,
                until=duty.during.upper,
                wrote=str(last.by) if last else "",
            )
            journal.record(
                fact,
                subject=row.pk,
                by=automatic(CLOCK),
                at=at,
                source=Source.SYSTEM,
                text=last.text if last else "",
            )
    except IntegrityError as error:
        if "handoff_told_once" not in str(error):
            raise
        return False
    return True
