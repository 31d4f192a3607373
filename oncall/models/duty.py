"""The published schedule: who holds which duty of a team, from when until when. All floors above read this."""

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import Q

from oncall.lifecycle import Why
from oncall.models.kinds import DutyKind, has_start_and_end, once_a_shift
from oncall.models.rotation import Rotation
from teams.models import Person, Team


class Duty(models.Model):
    """One person holds one duty of one team during [start, end). The database refuses two holders.

    A rotation writes its rows by `services.publishing` alone; what was before its `published_at` stays.
    """

    team = models.ForeignKey(Team, models.PROTECT, related_name="duties")
    duty = models.CharField(max_length=20, choices=DutyKind.choices)
    person = models.ForeignKey(Person, models.PROTECT, related_name="duties")
    during = DateTimeRangeField()
    version = models.PositiveIntegerField(default=1)
    #: What published it, which shift it is a part of, why it is theirs, and whose it was before a swap.
    rotation = models.ForeignKey(Rotation, models.PROTECT, null=True, related_name="duties")
    slot = models.CharField(max_length=60, default="", db_default="", blank=True)
    why = models.CharField(
        max_length=10, choices=Why.choices, default=Why.GIVEN, db_default=Why.GIVEN
    )
    instead_of = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            once_a_shift("duty_has_one_holder"),
            models.CheckConstraint(condition=Q(duty__in=DutyKind.values), name="duty_known"),
            has_start_and_end("duty_has_start_and_end"),
            models.CheckConstraint(condition=Q(why__in=Why.values), name="duty_why_known"),
            models.CheckConstraint(
                condition=Q(rotation__isnull=True, why=Why.GIVEN, slot="", instead_of__isnull=True)
                | (Q(rotation__isnull=False) & ~Q(why=Why.GIVEN) & ~Q(slot="")),
                name="duty_by_hand_or_of_a_rotation",
            ),
        ]
        indexes = [models.Index(fields=["rotation", "slot"], name="duty_by_shift")]
