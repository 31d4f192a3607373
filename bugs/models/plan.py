"""The agreed plan of a fix, revision by revision, and what people said to each (BUG-3)."""

from django.db import models
from django.db.models import Q

from bugs.lifecycle import Said
from bugs.models.bug import Bug
from journal.models import Text
from sprints.models import AMOUNT
from teams.models import Person

#: What a workaround says when one is proposed beside the fix; all of it or nothing.
SAID_OF_A_WORKAROUND = ("workaround", "behaviour", "consequences")


class Plan(models.Model):
    """One revision, never changed: whoever wants another plan writes the next one.

    `by_workaround` says which way is taken: the proper fix, or first the workaround beside it.
    """

    bug = models.ForeignKey(Bug, models.PROTECT, related_name="plans")
    revision = models.PositiveIntegerField()
    approach = models.TextField()
    estimate = models.DecimalField(**AMOUNT)
    outcome = models.TextField(default="")
    #: The day on which customers have the fix.
    customer_date = models.DateField(null=True)
    workaround = models.TextField(default="")
    workaround_effort = models.DecimalField(**AMOUNT, null=True)
    workaround_date = models.DateField(null=True)
    behaviour = models.TextField(default="")
    consequences = models.TextField(default="")
    by_workaround = models.BooleanField(default=False)
    proposed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bug", "revision"], name="plan_revision_once"),
            models.CheckConstraint(condition=Q(revision__gt=0), name="plan_counts_from_one"),
            models.CheckConstraint(condition=~Q(approach=""), name="plan_says_how"),
            models.CheckConstraint(
                condition=Q(estimate__gt=0)
                & (Q(workaround_effort__isnull=True) | Q(workaround_effort__gt=0)),
                name="plan_takes_something",
            ),
            models.CheckConstraint(
                condition=Q(
                    **dict.fromkeys(SAID_OF_A_WORKAROUND, ""),
                    workaround_effort__isnull=True,
                    workaround_date__isnull=True,
                    by_workaround=False,
                )
                | (
                    ~Q(workaround="")
                    & ~Q(behaviour="")
                    & ~Q(consequences="")
                    & Q(workaround_effort__isnull=False, workaround_date__isnull=False)
                ),
                name="plan_workaround_is_whole",
            ),
        ]


class Agreement(models.Model):
    """What one person said to a revision; never changed, the last word of each person counts."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="agreements")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    said = models.CharField(max_length=10, choices=Said.choices)
    reason = models.ForeignKey(Text, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(said__in=Said.values), name="agreement_said_known"),
            models.CheckConstraint(
                condition=Q(said=Said.AGREED) | Q(reason__isnull=False),
                name="agreement_objection_says_why",
            ),
        ]
