"""Notices, and the keys that make a repeated request harmless."""

from django.db import models

from journal.models import ClockTimestamp, Event
from teams.models import Person


class Channel(models.TextChoices):
    IN_APP = "in_app"


class NoticeState(models.TextChoices):
    PENDING = "pending"
    SENT = "sent"


class Notice(models.Model):
    """What one person hears of one event through one channel: recorded once, by its unique key."""

    event = models.ForeignKey(Event, models.PROTECT, related_name="notices")
    person = models.ForeignKey(Person, models.CASCADE, related_name="notices")
    channel = models.CharField(max_length=10, choices=Channel.choices)
    state = models.CharField(max_length=10, choices=NoticeState.choices)
    subject = models.CharField(max_length=200)
    body = models.TextField(default="", blank=True)
    url = models.CharField(max_length=200, default="", blank=True)
    made_at = models.DateTimeField(db_default=ClockTimestamp())
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "person", "channel"], name="notice_once"),
            models.CheckConstraint(
                condition=models.Q(channel__in=Channel.values), name="notice_channel_known"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=NoticeState.values), name="notice_state_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["person", "-id"],
                name="notice_unread",
                condition=models.Q(read_at__isnull=True),
            ),
            models.Index(fields=["person", "-id"], name="notice_by_person"),
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
