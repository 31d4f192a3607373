"""Which mail a letter goes into: a new one of its own, or one that still gathers for its reader's slot.

Two processes may put letters into the same digest while a third claims it. Every mail is therefore
locked before a notice is put into it (the claim skips it meanwhile), and one that was claimed first is
closed: its letters then go into the reader's next one. What is in a mail never changes once it is sent.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.db import transaction

from channels.lifecycle import TOPICS, How, MailState, Topic
from channels.mail.outbox import MOST_ATTEMPTS
from channels.models import Channel, Mail, NoticePreference, ReadingHours
from channels.registry import Letter
from channels.rules import LATE, SINGLE, Hours, Slot, slot_for
from teams.lifecycle import PersonKind
from teams.models import Person

#: More often than this nobody can claim a reader's slots from under us.
TRIES = 5


@dataclass(frozen=True)
class Posted:
    """A letter that goes by e-mail: to whom, how they want it, and how late it is (None: not late)."""

    event_id: int
    letter: Letter
    person: Person
    how: str
    late_by: timedelta | None


class _Again(Exception):
    """Somebody else was quicker: with `closed`, a mail was claimed; else the same mail was begun."""

    def __init__(self, closed: Collection[str]) -> None:
        self.closed = closed


def by_mail(
    letters: Iterable[tuple[int, Letter, timedelta | None]],
) -> list[Posted]:
    """Of (event, letter, lateness): those whose reader has an address and wants them by e-mail."""
    written = list(letters)
    if not settings.NOTICES_BY_EMAIL or not written:
        return []
    readers = _readers({letter.person_id for _, letter, _ in written})
    chosen = _chosen(readers)
    posted = []
    for event_id, letter, late_by in written:
        person = readers.get(letter.person_id)
        told = TOPICS[Topic(letter.topic)]
        how = chosen.get((letter.person_id, letter.topic), told.by_mail)
        if told.always:
            how = told.by_mail
        if person and how != How.NEVER:
            posted.append(Posted(event_id, letter, person, how, late_by))
    return posted


def mails_for(posted: Sequence[Posted], now: datetime) -> list[int]:
    """The key of the mail for each letter, in their order, made if need be, and locked.

    Must run in the transaction that inserts the notices. A round that finds a mail closed lets go of
    its locks and begins again, so that locks are only ever taken in the order of the keys.
    """
    closed: set[str] = set()
    for _ in range(TRIES):
        planned = _planned(posted, now, closed)
        try:
            with transaction.atomic():
                keys = _made_and_locked(planned)
        except _Again as quicker:
            closed |= set(quicker.closed)
        else:
            return [keys[mail.key] for mail in planned]
    raise RuntimeError("The mails were claimed faster than letters could be put into them.")


def _planned(posted: Sequence[Posted], now: datetime, closed: Collection[str]) -> list[Mail]:
    gathering = dict(
        Mail.objects.filter(
            kind=LATE, attempts=0, person__in={one.person.pk for one in posted}
        ).values_list("person_id", "key")
    )
    return [_mail_of(one, now, gathering, closed) for one in posted]


def _mail_of(
    one: Posted, now: datetime, gathering: dict[int, str], closed: Collection[str]
) -> Mail:
    if TOPICS[Topic(one.letter.topic)].always:
        return _mail(one, Slot(SINGLE, now), f"notice-{one.event_id}-{one.person.pk}")
    hours = hours_of(one.person)
    slot = slot_for(one.how, now, hours, late=one.late_by is not None)
    while (key := _key(one, slot, gathering)) in closed:
        if slot.kind == SINGLE:
            raise RuntimeError(f"{key} was sent before its notice was recorded.")
        slot = slot_for(one.how, slot.at, hours, late=one.late_by is not None)
    if slot.kind == LATE:
        gathering.setdefault(one.person.pk, key)
    return _mail(one, slot, key)


def _mail(one: Posted, slot: Slot, key: str) -> Mail:
    return Mail(
        key=key,
        person=one.person,
        kind=slot.kind,
        state=MailState.PENDING,
        most_attempts=MOST_ATTEMPTS,
        due_at=slot.at,
        next_at=slot.at,
    )


def _key(one: Posted, slot: Slot, gathering: Mapping[int, str]) -> str:
    """Unique and the same for whoever asks: a Message-ID is made of it."""
    if slot.kind == SINGLE:
        return f"notice-{one.event_id}-{one.person.pk}"
    if slot.kind == LATE:
        return gathering.get(one.person.pk, f"late-{one.event_id}-{one.person.pk}")
    return f"digest-{slot.at.astimezone(UTC):%Y%m%dT%H%M%S}-{one.person.pk}"


def _made_and_locked(planned: Sequence[Mail]) -> dict[str, int]:
    """key -> primary key of every planned mail. Always in the order of the keys: no two runs block each other."""
    wanted = {mail.key: mail for mail in planned}
    Mail.objects.bulk_create([wanted[key] for key in sorted(wanted)], ignore_conflicts=True)
    rows = Mail.objects.filter(key__in=wanted).order_by("key").select_for_update(no_key=True)
    found = {key: (pk, attempts) for key, pk, attempts in rows.values_list("key", "pk", "attempts")}
    closed = {key for key, (_, attempts) in found.items() if attempts > 0}
    # One that is missing: another process has begun to gather what is late for the same person.
    if closed or len(found) < len(wanted):
        raise _Again(closed)
    return {key: pk for key, (pk, _) in found.items()}


def hours_of(person: Person) -> Hours:
    """Their hours, in their zone; an unknown zone reads as UTC."""
    try:
        zone = ZoneInfo(person.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        zone = ZoneInfo("UTC")
    kept: ReadingHours | None = getattr(person, "reading_hours", None)
    if kept is None:
        return Hours(zone, ReadingHours.DIGEST_AT)
    return Hours(zone, kept.digest_at, kept.quiet_from, kept.quiet_until)


def _readers(keys: Collection[int]) -> dict[int, Person]:
    """Those of them to whom an e-mail can be written: people who are here and have an address."""
    people = Person.objects.filter(pk__in=keys, is_active=True, kind=PersonKind.PERSON)
    return {p.pk: p for p in people.exclude(email="").select_related("reading_hours")}


def _chosen(people: Collection[int]) -> dict[tuple[int, str], str]:
    rows = NoticePreference.objects.filter(person__in=people, channel=Channel.EMAIL)
    return {
        (person, topic): how for person, topic, how in rows.values_list("person_id", "topic", "how")
    }
