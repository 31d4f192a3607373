"""What keeps a defect from customers before it is repaired, and what the team owes for it (BUG-4)."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from bugs.lifecycle import LOANS, LoanState, MitigationKind, Reminded
from bugs.models.bug import Bug
from sprints.models import BacklogItem
from teams.models import Person

CODE = MitigationKind.CODE_WORKAROUND
#: Of these the team owes the proper fix; of a code workaround the clean-up too.
OWES = (MitigationKind.ROLLBACK, MitigationKind.TOGGLE_OFF, CODE)


class Mitigation(models.Model):
    """One *mitigate*, never changed. Of a customer workaround, `what` is the text that L1 may give out."""

    bug = models.ForeignKey(Bug, models.PROTECT, related_name="mitigations")
    kind = models.CharField(max_length=20, choices=MitigationKind.choices)
    what = models.TextField()
    why = models.TextField(default="")
    #: What it changes for customers.
    behaviour = models.TextField(default="")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=MitigationKind.values), name="mitigation_kind_known"
            ),
            models.CheckConstraint(condition=~Q(what=""), name="mitigation_says_what"),
            models.CheckConstraint(
                condition=~Q(kind=CODE) | (~Q(why="") & ~Q(behaviour="")),
                name="mitigation_by_code_says_why",
            ),
            models.UniqueConstraint(
                fields=["id", "bug", "kind"], name="mitigation_of_bug_and_kind"
            ),
        ]
        indexes = [models.Index(fields=["bug", "-id"], name="mitigation_by_bug")]


class Loan(models.Model):
    """What is owed for a rollback, a toggle or a code workaround. `bug` and `kind` are its mitigation's.

    `owner` and `engineer` are the two signatures under a write-off. `ended_on`: the day in the team's zone.
    """

    bug = models.ForeignKey(Bug, models.PROTECT, related_name="loans")
    mitigation = models.OneToOneField(Mitigation, models.PROTECT, related_name="loan")
    kind = models.CharField(max_length=20, choices=MitigationKind.choices)
    state = models.CharField(max_length=12, choices=LoanState.choices, default=LoanState.OPEN)
    agreed_by = models.ManyToManyField(Person, related_name="+")
    due_on = models.DateField()
    first_due_on = models.DateField()
    extensions = models.PositiveIntegerField(default=0)
    fix_item = models.OneToOneField(BacklogItem, models.PROTECT, related_name="fixes_loan")
    cleanup_item = models.OneToOneField(
        BacklogItem, models.PROTECT, null=True, related_name="cleans_up_loan"
    )
    #: Why nothing is to be cleaned up.
    cleanup_because = models.TextField(default="")
    ended_on = models.DateField(null=True)
    #: When the clock speaks of it next, and what it said last.
    remind_at = models.DateTimeField(null=True)
    reminded = models.CharField(max_length=8, choices=Reminded.choices, default="", blank=True)
    repaid_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    owner = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    engineer = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=LoanState.values), name="loan_state_known"
            ),
            models.CheckConstraint(
                condition=Q(reminded__in=Reminded.values), name="loan_reminded_known"
            ),
            models.CheckConstraint(condition=Q(kind__in=OWES), name="loan_kind_owes"),
            models.CheckConstraint(
                condition=(
                    Q(kind=CODE)
                    & (
                        Q(cleanup_item__isnull=False, cleanup_because="")
                        | (Q(cleanup_item__isnull=True) & ~Q(cleanup_because=""))
                    )
                )
                | (~Q(kind=CODE) & Q(cleanup_item__isnull=True, cleanup_because="")),
                name="loan_of_code_cleans_up_or_says_why_not",
            ),
            models.CheckConstraint(
                condition=Q(extensions=0, due_on=F("first_due_on"))
                | Q(extensions__gt=0, due_on__gt=F("first_due_on")),
                name="loan_extensions_are_counted",
            ),
            models.CheckConstraint(
                condition=Q(state=LoanState.OPEN, ended_on__isnull=True, repaid_by__isnull=True)
                | Q(state=LoanState.REPAID, ended_on__isnull=False, repaid_by__isnull=False)
                | Q(
                    state=LoanState.WRITTEN_OFF,
                    ended_on__isnull=False,
                    repaid_by__isnull=True,
                    owner__isnull=False,
                    engineer__isnull=False,
                ),
                name="loan_ends_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(owner=F("engineer")), name="loan_is_written_off_by_two_people"
            ),
        ]
        indexes = [
            models.Index(fields=["bug", "id"], name="loan_by_bug"),
            models.Index(
                fields=["remind_at"], name="loan_reminds", condition=Q(remind_at__isnull=False)
            ),
            models.Index(
                fields=["due_on", "id"], name="loan_open_by_due", condition=Q(state=LoanState.OPEN)
            ),
        ]
        triggers = [
            pgtrigger.FSM(name="loan_state_guard", field="state", transitions=sorted(LOANS.moves()))
        ]
