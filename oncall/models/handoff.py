"""A duty changes hands: what one holder leaves to the next, and that the change was told (ONC-8)."""

from django.db import models
from django.db.models import F, Q

from journal.models import Text
from oncall.models.kinds import DutyKind
from teams.models import Person, Team


class HandoffNote(models.Model):
    """Words from one holder of a duty to the next, unread until that one says so. A trigger allows only the reading."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="handoff_notes")
    duty = models.CharField(max_length=20, choices=DutyKind.choices)
    text = models.ForeignKey(Text, models.PROTECT, related_name="+")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    read_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(duty__in=DutyKind.values), name="handoff_note_duty_known"
            ),
            models.CheckConstraint(
                condition=Q(read_at__isnull=True, read_by__isnull=True)
                | (Q(read_at__isnull=False, read_by__isnull=False) & ~Q(read_by=F("by"))),
                name="handoff_note_read_by_another",
            ),
        ]
        indexes = [
            models.Index(
                fields=["team", "duty"], condition=Q(read_at__isnull=True), name="handoff_unread"
            )
        ]


class Handoff(models.Model):
    """The moment at which a duty came to somebody: a row is what makes it be told once."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="handoffs")
    duty = models.CharField(max_length=20, choices=DutyKind.choices)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "duty", "starts_at"], name="handoff_told_once"),
            models.CheckConstraint(
                condition=Q(duty__in=DutyKind.values), name="handoff_duty_known"
            ),
        ]
