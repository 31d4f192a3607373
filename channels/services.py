"""From recorded facts to what people read: fan out, deliver; and what people do about it."""

import random
import time
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime, timedelta
from datetime import time as wall_clock
from typing import Any

import structlog
from django.conf import settings
from django.db import connection, transaction

from channels import policy
from channels.events import MailReplayed
from channels.lifecycle import CHOSEN, LIFECYCLE, How, MailState, Topic
from channels.mail import outbox, routing, writing
from channels.mail.carrying import Carrier, NotTaken, RefusedForGood, ServerGone
from channels.models import (
    Channel,
    Mail,
    Notice,
    NoticePreference,
    NoticeState,
    ReadingHours,
)
from channels.registry import Letter, letters_for
from channels.rules import STANDSTILL, backoff
from foundation.errors import Invalid, NotAllowed
from foundation.locking import locked
from journal import services as journal
from journal.models import ClockTimestamp, Event, Pending
from teams.models import Person
from teams.querysets import roles_of

BATCH = 100
#: The heartbeat of fan-out and deliveries, and that of whatever sweeps timers.
OUTBOX, TIMERS = "outbox", "timers"
#: A round of fanning out or of deliveries ends after so long: other tasks wait for the same worker.
ROUND_SECONDS = 2.0

log = structlog.get_logger(__name__)


# --- Fan out ---------------------------------------------------------------------------------------


def fan_out(*, at: datetime | None = None) -> int:
    """Turn pending events into notices, for some seconds at most; returns how many events were done.

    1. Claim a batch of Pending rows; rows that another worker holds are skipped.
    2. Ask the registered writers who hears of each, in which words.
    3. Insert the notices, those by e-mail into their mails; the unique key makes a second attempt
       change nothing.
    4. Delete the Pending rows, in the same transaction: a killed worker leaves them as they were.

    A batch that fails is tried again event by event, so that one writer's mistake holds up its own
    event and no other. Moments are the database's, unless a test says `at`.
    """
    beat(OUTBOX)
    ends = time.monotonic() + ROUND_SECONDS
    done, size, failed = 0, BATCH, list[int]()
    while True:
        claimed: list[int] = []
        try:
            batch = _fan_out_batch(at, size, failed, claimed)
        except Exception as error:
            if not claimed:
                raise
            if len(claimed) == 1:
                failed += claimed
                log.exception("event_not_told", event_id=claimed[0], error=type(error).__name__)
            size = 1
            continue
        done += batch
        if not batch or time.monotonic() >= ends:
            return done


@transaction.atomic
def _fan_out_batch(
    at: datetime | None = None,
    size: int = BATCH,
    without: list[int] | None = None,
    claimed: list[int] | None = None,
) -> int:
    """One batch of at most `size` events; `claimed` is told which, also when it fails."""
    rows = list(
        Pending.objects.select_for_update(skip_locked=True)
        .exclude(event_id__in=without or [])
        .order_by("event_id")
        .values_list("event_id", ClockTimestamp())[:size]
    )
    if not rows:
        return 0
    keys, now = [key for key, _ in rows], at or rows[0][1]
    if claimed is not None:
        claimed += keys
    events = Event.objects.filter(pk__in=keys).select_related("by", "text").order_by("pk")
    written = [(event, letter) for event in events for letter in letters_for(event)]
    late = {id(letter): _late_by(event, letter, now) for event, letter in written}
    Notice.objects.bulk_create(
        [
            # The row itself is the delivery of the in-app channel.
            _notice(event.pk, letter, late[id(letter)], Channel.IN_APP, NoticeState.SENT)
            for event, letter in written
        ],
        ignore_conflicts=True,
    )
    _put_in_mails([(e.pk, letter, late[id(letter)]) for e, letter in written], now)
    Pending.objects.filter(event_id__in=keys).delete()
    return len(keys)


def _put_in_mails(written: list[tuple[int, Letter, timedelta | None]], now: datetime) -> None:
    posted = routing.by_mail(written)
    if not posted:
        return
    told = set(
        Notice.objects.filter(
            channel=Channel.EMAIL, event__in={one.event_id for one in posted}
        ).values_list("event_id", "person_id")
    )
    posted = [one for one in posted if (one.event_id, one.person.pk) not in told]
    mails = routing.mails_for(posted, now)
    Notice.objects.bulk_create(
        _notice(one.event_id, one.letter, one.late_by, Channel.EMAIL, NoticeState.PENDING, mail)
        for one, mail in zip(posted, mails, strict=True)
    )


def _notice(
    event_id: int,
    letter: Letter,
    late_by: timedelta | None,
    channel: str,
    state: str,
    mail_id: int | None = None,
) -> Notice:
    return Notice(
        event_id=event_id,
        person_id=letter.person_id,
        channel=channel,
        state=state,
        mail_id=mail_id,
        topic=letter.topic,
        subject=letter.subject[:200],
        body=letter.body,
        url=letter.url,
        thread=letter.thread,
        quotes=letter.quotes,
        late_by=late_by,
    )


def _late_by(event: Event, letter: Letter, now: datetime) -> timedelta | None:
    """How late a letter comes when that is worth saying: by its writer, or because nobody fanned out."""
    late = max(letter.late_by or timedelta(0), now - event.recorded_at)
    return late if late >= settings.NOTICE_IS_LATE_AFTER else None


# --- Deliver ---------------------------------------------------------------------------------------


def deliver(*, at: datetime | None = None) -> int:
    """Send the mails that are due, for some seconds at most; returns how many were sent.

    1. Claim one: its attempts and the end of our lease are committed before anything is sent.
    2. Write and send it. No transaction is open, so that a slow server holds no row.
    3. Close it by the attempt's number. A worker killed before this leaves a mail that is sent again
       after the lease, with the same Message-ID; one that slept past its lease closes nothing.
    4. On failure put it off, or give it up when it can never be taken. When the server is gone the
       round ends: nobody else's attempt is spent on it.

    Call it outside any transaction. Moments are the database's, unless a test says `at`.
    """
    beat(OUTBOX)
    outbox.bury(at)
    ends, sent = time.monotonic() + ROUND_SECONDS, 0
    with closing(Carrier()) as carrier:
        while time.monotonic() < ends and (claim := outbox.claim(at)) is not None:
            try:
                carrier.carry(writing.message_of(claim.mail_id))
            except (RefusedForGood, writing.NobodyThere) as refused:
                outbox.give_up(claim, str(refused))
            except ServerGone as gone:
                _put_off(claim, str(gone), at)
                break
            except NotTaken as refused:
                _put_off(claim, str(refused), at)
            except Exception as error:
                # A mail that cannot be written waits visibly, and does not stop the others.
                log.exception("mail_not_written", mail_id=claim.mail_id)
                _put_off(claim, f"{type(error).__name__}: {error}", at)
            else:
                sent += outbox.close(claim, at)
    return sent


def _put_off(claim: outbox.Claim, error: str, at: datetime | None) -> None:
    wait = backoff(claim.attempt, random.random())  # noqa: S311 - a die, not a secret
    outbox.put_off(claim, error, wait, at)


# --- What people do about it -----------------------------------------------------------------------


@transaction.atomic
def replay(mail_id: int, *, by: Person, at: datetime, source: str = "web") -> Mail:
    """Send a dead mail once more, with the same key. One that waits or was sent stays as it is."""
    if refusal := policy.may_replay(roles_of(by)):
        raise NotAllowed(refusal)
    mail = locked(Mail.objects.all(), mail_id)
    if mail.state != MailState.DEAD:
        return mail
    LIFECYCLE.advance(mail, "replay")
    # Attempts go on counting: an attempt that still sleeps must never be able to close this one.
    mail.most_attempts = mail.attempts + outbox.MOST_ATTEMPTS
    mail.next_at = max(at, mail.due_at)
    mail.save(update_fields=["state", "most_attempts", "next_at"])
    fact = MailReplayed(attempts=mail.attempts)
    journal.record(fact, subject=mail.pk, by=by, at=at, source=source)
    return mail


def mark_read(*, by: Person, at: datetime) -> int:
    """Mark all notices of a person as read; returns how many were new."""
    new = Notice.objects.filter(person=by, channel=Channel.IN_APP, read_at__isnull=True)
    return new.update(read_at=at)


@transaction.atomic
def choose_how_to_hear(
    *,
    by: Person,
    ways: Mapping[str, str],
    digest_at: wall_clock,
    quiet_from: wall_clock | None = None,
    quiet_until: wall_clock | None = None,
) -> None:
    """Keep how a person hears of topics by e-mail (those left out stay), and their hours.

    What was put into a mail before keeps its moment.
    """
    wrong = {topic: ["There is no such topic."] for topic in ways if topic not in CHOSEN}
    wrong |= {
        topic: ["Choose at_once, digest or never."]
        for topic, how in ways.items()
        if how not in How.values
    }
    if (quiet_from is None) != (quiet_until is None):
        missing = "quiet_until" if quiet_until is None else "quiet_from"
        wrong[missing] = ["Quiet hours have a beginning and an end."]
    elif quiet_from is not None and quiet_from == quiet_until:
        wrong["quiet_until"] = ["Quiet hours end at another time than they begin."]
    if wrong:
        raise Invalid(wrong)
    NoticePreference.objects.bulk_create(
        [
            NoticePreference(person=by, topic=Topic(topic), channel=Channel.EMAIL, how=how)
            for topic, how in sorted(ways.items())
        ],
        update_conflicts=True,
        unique_fields=["person", "topic", "channel"],
        update_fields=["how"],
    )
    hours = {"digest_at": digest_at, "quiet_from": quiet_from, "quiet_until": quiet_until}
    ReadingHours.objects.update_or_create(person=by, defaults=hours)


# --- The heartbeat ---------------------------------------------------------------------------------

# The first beat after a silence records it. The lock makes one of two that come at once the first; counting
# what it holds makes the lock come before the beat, which would hide the row from it.
BEAT = """
    WITH before AS (
        SELECT at FROM channels_heartbeat WHERE name = %(name)s FOR UPDATE
    ), silence AS (
        INSERT INTO channels_outage (name, since, until)
        SELECT %(name)s, at, clock_timestamp() FROM before WHERE clock_timestamp() - at > %(standstill)s
        ON CONFLICT DO NOTHING
    )
    INSERT INTO channels_heartbeat (name, at)
    SELECT %(name)s, clock_timestamp() FROM (SELECT count(*) FROM before) AS locked
    ON CONFLICT (name) DO UPDATE SET at = excluded.at
"""


def beat(name: str) -> None:
    """Say that this runs, by the database's clock: what must never stop is seen to have stopped.

    The sweep says so after its round, so that what an outage held up was told before its end.
    """
    with connection.cursor() as cursor:
        given: dict[str, Any] = {"name": name, "standstill": STANDSTILL}
        cursor.execute(BEAT, given)
