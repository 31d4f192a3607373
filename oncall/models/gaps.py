"""A gap ahead was told to the team's leads (ONC-4)."""

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import Q

from oncall.models.kinds import DutyKind, has_start_and_end, once_a_shift
from teams.models import Team


class GapTold(models.Model):
    """A stretch without a holder, told once; one that somebody closed may open again, and is told again."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="gaps_told")
    duty = models.CharField(max_length=20, choices=DutyKind.choices)
    during = DateTimeRangeField()
    told_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            once_a_shift("gap_told_once", Q(closed_at__isnull=True)),
            has_start_and_end("gap_has_start_and_end"),
            models.CheckConstraint(condition=Q(duty__in=DutyKind.values), name="gap_duty_known"),
        ]
