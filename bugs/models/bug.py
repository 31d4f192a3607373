"""A bug: a confirmed defect."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from bugs.lifecycle import (
    CLOCK_ACTS,
    LIFECYCLE,
    OPEN,
    SPRINT_ACTS,
    P1Way,
    PlanState,
    Priority,
    State,
)
from bugs.models.release import Release
from foundation.references import reference
from sprints.models import AMOUNT, Sprint
from teams.models import Person, ProductArea, Team


class Bug(models.Model):
    """A confirmed defect. `opened_by` is the classification that opened it, and it never changes."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="bugs")
    product_area = models.ForeignKey(ProductArea, models.PROTECT, related_name="bugs")
    title = models.CharField(max_length=200)
    how_confirmed = models.TextField()
    state = models.CharField(max_length=20, choices=State.choices, default=State.TO_BE_SCHEDULED)
    priority = models.CharField(max_length=2, choices=Priority.choices)
    estimate = models.DecimalField(**AMOUNT, null=True)
    sprint = models.ForeignKey(Sprint, models.PROTECT, null=True, related_name="bugs")
    #: What the sprint's reserve holds for it, in the team's unit; null for planned work.
    injected_at_price = models.DecimalField(**AMOUNT, null=True)
    #: Of a P1: the team's way of fixing one when it was injected (BUG-7).
    p1_way = models.CharField(max_length=20, choices=P1Way.choices, null=True)  # noqa: DJ001
    #: Of a P1 that is fixed: how it really went, whatever the policy says.
    p1_done_as = models.CharField(max_length=20, choices=P1Way.choices, null=True)  # noqa: DJ001
    #: Marked at planning: it may leave for an injection without a question (SPR-4).
    swappable = models.BooleanField(default=False)
    serves_goal = models.BooleanField(default=False)
    #: Who started the fix, and is asked before it leaves a sprint.
    worked_on_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    #: Who works on it with them; counts as knowledge of its area (BUG-8).
    paired_with = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    #: How the last revision of its plan stands; empty without a plan.
    plan_state = models.CharField(max_length=10, choices=PlanState.choices, default="", blank=True)
    #: A loan is open (BUG-4); kept by a trigger of the database alone, so that nobody forgets it.
    owes = models.BooleanField(default=False, db_default=False, editable=False)
    review_on = models.DateField(null=True)
    #: When somebody is reminded that it waits for a decision; kept by the clock alone.
    nag_at = models.DateTimeField(null=True)
    fixed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    fixed_at = models.DateTimeField(null=True)
    verified_at = models.DateTimeField(null=True)
    #: The version that has the fix, or will have it (BUG-6).
    release = models.ForeignKey(Release, models.PROTECT, null=True, related_name="bugs")
    opened_at = models.DateTimeField()
    # Keys upward: a migration of problem_reports ties them to classification(id, outcome).
    opened_by = models.BigIntegerField(unique=True)
    opened_outcome = models.CharField(max_length=20, default="bug", db_default="bug")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(p1_way__isnull=True) | Q(p1_way__in=P1Way.values),
                name="bug_p1_way_known",
            ),
            models.CheckConstraint(
                condition=Q(p1_done_as__isnull=True)
                | Q(p1_done_as__in=P1Way.values, fixed_at__isnull=False),
                name="bug_p1_done_as_known_when_fixed",
            ),
            models.CheckConstraint(
                condition=Q(worked_on_by__isnull=True)
                | Q(paired_with__isnull=True)
                | ~Q(worked_on_by=F("paired_with")),
                name="bug_pair_is_two_people",
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="bug_state_known"),
            models.CheckConstraint(
                condition=Q(priority__in=Priority.values), name="bug_priority_known"
            ),
            models.CheckConstraint(
                condition=Q(plan_state__in=("", *PlanState.values)), name="bug_plan_state_known"
            ),
            models.CheckConstraint(
                condition=Q(opened_outcome="bug"), name="bug_opened_by_a_bug_outcome"
            ),
            models.CheckConstraint(
                condition=Q(estimate__isnull=True) | Q(estimate__gt=0), name="bug_estimate_positive"
            ),
            models.CheckConstraint(
                condition=Q(sprint__isnull=False)
                | ~Q(state__in=(State.SCHEDULED, State.IN_SPRINT, State.IN_PROGRESS))
                # Injected while no sprint ran: its entry waits for the next one.
                | Q(
                    state__in=(State.IN_SPRINT, State.IN_PROGRESS), injected_at_price__isnull=False
                ),
                name="bug_planned_names_its_sprint",
            ),
            models.CheckConstraint(
                condition=Q(sprint__isnull=True)
                | ~Q(
                    state__in=(
                        State.TO_BE_SCHEDULED,
                        State.POSTPONED,
                        State.DECLINED,
                        State.REFUTED,
                    )
                ),
                name="bug_queued_has_no_sprint",
            ),
            models.CheckConstraint(
                condition=Q(state=State.POSTPONED, review_on__isnull=False)
                | (~Q(state=State.POSTPONED) & Q(review_on__isnull=True)),
                name="bug_postponed_has_review_date",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=(State.FIXED, State.VERIFIED),
                    fixed_by__isnull=False,
                    fixed_at__isnull=False,
                )
                | (
                    ~Q(state__in=(State.FIXED, State.VERIFIED))
                    & Q(fixed_by__isnull=True, fixed_at__isnull=True)
                ),
                name="bug_fixed_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state=State.VERIFIED, verified_at__isnull=False)
                | (~Q(state=State.VERIFIED) & Q(verified_at__isnull=True)),
                name="bug_verified_at_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(release__isnull=True) | Q(state__in=(State.FIXED, State.VERIFIED)),
                name="bug_released_is_fixed",
            ),
            models.CheckConstraint(
                condition=Q(owes=False) | Q(state__in=OPEN),
                name="bug_is_not_closed_while_it_owes",
            ),
            models.CheckConstraint(
                condition=Q(injected_at_price__isnull=True)
                | Q(injected_at_price__gt=0)
                & (
                    Q(sprint__isnull=False)
                    | ~Q(state__in=(State.TO_BE_SCHEDULED, State.SCHEDULED, State.POSTPONED))
                ),
                name="bug_price_is_paid_by_a_sprint",
            ),
        ]
        indexes = [
            models.Index(
                fields=["team", "opened_at", "id"],
                name="bug_awaiting_schedule",
                condition=Q(state=State.TO_BE_SCHEDULED),
            ),
            models.Index(fields=["team", "state", "-id"], name="bug_by_team"),
            models.Index(
                fields=["review_on"], name="bug_comes_back", condition=Q(state=State.POSTPONED)
            ),
            models.Index(fields=["nag_at"], name="bug_nags", condition=Q(nag_at__isnull=False)),
            models.Index(fields=["sprint", "id"], name="bug_by_sprint"),
            models.Index(
                fields=["team"],
                name="bug_waits_for_a_sprint",
                condition=Q(injected_at_price__isnull=False, sprint__isnull=True),
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="bug_state_guard",
                field="state",
                transitions=sorted(LIFECYCLE.moves() | SPRINT_ACTS.moves() | CLOCK_ACTS.moves()),
            )
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    @property
    def reference(self) -> str:
        return reference("BUG", self.pk)

    @property
    def was_injected(self) -> bool:
        return self.injected_at_price is not None
