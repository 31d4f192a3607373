"""Planned work that is no defect: the product owner's backlog (SPR-9)."""

import pgtrigger
from django.db import models
from django.db.models import Q

from foundation.references import reference
from sprints.lifecycle import BACKLOG, BACKLOG_SPRINT_ACTS, DebtKind, ItemKind, ItemState
from sprints.models.sprint import AMOUNT, Sprint
from teams.models import Person, ProductArea, Team


class BacklogItem(models.Model):
    """Evolution, prevention, knowledge sharing or debt. `position` is the product owner's order, least first.

    An item mirrored from a tracker has its `url` and, unique per team, its `key`.
    """

    team = models.ForeignKey(Team, models.PROTECT, related_name="backlog")
    product_area = models.ForeignKey(
        ProductArea, models.PROTECT, null=True, related_name="backlog", blank=True
    )
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=12, choices=ItemKind.choices)
    debt = models.CharField(max_length=24, choices=DebtKind.choices, default="", blank=True)
    #: Why the business wants it; debt and prevention do not go without one.
    rationale = models.TextField(default="", blank=True)
    url = models.URLField(max_length=500, default="", blank=True)
    key = models.CharField(max_length=60, default="", blank=True)
    state = models.CharField(max_length=12, choices=ItemState.choices, default=ItemState.PROPOSED)
    position = models.DecimalField(max_digits=20, decimal_places=10)
    estimate = models.DecimalField(**AMOUNT, null=True)
    sprint = models.ForeignKey(Sprint, models.PROTECT, null=True, related_name="items")
    #: Marked at planning: it may leave for an injection without a question (SPR-4).
    swappable = models.BooleanField(default=False)
    serves_goal = models.BooleanField(default=False)
    #: From the stock stream: old work that has hours of its own (SPR-12).
    stock = models.BooleanField(default=False)
    worked_on_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    added_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ItemKind.values), name="item_kind_known"),
            models.CheckConstraint(
                condition=Q(kind=ItemKind.DEBT, debt__in=DebtKind.values)
                | (~Q(kind=ItemKind.DEBT) & Q(debt="")),
                name="item_debt_has_a_kind",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=(ItemKind.DEBT, ItemKind.PREVENTION)) | ~Q(rationale=""),
                name="item_says_why",
            ),
            models.CheckConstraint(
                condition=Q(state__in=ItemState.values), name="item_state_known"
            ),
            models.CheckConstraint(
                condition=Q(estimate__isnull=True) | Q(estimate__gt=0),
                name="item_estimate_positive",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=(ItemState.SCHEDULED, ItemState.IN_PROGRESS),
                    sprint__isnull=False,
                    estimate__isnull=False,
                )
                | Q(state=ItemState.FINISHED)
                | (
                    ~Q(state__in=(ItemState.SCHEDULED, ItemState.IN_PROGRESS))
                    & Q(sprint__isnull=True)
                ),
                name="item_planned_names_its_sprint",
            ),
            models.CheckConstraint(
                condition=Q(state=ItemState.IN_PROGRESS, worked_on_by__isnull=False)
                | ~Q(state=ItemState.IN_PROGRESS),
                name="item_is_worked_on_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state=ItemState.FINISHED, finished_at__isnull=False)
                | (~Q(state=ItemState.FINISHED) & Q(finished_at__isnull=True)),
                name="item_finished_at_a_moment",
            ),
            models.UniqueConstraint(
                fields=["team", "key"], condition=~Q(key=""), name="item_key_once_per_team"
            ),
            models.UniqueConstraint(
                fields=["team", "position"],
                deferrable=models.Deferrable.DEFERRED,
                name="item_position_once",
            ),
        ]
        indexes = [
            models.Index(fields=["team", "state", "position"], name="item_by_order"),
            models.Index(fields=["sprint", "position"], name="item_by_sprint"),
        ]
        triggers = [
            pgtrigger.FSM(
                name="item_state_guard",
                field="state",
                transitions=sorted(BACKLOG.moves() | BACKLOG_SPRINT_ACTS.moves()),
            )
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    @property
    def reference(self) -> str:
        return reference("BI", self.pk)
