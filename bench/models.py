"""What filing needs at the very least: a report, its timer and an event."""

from django.conf import settings
from django.db import models


class BareReport(models.Model):
    title = models.CharField(max_length=200)
    description = models.TextField()
    team = models.IntegerField()
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    state = models.CharField(max_length=20)
    priority = models.CharField(max_length=2)
    due_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                fields=["team", "due_at", "id"],
                name="bare_queue",
                condition=models.Q(state="to_be_investigated"),
            )
        ]


class BareTimer(models.Model):
    report = models.ForeignKey(BareReport, models.PROTECT)
    due_at = models.DateTimeField()


class BareEvent(models.Model):
    report = models.ForeignKey(BareReport, models.PROTECT)
    name = models.CharField(max_length=80)
    at = models.DateTimeField(auto_now_add=True)
