"""Policies and timers. A timer is a row with an indexed due moment, one per report, kind and epoch."""

from django.db import models
from django.db.models import F, Q

from journal.models import Event
from teams.models import BusinessCalendar, Person, Team


class TimerKind(models.TextChoices):
    """Promises to the reporter, then the clocks by which work is tended."""

    FIRST_RESPONSE = "first_response"
    CLASSIFICATION = "classification"
    NEXT_UPDATE = "next_update"
    TIMEBOX = "timebox"  # of an investigation (PR-10)
    ANSWER = "answer"  # to a question that was asked
    RESUBMISSION = "resubmission"  # of a report that was returned


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
    published_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    #: Shares of the working time of a target: when its holder is warned, and when the lead hears.
    warn_percent = models.PositiveSmallIntegerField(default=75)
    escalate_percent = models.PositiveSmallIntegerField(default=125)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "number"], name="policy_version_numbered"),
            models.CheckConstraint(
                condition=Q(warn_percent__gt=0, warn_percent__lt=100, escalate_percent__gt=100),
                name="policy_warns_before_and_escalates_after",
            ),
        ]


class PolicyTarget(models.Model):
    """How long a kind of promise may take at a priority, in business time or around the clock.

    The clocks by which work is tended are the same at every priority: theirs is empty.
    """

    version = models.ForeignKey(PolicyVersion, models.CASCADE, related_name="targets")
    kind = models.CharField(max_length=20, choices=TimerKind.choices)
    priority = models.CharField(max_length=2, blank=True)
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


class Stage(models.IntegerChoices):
    """How much of a timer has been told, once each."""

    ARMED = 0
    WARNED = 1
    BREACHED = 2
    ESCALATED = 3


class Timer(models.Model):
    """One epoch of a clock: due at a moment, stopped by an event, or passed.

    `next_at` is the one moment at which the sweep looks at it; null when nothing is to be told any more,
    while it is paused, and for what an import or a demonstration tells of the past. While it is paused
    the moments are those that it would have if it went on as it stopped.
    """

    # No index of a key that nobody looks up: each told stage writes every index of its row anew.
    report = models.ForeignKey(
        "ProblemReport", models.PROTECT, related_name="timers", db_index=False
    )
    kind = models.CharField(max_length=20, choices=TimerKind.choices)
    epoch = models.PositiveSmallIntegerField()
    policy_version = models.ForeignKey(
        PolicyVersion, models.PROTECT, related_name="timers", db_index=False
    )
    #: Whose target it is; empty for a kind whose target is the same at every priority.
    priority = models.CharField(max_length=2, blank=True, default="")
    #: The version of the calendar that it counts by; null around the clock.
    calendar = models.ForeignKey(
        BusinessCalendar, models.PROTECT, null=True, related_name="+", db_index=False
    )
    calendar_number = models.PositiveIntegerField(null=True)
    state = models.CharField(max_length=12, choices=TimerState.choices)
    stage = models.PositiveSmallIntegerField(choices=Stage.choices, default=Stage.ARMED)
    started_at = models.DateTimeField()
    warn_at = models.DateTimeField()
    due_at = models.DateTimeField()
    escalate_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    paused_since = models.DateTimeField(null=True)
    armed_at = models.DateTimeField()
    armed_because = models.CharField(max_length=20)
    stopped_at = models.DateTimeField(null=True)
    stopped_by = models.ForeignKey(
        Event, models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "kind", "epoch"], name="timer_epoch_once"),
            models.UniqueConstraint(
                fields=["report", "kind"],
                condition=Q(stopped_at__isnull=True) & ~Q(state=TimerState.SUPERSEDED),
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
            # Breached is what was told to be, and nothing is told to be breached and then met.
            models.CheckConstraint(
                condition=Q(state=TimerState.SUPERSEDED)
                | Q(state=TimerState.BREACHED, stage__gte=Stage.BREACHED)
                | Q(state__in=(TimerState.ARMED, TimerState.MET), stage__lt=Stage.BREACHED),
                name="timer_breached_is_told",
            ),
            models.CheckConstraint(
                condition=Q(stage__lte=Stage.ESCALATED), name="timer_stage_known"
            ),
            models.CheckConstraint(
                condition=Q(warn_at__lte=F("due_at"), escalate_at__gte=F("due_at")),
                name="timer_moments_in_order",
            ),
            models.CheckConstraint(
                condition=Q(next_at__isnull=True)
                | Q(stopped_at__isnull=True, state__in=(TimerState.ARMED, TimerState.BREACHED)),
                name="timer_looked_at_while_it_runs",
            ),
            models.CheckConstraint(
                condition=Q(calendar__isnull=True, calendar_number__isnull=True)
                | Q(calendar__isnull=False, calendar_number__isnull=False),
                name="timer_calendar_has_a_version",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_at", "id"], name="timer_next", condition=Q(next_at__isnull=False)
            ),
            # What the clock itself does something about: nobody answered, nobody filed again.
            models.Index(
                fields=["kind", "report"],
                name="timer_acted_upon",
                condition=Q(
                    state=TimerState.BREACHED,
                    stopped_at__isnull=True,
                    kind__in=(TimerKind.ANSWER, TimerKind.RESUBMISSION),
                ),
            ),
        ]


class Signal(models.Model):
    """What was told of a timer: each stage once, tied to its event. Append-only by a trigger."""

    timer = models.ForeignKey(Timer, models.PROTECT, related_name="signals", db_index=False)
    stage = models.PositiveSmallIntegerField(choices=Stage.choices)
    event = models.OneToOneField(Event, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["timer", "stage"], name="signal_once"),
            models.CheckConstraint(
                condition=Q(stage__gt=Stage.ARMED, stage__lte=Stage.ESCALATED),
                name="signal_tells_a_stage",
            ),
        ]
