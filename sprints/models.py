"""Sprints and the reserve ledger. The counters are the ledger's sum, guarded by CHECKs."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from foundation.references import reference
from journal.models import ClockTimestamp
from sprints.lifecycle import LIFECYCLE, EntryKind, State
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
    capacity = models.DecimalField(**AMOUNT)
    size = models.DecimalField(**AMOUNT, default=0)
    held = models.DecimalField(**AMOUNT, default=0)
    spent = models.DecimalField(**AMOUNT, default=0)
    overdraft = models.DecimalField(**AMOUNT, default=0)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(held__lte=F("size") + F("overdraft") - F("spent")),
                name="reserve_never_below_zero",
            ),
            models.CheckConstraint(
                condition=Q(
                    held__gte=0, spent__gte=0, size__gte=0, overdraft__gte=0, capacity__gte=0
                ),
                name="sprint_amounts_not_negative",
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
        indexes = [models.Index(fields=["team", "-starts_on"], name="sprint_by_team")]
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
        return self.size + self.overdraft - self.held - self.spent

    @property
    def commit_limit(self):  # type: ignore[no-untyped-def]
        """What may be planned: the capacity less the reserve as it was set (SPR-2, in its first form)."""
        return max(self.capacity - self.size, 0)


class ReserveEntry(models.Model):
    """One line of the reserve's ledger; append-only, so that replay gives any past day."""

    sprint = models.ForeignKey(Sprint, models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=10, choices=EntryKind.choices)
    amount = models.DecimalField(**AMOUNT)
    # The key to bugs.Bug is added by a migration of bugs: that floor is above.
    bug = models.BigIntegerField(null=True, db_column="bug_id")
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=ClockTimestamp())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=EntryKind.values), name="entry_kind_known"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="entry_amount_not_negative"),
            models.CheckConstraint(
                condition=Q(kind=EntryKind.OPEN, bug__isnull=True)
                | (~Q(kind=EntryKind.OPEN) & Q(bug__isnull=False)),
                name="entry_names_its_bug",
            ),
        ]
        indexes = [models.Index(fields=["sprint", "id"], name="entry_by_sprint")]
