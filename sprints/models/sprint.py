"""A sprint, and the counters of its reserve: the ledger's sum, guarded by CHECKs."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from foundation.references import reference
from sprints.lifecycle import LIFECYCLE, OVER, State
from sprints.rules.reserve import commit_limit
from teams.models import Team

AMOUNT = {"max_digits": 8, "decimal_places": 2}


class Sprint(models.Model):
    """A time box of one team, in the team's unit. `starts_on` and `ends_on` are both inside it."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="sprints")
    name = models.CharField(max_length=80)
    goal = models.CharField(max_length=300, default="", blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    #: What the people can do in these days, before duties (SPR-1).
    capacity = models.DecimalField(**AMOUNT)
    # What else lowers the commit limit (SPR-2), as it was when the capacity was set.
    release_manager_duty = models.DecimalField(**AMOUNT, default=0)
    on_call_duty = models.DecimalField(**AMOUNT, default=0)
    stock_stream = models.DecimalField(**AMOUNT, default=0)
    #: The planned work as it was committed to, and when.
    committed = models.DecimalField(**AMOUNT, null=True)
    committed_at = models.DateTimeField(null=True)
    #: What one unit of this sprint takes in hours (1 for a team that plans in hours); frozen at its start.
    hours_per_unit = models.DecimalField(max_digits=6, decimal_places=2, default=6)
    #: Said at the close; null until then, and for a sprint without a goal.
    goal_met = models.BooleanField(null=True)
    # Somebody sees the goal at risk; the product owner has seen that they do (SPR-7).
    risk_flagged_at = models.DateTimeField(null=True)
    risk_seen_at = models.DateTimeField(null=True)
    #: When the clock looks whether unused reserve is proposed; null before the start, and once it was.
    proposes_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    size = models.DecimalField(**AMOUNT, default=0)
    held = models.DecimalField(**AMOUNT, default=0)
    spent = models.DecimalField(**AMOUNT, default=0)
    overdraft = models.DecimalField(**AMOUNT, default=0)
    #: Holds that the sprint before left open, for injected work that is not finished: beside the reserve.
    carried = models.DecimalField(**AMOUNT, default=0)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(held__lte=F("size") + F("carried") + F("overdraft") - F("spent")),
                name="reserve_never_below_zero",
            ),
            models.CheckConstraint(
                condition=Q(
                    held__gte=0, spent__gte=0, size__gte=0, overdraft__gte=0, capacity__gte=0
                ),
                name="sprint_amounts_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(
                    release_manager_duty__gte=0,
                    on_call_duty__gte=0,
                    stock_stream__gte=0,
                    carried__gte=0,
                    hours_per_unit__gt=0,
                ),
                name="sprint_duties_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(committed__isnull=True, committed_at__isnull=True)
                | Q(committed__isnull=False, committed__gte=0, committed_at__isnull=False),
                name="sprint_committed_at_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(risk_seen_at__isnull=True) | Q(risk_flagged_at__isnull=False),
                name="sprint_risk_seen_after_flagged",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=False, state__in=OVER)
                | (Q(ended_at__isnull=True) & ~Q(state__in=OVER)),
                name="sprint_ended_when_over",
            ),
            models.CheckConstraint(
                condition=Q(risk_flagged_at__isnull=True) | ~Q(goal=""),
                name="sprint_risk_is_for_a_goal",
            ),
            models.CheckConstraint(
                condition=Q(goal_met__isnull=True) | (Q(state=State.CLOSED) & ~Q(goal="")),
                name="sprint_goal_met_at_the_close",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="sprint_ends_after_start"
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="sprint_state_known"),
            models.UniqueConstraint(
                fields=["team"], condition=Q(state=State.RUNNING), name="one_running_sprint"
            ),
            models.UniqueConstraint(fields=["team", "name"], name="sprint_name_once_per_team"),
        ]
        indexes = [
            models.Index(fields=["team", "-starts_on"], name="sprint_by_team"),
            models.Index(
                fields=["proposes_at"],
                name="sprint_proposes",
                condition=Q(state=State.RUNNING, proposes_at__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="sprint_state_guard", field="state", transitions=sorted(LIFECYCLE.moves())
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def reference(self) -> str:
        return reference("SP", self.pk)

    @property
    def available(self):  # type: ignore[no-untyped-def]
        """What the reserve can still promise, in the team's unit."""
        return self.size + self.carried + self.overdraft - self.held - self.spent

    @property
    def commit_limit(self):  # type: ignore[no-untyped-def]
        """What may be planned, in the team's unit (SPR-2)."""
        return commit_limit(
            self.capacity,
            release_manager_duty=self.release_manager_duty,
            on_call_duty=self.on_call_duty,
            reserve=self.size,
            stock_stream=self.stock_stream,
            carried=self.carried,
        )
