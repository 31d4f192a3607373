"""What was in a sprint on each day: lines that never change, from which the burn-up is drawn (SPR-5)."""

from django.db import models
from django.db.models import Q

from journal.models import ClockTimestamp
from sprints.lifecycle import ScopeKind, Track
from sprints.models.backlog import BacklogItem
from sprints.models.sprint import AMOUNT, Sprint


class ScopeEntry(models.Model):
    """Work entered a sprint, left it, was done, or was estimated anew; append-only.

    `amount` is in the sprint's unit and never negative; for `resized` it is the new size.
    """

    sprint = models.ForeignKey(Sprint, models.PROTECT, related_name="scope")
    kind = models.CharField(max_length=10, choices=ScopeKind.choices)
    track = models.CharField(max_length=10, choices=Track.choices)
    bug = models.BigIntegerField(null=True, db_column="bug_id")
    item = models.ForeignKey(BacklogItem, models.PROTECT, null=True, related_name="+")
    amount = models.DecimalField(**AMOUNT)
    serves_goal = models.BooleanField(default=False)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=ClockTimestamp())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ScopeKind.values), name="scope_kind_known"),
            models.CheckConstraint(condition=Q(track__in=Track.values), name="scope_track_known"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="scope_not_negative"),
            models.CheckConstraint(
                condition=Q(bug__isnull=False, item__isnull=True)
                | Q(bug__isnull=True, item__isnull=False),
                name="scope_is_of_one_thing",
            ),
        ]
        indexes = [models.Index(fields=["sprint", "id"], name="scope_by_sprint")]
