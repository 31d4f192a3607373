"""The reserve's ledger, and what goes beyond the reserve, by name (SPR-3, SPR-4)."""

from django.db import models
from django.db.models import F, Q

from foundation.references import reference
from journal.models import ClockTimestamp
from sprints.lifecycle import EntryKind, OverdraftState
from sprints.models.backlog import BacklogItem
from sprints.models.sprint import AMOUNT, Sprint
from sprints.models.work import WorkLog
from teams.models import Person

OF_A_BUG = (
    EntryKind.HOLD,
    EntryKind.TRUE_UP,
    EntryKind.RELEASE,
    EntryKind.CARRY_OUT,
    EntryKind.CARRY_IN,
)
OF_A_BUG_OR_WORK = (EntryKind.DEBIT, EntryKind.CREDIT, EntryKind.OVERDRAFT, EntryKind.MAKE_GOOD)
OF_PLANNED_WORK = (EntryKind.SWAP_OUT, EntryKind.PULL_FORWARD)


class ReserveEntry(models.Model):
    """One line of the reserve's ledger; append-only, so that replay gives any past day."""

    sprint = models.ForeignKey(Sprint, models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=12, choices=EntryKind.choices)
    amount = models.DecimalField(**AMOUNT)
    # The key to bugs.Bug is added by a migration of bugs: that floor is above.
    bug = models.BigIntegerField(null=True, db_column="bug_id")
    item = models.ForeignKey(BacklogItem, models.PROTECT, null=True, related_name="+")
    work = models.ForeignKey(WorkLog, models.PROTECT, null=True, related_name="entries")
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=ClockTimestamp())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=EntryKind.values), name="entry_kind_known"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="entry_amount_not_negative"),
            models.CheckConstraint(
                condition=Q(
                    kind=EntryKind.OPEN, bug__isnull=True, item__isnull=True, work__isnull=True
                )
                | Q(kind__in=OF_A_BUG, bug__isnull=False, item__isnull=True)
                | Q(Q(bug__isnull=False) | Q(work__isnull=False), kind__in=OF_A_BUG_OR_WORK)
                & Q(item__isnull=True)
                | Q(kind__in=OF_PLANNED_WORK, work__isnull=True)
                & (
                    Q(bug__isnull=False, item__isnull=True)
                    | Q(bug__isnull=True, item__isnull=False)
                ),
                name="entry_names_its_cause",
            ),
        ]
        indexes = [models.Index(fields=["sprint", "id"], name="entry_by_sprint")]


class Overdraft(models.Model):
    """What one bug (or logged work, without a bug) takes beyond the reserve, until it is answered (SPR-4).

    `left` is what no work that left has made good. The product owner answers by *swap out* or *accept
    risk*, before `due_at`; the work itself never waits for it.
    """

    sprint = models.ForeignKey(Sprint, models.PROTECT, related_name="overdrafts")
    bug = models.BigIntegerField(null=True, db_column="bug_id")
    amount = models.DecimalField(**AMOUNT)
    left = models.DecimalField(**AMOUNT)
    state = models.CharField(
        max_length=10, choices=OverdraftState.choices, default=OverdraftState.OPEN
    )
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    #: When somebody is reminded that it waits for an answer; kept by the clock alone.
    nag_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=OverdraftState.values), name="overdraft_state_known"
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0, left__gte=0, left__lte=F("amount")),
                name="overdraft_left_within_it",
            ),
            models.CheckConstraint(
                condition=Q(
                    state=OverdraftState.OPEN, decided_by__isnull=True, decided_at__isnull=True
                )
                | (
                    ~Q(state=OverdraftState.OPEN)
                    & Q(decided_by__isnull=False, decided_at__isnull=False, nag_at__isnull=True)
                ),
                name="overdraft_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state=OverdraftState.MADE_GOOD) | Q(left=0),
                name="overdraft_made_good_in_full",
            ),
            models.UniqueConstraint(
                fields=["sprint", "bug"],
                condition=Q(state=OverdraftState.OPEN),
                nulls_distinct=False,
                name="one_open_overdraft",
            ),
        ]
        indexes = [
            models.Index(
                fields=["nag_at"], name="overdraft_nags", condition=Q(nag_at__isnull=False)
            )
        ]

    @property
    def version(self) -> int:
        """Its sprint's: an answer changes the plan of the sprint."""
        return self.sprint.version


class Leaving(models.Model):
    """A piece of planned work that is proposed to leave, so that an overdraft is made good."""

    overdraft = models.ForeignKey(Overdraft, models.CASCADE, related_name="leaving")
    bug = models.BigIntegerField(null=True, db_column="bug_id")
    item = models.ForeignKey(BacklogItem, models.PROTECT, null=True, related_name="+")
    points = models.DecimalField(**AMOUNT)
    #: Who works on it and has to say that it may go; null when nobody has started it.
    asked = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    let_go_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(bug__isnull=False, item__isnull=True)
                | Q(bug__isnull=True, item__isnull=False),
                name="leaving_is_one_thing",
            ),
            models.CheckConstraint(condition=Q(points__gte=0), name="leaving_not_negative"),
            models.CheckConstraint(
                condition=Q(let_go_at__isnull=True) | Q(asked__isnull=False),
                name="leaving_let_go_by_who_was_asked",
            ),
            models.UniqueConstraint(
                fields=["overdraft", "bug", "item"], nulls_distinct=False, name="leaves_once"
            ),
        ]

    @property
    def reference(self) -> str:
        return reference("BUG", self.bug) if self.bug else reference("BI", self.item_id)
