"""Notices, the mails that carry them, how a person hears, and the keys that make a repeated request harmless."""

from datetime import time

import pgtrigger
from django.db import models
from django.db.models import F, Q

from channels.lifecycle import LIFECYCLE, How, MailState, Topic
from channels.rules import DIGEST, LATE, SINGLE
from journal.models import ClockTimestamp, Event
from teams.models import Person


class Channel(models.TextChoices):
    IN_APP = "in_app"
    EMAIL = "email"


class NoticeState(models.TextChoices):
    PENDING = "pending"
    SENT = "sent"


class MailKind(models.TextChoices):
    """Of one notice; of a reader's slot (their hour, the end of their quiet hours); of an outage."""

    SINGLE = SINGLE
    DIGEST = DIGEST
    LATE = LATE


class Mail(models.Model):
    """One e-mail to send. `key` never changes and is its Message-ID, however often it is sent.

    `attempts` counts claims and is the fencing token: only who made the latest claim may close it.
    `next_at` is when it is claimed next: its slot, the end of a lease, or a retry.
    """

    key = models.CharField(max_length=60, unique=True)
    person = models.ForeignKey(Person, models.CASCADE, related_name="mails")
    kind = models.CharField(max_length=10, choices=MailKind.choices)
    state = models.CharField(max_length=10, choices=MailState.choices, default=MailState.PENDING)
    attempts = models.PositiveIntegerField(default=0)
    #: It is given up after so many; *replay* grants more.
    most_attempts = models.PositiveIntegerField()
    made_at = models.DateTimeField(db_default=ClockTimestamp())
    #: When it ought to have left at the earliest; does not move with retries.
    due_at = models.DateTimeField()
    next_at = models.DateTimeField()
    last_error = models.TextField(default="", blank=True)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=MailState.values), name="mail_state_known"
            ),
            models.CheckConstraint(condition=Q(kind__in=MailKind.values), name="mail_kind_known"),
            models.CheckConstraint(
                condition=Q(state=MailState.SENT, sent_at__isnull=False)
                | (~Q(state=MailState.SENT) & Q(sent_at__isnull=True)),
                name="mail_sent_at_a_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state=MailState.DEAD) | ~Q(last_error=""), name="mail_dead_says_why"
            ),
            models.CheckConstraint(
                condition=Q(state=MailState.PENDING) | Q(attempts__gt=0),
                name="mail_ends_by_an_attempt",
            ),
            models.CheckConstraint(
                condition=Q(attempts__lte=F("most_attempts")), name="mail_attempts_bounded"
            ),
            models.CheckConstraint(
                condition=Q(next_at__gte=F("due_at")), name="mail_not_before_its_slot"
            ),
            # What an outage held up gathers in one mail: until somebody claims it.
            models.UniqueConstraint(
                fields=["person"], condition=Q(kind=LATE, attempts=0), name="mail_one_gathers"
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_at", "id"],
                name="mail_claimed_next",
                condition=Q(state=MailState.PENDING),
            ),
            models.Index(
                fields=["due_at"], name="mail_waits_since", condition=Q(state=MailState.PENDING)
            ),
            models.Index(fields=["state", "-id"], name="mail_by_state"),
        ]
        triggers = [
            pgtrigger.FSM(
                name="mail_state_guard", field="state", transitions=sorted(LIFECYCLE.moves())
            )
        ]


class Notice(models.Model):
    """What one person hears of one event through one channel: recorded once, by its unique key.

    A notice by e-mail names the mail that carries it, and is sent when that is.
    """

    event = models.ForeignKey(Event, models.PROTECT, related_name="notices")
    person = models.ForeignKey(Person, models.CASCADE, related_name="notices")
    channel = models.CharField(max_length=10, choices=Channel.choices)
    state = models.CharField(max_length=10, choices=NoticeState.choices)
    mail = models.ForeignKey(Mail, models.CASCADE, null=True, related_name="notices")
    #: Before there were topics, the one notice was that something is fixed.
    topic = models.CharField(max_length=10, choices=Topic.choices, db_default=Topic.FIXED)
    subject = models.CharField(max_length=200)
    body = models.TextField(default="", blank=True)
    url = models.CharField(max_length=200, default="", blank=True)
    thread = models.CharField(max_length=40, default="", db_default="", blank=True)
    #: Whether the event's text is shown below: read from there, so that *redact* reaches it.
    quotes = models.BooleanField(default=False, db_default=False)
    late_by = models.DurationField(null=True)
    made_at = models.DateTimeField(db_default=ClockTimestamp())
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "person", "channel"], name="notice_once"),
            models.CheckConstraint(
                condition=Q(channel__in=Channel.values), name="notice_channel_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=NoticeState.values), name="notice_state_known"
            ),
            models.CheckConstraint(condition=Q(topic__in=Topic.values), name="notice_topic_known"),
            models.CheckConstraint(
                condition=Q(channel=Channel.EMAIL, mail__isnull=False)
                | (~Q(channel=Channel.EMAIL) & Q(mail__isnull=True)),
                name="notice_by_email_has_a_mail",
            ),
        ]
        indexes = [
            models.Index(
                fields=["person", "-id"],
                name="notice_unread",
                condition=Q(channel=Channel.IN_APP, read_at__isnull=True),
            ),
            models.Index(
                fields=["person", "-id"],
                name="notice_by_person",
                condition=Q(channel=Channel.IN_APP),
            ),
        ]


class NoticePreference(models.Model):
    """How a person hears of a topic through a channel; without a row, as the topic says."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="notice_preferences")
    topic = models.CharField(max_length=10, choices=Topic.choices)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    how = models.CharField(max_length=10, choices=How.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "topic", "channel"], name="notice_preference_once"
            ),
            models.CheckConstraint(
                condition=Q(topic__in=Topic.values), name="notice_preference_topic_known"
            ),
            # In-app is always: there is nothing to choose.
            models.CheckConstraint(
                condition=Q(channel=Channel.EMAIL), name="notice_preference_channel_known"
            ),
            models.CheckConstraint(
                condition=Q(how__in=How.values), name="notice_preference_how_known"
            ),
        ]


class ReadingHours(models.Model):
    """When a person's digest comes and when no e-mail does, by the wall clock of their zone."""

    DIGEST_AT = time(8)

    person = models.OneToOneField(
        Person, models.CASCADE, primary_key=True, related_name="reading_hours"
    )
    digest_at = models.TimeField(default=DIGEST_AT)
    quiet_from = models.TimeField(null=True)
    quiet_until = models.TimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | (
                    Q(quiet_from__isnull=False, quiet_until__isnull=False)
                    & ~Q(quiet_from=F("quiet_until"))
                ),
                name="quiet_hours_have_two_ends",
            )
        ]


class Heartbeat(models.Model):
    """When something that must never stop last ran, by the database's clock."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()


class Outage(models.Model):
    """A stretch in which something that must never stop did not run, told by its first beat after it.

    Append-only by a trigger. Nobody else can tell: while it lasts, nothing of ours needs to run.
    """

    name = models.CharField(max_length=40)
    since = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name", "since"], name="outage_once"),
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="outage_takes_time"),
        ]


class IdempotencyKey(models.Model):
    """A request that was answered: the same key gets the same answer, in the same transaction as its effect."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    method = models.CharField(max_length=10)
    path = models.CharField(max_length=300)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    answer = models.JSONField(default=dict)
    at = models.DateTimeField(db_default=ClockTimestamp())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "method", "path", "key"], name="idempotency_key_once"
            )
        ]
        indexes = [models.Index(fields=["at"], name="idempotency_by_age")]
