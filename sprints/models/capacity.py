"""Who is there in a sprint, for how much, and what a team reckons with (SPR-1)."""

from django.db import models
from django.db.models import Q

from sprints.models.sprint import AMOUNT, Sprint
from teams.models import Person, Team


class Planning(models.Model):
    """What a team reckons with when it plans; a team without a row has the defaults.

    `hours_per_point` is a guess until the team's own record gives one. A duty's share is how much of a
    working day it takes from the person who holds it.
    """

    team = models.OneToOneField(Team, models.PROTECT, related_name="planning")
    hours_per_point = models.DecimalField(max_digits=6, decimal_places=2, default=6)
    focus_percent = models.PositiveSmallIntegerField(default=70)
    on_call_percent = models.PositiveSmallIntegerField(default=50)
    release_manager_percent = models.PositiveSmallIntegerField(default=50)
    stock_hours = models.DecimalField(max_digits=6, decimal_places=2, default=0)
    #: What a shift costs whoever lets a trainee go along on it (ONC-7).
    mentor_hours = models.DecimalField(max_digits=6, decimal_places=2, default=4)
    #: What a page at night takes of the working day after, from whom it told (ONC-3).
    night_hours = models.DecimalField(max_digits=6, decimal_places=2, default=4)
    #: What a new sprint sets aside unless it is said, in the team's unit; null is as much as the one before.
    default_reserve = models.DecimalField(**AMOUNT, null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    hours_per_point__gt=0,
                    stock_hours__gte=0,
                    mentor_hours__gte=0,
                    night_hours__gte=0,
                )
                & Q(focus_percent__gte=1, focus_percent__lte=100)
                & Q(on_call_percent__lte=100, release_manager_percent__lte=100)
                & (Q(default_reserve__isnull=True) | Q(default_reserve__gte=0)),
                name="planning_within_reason",
            )
        ]


class Availability(models.Model):
    """How much of a sprint one person is there: `days` of the team's calendar less `days_off`, at a share."""

    sprint = models.ForeignKey(Sprint, models.CASCADE, related_name="availability")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    days = models.DecimalField(max_digits=5, decimal_places=2)
    days_off = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    share_percent = models.PositiveSmallIntegerField(default=100)
    focus_percent = models.PositiveSmallIntegerField(default=70)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sprint", "person"], name="availability_once"),
            models.CheckConstraint(
                condition=Q(days__gte=0, days_off__gte=0, days_off__lte=models.F("days"))
                & Q(share_percent__gte=1, share_percent__lte=100)
                & Q(focus_percent__gte=1, focus_percent__lte=100),
                name="availability_within_reason",
            ),
        ]
