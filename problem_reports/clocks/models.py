"""Policies and timers. A timer is a row with an indexed due moment, one per report, kind and epoch."""

from django.db import models
from django.db.models import F, Q

from journal.models import Event
from teams.models import Team


class TimerKind(models.TextChoices):
    FIRST_RESPONSE = "first_response"
    CLASSIFICATION = "classification"


class TimerState(models.TextChoices):
    ARMED = "armed"
    MET = "met"
    BREACHED = "breached"
    SUPERSEDED = "superseded"  # a new epoch took over: another target, policy or start


class PolicyVersion(models.Model):
    """One published set of targets of a team; never edited, only followed by the next number."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="policy_versions")
    number = models.PositiveIntegerField()
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "number"], name="policy_version_numbered")
        ]


class PolicyTarget(models.Model):
    """How long a kind of promise may take at a priority, in business time or around the clock."""

    version = models.ForeignKey(PolicyVersion, models.CASCADE, related_name="targets")
    kind = models.CharField(max_length=20, choices=TimerKind.choices)
    priority = models.CharField(max_length=2)
    seconds = models.PositiveIntegerField()
    around_the_clock = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "kind", "priority"], name="target_once"),
            models.CheckConstraint(condition=Q(seconds__gt=0), name="target_positive"),
            models.CheckConstraint(
                condition=Q(kind__in=TimerKind.values), name="target_kind_known"
            ),
        ]


class Timer(models.Model):
    """A promise that runs: due at a moment, stopped by an event, or passed."""

    report = models.ForeignKey("ProblemReport", models.PROTECT, related_name="timers")
    kind = models.CharField(max_length=20, choices=TimerKind.choices)
    epoch = models.PositiveSmallIntegerField()
    policy_version = models.ForeignKey(PolicyVersion, models.PROTECT, related_name="timers")
    state = models.CharField(max_length=12, choices=TimerState.choices)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    armed_at = models.DateTimeField()
    armed_because = models.CharField(max_length=20)
    stopped_at = models.DateTimeField(null=True)
    stopped_by = models.ForeignKey(Event, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "kind", "epoch"], name="timer_epoch_once"),
            models.UniqueConstraint(
                fields=["report", "kind"],
                condition=~Q(state=TimerState.SUPERSEDED),
                name="timer_one_live_epoch",
            ),
            models.CheckConstraint(
                condition=Q(state__in=TimerState.values), name="timer_state_known"
            ),
            models.CheckConstraint(condition=Q(kind__in=TimerKind.values), name="timer_kind_known"),
            # A late answer can never read as met, whether or not a sweep ran (SLA-3).
            models.CheckConstraint(
                condition=~Q(state=TimerState.MET)
                | Q(stopped_at__isnull=False, stopped_at__lte=F("due_at")),
                name="timer_met_in_time",
            ),
            models.CheckConstraint(
                condition=~Q(state=TimerState.ARMED) | Q(stopped_at__isnull=True),
                name="timer_armed_still_runs",
            ),
            models.CheckConstraint(
                condition=Q(stopped_at__isnull=True) | Q(stopped_by__isnull=False),
                name="timer_stopped_by_an_event",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"], name="timer_due", condition=Q(state=TimerState.ARMED)
            )
        ]
