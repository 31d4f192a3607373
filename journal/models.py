"""Facts, the free text that belongs to them, and what is still to be told."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

#: What the clock tells later than this was told late: its data says `late_by`, in seconds.
LATE_SECONDS = 60


class ClockTimestamp(Now):
    """The moment of the statement, not of the transaction: an event never precedes its cause."""

    def as_postgresql(self, compiler, connection, **extra_context):  # type: ignore[no-untyped-def]
        return self.as_sql(compiler, connection, template="CLOCK_TIMESTAMP()", **extra_context)


class Source(models.TextChoices):
    """Through which door an act came. Import and demo may tell of the past."""

    WEB = "web"
    API = "api"
    EMAIL = "email"
    SLACK = "slack"
    SYSTEM = "system"
    IMPORT = "import"
    DEMO = "demo"


class Text(models.Model):
    """Words that a person wrote. A trigger allows only blanking, with who and why."""

    body = models.TextField()
    redacted_at = models.DateTimeField(null=True)
    redacted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    redaction_reason = models.TextField(default="", db_default="")


class Event(models.Model):
    """One fact about one subject, told once. Read by timeline, notices, webhooks and figures.

    `data` holds keys and small values; what people wrote is in `text`. `internal` facts are never
    shown outside the delivery team.
    """

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=40)
    subject = models.BigIntegerField()
    # Nobody reads history by person, nor from a text to its event: an index would only slow each act.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", db_index=False
    )
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=ClockTimestamp())
    source = models.CharField(max_length=10, choices=Source.choices)
    internal = models.BooleanField(default=False)
    text = models.ForeignKey(Text, models.PROTECT, null=True, related_name="+", db_index=False)
    data = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["kind", "subject", "at", "id"], name="event_by_subject"),
            models.Index(
                fields=["-at", "-id"],
                name="event_told_late",
                condition=models.Q(data__late_by__gt=LATE_SECONDS),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(source__in=Source.values), name="event_source_is_a_door"
            ),
            # Only an import or a demonstration may tell of the past; nobody tells of the future.
            models.CheckConstraint(
                condition=models.Q(at__lte=models.F("recorded_at")), name="event_not_ahead_of_now"
            ),
            models.CheckConstraint(
                condition=models.Q(source__in=(Source.IMPORT, Source.DEMO))
                | models.Q(at__gte=models.F("recorded_at") - timedelta(minutes=1)),
                name="event_past_only_by_import_or_demo",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.kind}-{self.subject}"

    @property
    def verb(self) -> str:
        """`assigned` of `problem_report.assigned`."""
        return self.name.partition(".")[2]


class Pending(models.Model):
    """An event whose notices are still to be fanned out: a row of its own, because events never change."""

    event = models.OneToOneField(Event, models.PROTECT, primary_key=True)
