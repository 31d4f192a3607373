"""Pages: who was told that something is broken, step by step, until somebody answers (ONC-6)."""

import pgtrigger
from django.db import models
from django.db.models import Q

from foundation.references import reference
from journal.models import ClockTimestamp, Event, Text
from oncall.lifecycle import PAGES, PageState
from oncall.rules.escalation import ANY_HOUR, NEVER, SUPPORT_HOURS
from teams.models import Person, ProductArea, Team


class P1Hours(models.TextChoices):
    SUPPORT_HOURS = SUPPORT_HOURS, "in support hours"
    ANY_HOUR = ANY_HOUR, "at any hour"
    NEVER = NEVER, "never"


class EscalationPolicy(models.Model):
    """A version of whom a team's pages tell, and when. Append-only: a page keeps the version it began with."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="escalation_policies")
    number = models.PositiveIntegerField()
    #: [{"after": minutes, "whom": [...]}], as `oncall.rules.escalation` reads it.
    steps = models.JSONField()
    gives_up_after = models.PositiveIntegerField()
    p1 = models.CharField(max_length=20, choices=P1Hours.choices, default=P1Hours.SUPPORT_HOURS)
    published_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "number"], name="escalation_numbered"),
            models.CheckConstraint(condition=Q(number__gte=1), name="escalation_from_one"),
            models.CheckConstraint(condition=Q(p1__in=P1Hours.values), name="escalation_p1_known"),
        ]


class Page(models.Model):
    """One call for help. `step` is how many steps were told; `next_at` when the clock moves it again.

    `steps` is the snapshot of the policy (0: what a team begins with), with the moment planned for each.
    """

    team = models.ForeignKey(Team, models.PROTECT, related_name="pages")
    # Keys upward, added by migrations of bugs and problem_reports.
    report = models.BigIntegerField(null=True, db_column="report_id")
    bug = models.BigIntegerField(null=True, db_column="bug_id")
    area = models.ForeignKey(ProductArea, models.PROTECT, null=True, related_name="pages")
    priority = models.CharField(max_length=2)
    #: Nobody has prioritised it yet: the reporter alone says so.
    as_stated = models.BooleanField(default=False)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.ForeignKey(Text, models.PROTECT, null=True, related_name="+")
    policy_number = models.PositiveIntegerField()
    steps = models.JSONField()
    gives_up_after = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=PageState.choices, default=PageState.PAGING)
    step = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    acknowledged_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=PageState.values), name="page_state_known"
            ),
            models.CheckConstraint(
                condition=Q(priority__in=("P0", "P1", "P2", "P3")), name="page_priority_known"
            ),
            models.CheckConstraint(
                condition=Q(report__isnull=False, bug__isnull=True)
                | Q(report__isnull=True, bug__isnull=False),
                name="page_names_its_subject",
            ),
            # A page that runs and has no next moment would never be moved again.
            models.CheckConstraint(
                condition=Q(state=PageState.PAGING, next_at__isnull=False)
                | (~Q(state=PageState.PAGING) & Q(next_at__isnull=True)),
                name="page_runs_or_rests",
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_by__isnull=False, acknowledged_at__isnull=False)
                | (
                    ~Q(state=PageState.ACKNOWLEDGED)
                    & Q(acknowledged_by__isnull=True, acknowledged_at__isnull=True)
                ),
                name="page_acknowledged_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["report"],
                condition=Q(state=PageState.PAGING),
                name="page_runs_once_for_a_report",
            ),
            models.UniqueConstraint(
                fields=["bug"], condition=Q(state=PageState.PAGING), name="page_runs_once_for_a_bug"
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_at", "id"], name="page_next", condition=Q(state=PageState.PAGING)
            ),
            models.Index(fields=["team", "-id"], name="page_by_team"),
            models.Index(fields=["report", "-id"], name="page_by_report"),
            models.Index(fields=["bug", "-id"], name="page_by_bug"),
        ]
        triggers = [
            pgtrigger.FSM(name="page_state_guard", field="state", transitions=sorted(PAGES.moves()))
        ]

    @property
    def about(self) -> str:
        return reference("PR", self.report) if self.report else reference("BUG", self.bug)


class PageStep(models.Model):
    """A person was told in a step (from 1) of a page, once. Append-only; a trigger asks that the page runs."""

    page = models.ForeignKey(Page, models.PROTECT, related_name="told")
    step = models.PositiveSmallIntegerField()
    person = models.ForeignKey(Person, models.PROTECT, related_name="paged")
    event = models.ForeignKey(Event, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=ClockTimestamp())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["page", "step", "person"], name="page_step_tells_once"),
        ]
        indexes = [
            models.Index(fields=["person", "-id"], name="page_step_by_person"),
            models.Index(fields=["at"], name="page_step_by_moment"),
        ]
