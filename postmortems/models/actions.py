"""What a post-mortem leads to: an action is a backlog item with an owner, a date and a proof (PM-6)."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from foundation.references import reference
from journal.models import Text
from postmortems.lifecycle.actions import (
    ACTIONS,
    OF_ITS_ITEM,
    OPEN_ACTION,
    WAS_DONE,
    ActionKind,
    ActionReminded,
    ActionState,
    Means,
)
from postmortems.models.parts import Barrier, Factor
from postmortems.models.post_mortem import PostMortem
from sprints.models import BacklogItem
from teams.models import Person


class Action(models.Model):
    """There is no second list: its key, title, rationale and plan are those of its backlog item.

    It comes from a factor or from a barrier. `figures` are what it rested on when it was accepted.
    """

    item = models.OneToOneField(
        BacklogItem, models.PROTECT, primary_key=True, related_name="action"
    )
    post_mortem = models.ForeignKey(PostMortem, models.PROTECT, related_name="actions")
    factor = models.ForeignKey(Factor, models.PROTECT, null=True, related_name="actions")
    barrier = models.ForeignKey(Barrier, models.PROTECT, null=True, related_name="actions")
    state = models.CharField(
        max_length=10, choices=ActionState.choices, default=ActionState.PROPOSED
    )
    kind = models.CharField(max_length=8, choices=ActionKind.choices)
    means = models.CharField(max_length=10, choices=Means.choices)
    owner = models.ForeignKey(Person, models.PROTECT, related_name="+")
    due_on = models.DateField()
    agreed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    agreed_at = models.DateTimeField()
    figures = models.JSONField(null=True)
    accepted_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    done_at = models.DateTimeField(null=True)
    verified_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    verified_at = models.DateTimeField(null=True)
    #: How it was seen that it holds.
    proof = models.ForeignKey(Text, models.PROTECT, null=True, related_name="+")
    #: When the clock speaks of it next, and what it said last.
    remind_at = models.DateTimeField(null=True)
    reminded = models.CharField(
        max_length=8, choices=ActionReminded.choices, default="", blank=True
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ActionState.values), name="action_state_known"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=ActionKind.values), name="action_kind_known"
            ),
            models.CheckConstraint(condition=Q(means__in=Means.values), name="action_means_known"),
            models.CheckConstraint(
                condition=Q(reminded__in=["", *ActionReminded.values]), name="action_reminded_known"
            ),
            models.CheckConstraint(
                condition=Q(factor__isnull=False, barrier__isnull=True)
                | Q(factor__isnull=True, barrier__isnull=False),
                name="action_comes_from_one_thing",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=(ActionState.ACCEPTED, *WAS_DONE))
                | Q(figures__isnull=False, accepted_at__isnull=False),
                name="action_accepted_on_figures",
            ),
            models.CheckConstraint(
                condition=Q(state__in=WAS_DONE, done_by__isnull=False, done_at__isnull=False)
                | (~Q(state__in=WAS_DONE) & Q(done_by__isnull=True, done_at__isnull=True)),
                name="action_done_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(
                    state=ActionState.VERIFIED,
                    verified_by__isnull=False,
                    verified_at__isnull=False,
                    proof__isnull=False,
                )
                | (
                    ~Q(state=ActionState.VERIFIED)
                    & Q(verified_by__isnull=True, verified_at__isnull=True, proof__isnull=True)
                ),
                name="action_verified_with_a_proof",
            ),
            models.CheckConstraint(
                condition=Q(verified_by__isnull=True) | ~Q(verified_by=F("done_by")),
                name="action_is_verified_by_another",
            ),
            models.CheckConstraint(
                condition=Q(remind_at__isnull=True) | Q(state__in=(*OPEN_ACTION, ActionState.DONE)),
                name="action_reminds_while_open",
            ),
        ]
        indexes = [
            models.Index(fields=["post_mortem"], name="action_by_post_mortem"),
            models.Index(
                fields=["remind_at"], name="action_reminds", condition=Q(remind_at__isnull=False)
            ),
            models.Index(
                fields=["due_on", "item"], name="action_open_by_due", condition=Q(state__in=OPEN_ACTION)
            ),
        ]  # fmt: skip
        triggers = [
            pgtrigger.FSM(
                name="action_state_guard",
                field="state",
                transitions=sorted(ACTIONS.moves() | OF_ITS_ITEM.moves()),
            )
        ]

    def __str__(self) -> str:
        return f"{self.reference} of {self.post_mortem.reference}"

    @property
    def reference(self) -> str:
        return reference("BI", self.pk)

    @property
    def comes_from(self) -> str:
        """The factor or the barrier, in its own words."""
        if self.factor is not None:
            return self.factor.statement
        return self.barrier.what if self.barrier is not None else ""
