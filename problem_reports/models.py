"""Problem Reports and what belongs to them. A report has no field that links to code (PR-3)."""

import uuid

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from bugs.models import Bug
from foundation.references import reference
from journal.models import Text
from oncall.models import Absence
from problem_reports.clocks.models import PolicyTarget, PolicyVersion, Signal, Timer
from problem_reports.lifecycle import (
    LIFECYCLE,
    OPEN,
    Cause,
    Impact,
    Outcome,
    Priority,
    State,
    Urgency,
)
from sprints.models import BacklogItem
from teams.models import Person, ProductArea, Team

__all__ = [
    "Affected",
    "Attachment",
    "Classification",
    "Customer",
    "ImportedFrom",
    "PolicyTarget",
    "PolicyVersion",
    "ProblemReport",
    "Signal",
    "Timer",
    "Watch",
]


class Customer(models.Model):
    """Somebody who has the problem; made on first use, one row whatever the case of the name."""

    name = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(Lower("name"), name="customer_name_any_case")]

    def __str__(self) -> str:
        return self.name


class ProblemReport(models.Model):
    """An uncertain issue. `living` is the classification that counts now, null while it is open."""

    title = models.CharField(max_length=200)
    description = models.TextField()
    steps = models.TextField(default="", blank=True)
    expected = models.TextField(default="", blank=True)
    actual = models.TextField(default="", blank=True)
    affected_version = models.CharField(max_length=80, default="", blank=True)
    environment = models.CharField(max_length=120, default="", blank=True)

    team = models.ForeignKey(Team, models.PROTECT, related_name="reports")
    product_area = models.ForeignKey(ProductArea, models.PROTECT, related_name="reports")
    filing_team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="filed_reports")
    filed_by = models.ForeignKey(Person, models.PROTECT, related_name="filed_reports")
    filed_at = models.DateTimeField()

    impact = models.CharField(max_length=12, choices=Impact.choices)
    urgency = models.CharField(max_length=10, choices=Urgency.choices)
    stated_priority = models.CharField(max_length=2, choices=Priority.choices)
    priority = models.CharField(max_length=2, choices=Priority.choices)
    prioritised_at = models.DateTimeField(null=True)

    state = models.CharField(max_length=20, choices=State.choices, default=State.TO_BE_INVESTIGATED)
    #: The states left for waiting and snoozing, oldest first; *answer* and *wake* lead back.
    left = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    #: Who has to answer while it waits; empty is the reporter.
    third_party = models.CharField(max_length=120, default="", db_default="", blank=True)
    assignee = models.ForeignKey(Person, models.PROTECT, null=True, related_name="investigations")
    started_at = models.DateTimeField(null=True)
    snoozed_until = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    living = models.OneToOneField(
        "Classification", models.PROTECT, null=True, related_name="living_for"
    )
    #: Confirmed, and cause and hours are still to be told by then (PR-4); when who owes them hears of it next.
    cause_due_at = models.DateTimeField(null=True)
    cause_nag_at = models.DateTimeField(null=True)
    #: The nearest promise that is not yet kept; null when none runs. Copied from the timers.
    due_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    #: Read with it for its page: the names of whom it affects.
    customer_names: list[str]
    #: During an act: the state that it found.
    was: str
    #: Of a report that was filed a moment ago: the timers that were armed with it, and whom it affects.
    promised: list[Timer]
    first_affected: list[str]

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="report_state_known"),
            models.CheckConstraint(
                condition=Q(priority__in=Priority.values, stated_priority__in=Priority.values),
                name="report_priority_known",
            ),
            models.CheckConstraint(
                condition=Q(impact__in=Impact.values, urgency__in=Urgency.values),
                name="report_impact_and_urgency_known",
            ),
            models.CheckConstraint(
                condition=Q(state=State.CLOSED, living__isnull=False, closed_at__isnull=False)
                | (~Q(state=State.CLOSED) & Q(living__isnull=True, closed_at__isnull=True)),
                name="report_closed_by_a_classification",
            ),
            models.CheckConstraint(
                condition=(
                    Q(state__in=(State.ASSIGNED, State.INVESTIGATING)) & Q(assignee__isnull=False)
                )
                | (
                    Q(state__in=(State.TO_BE_INVESTIGATED, State.RETURNED))
                    & Q(assignee__isnull=True)
                )
                | Q(state__in=(State.WAITING, State.SNOOZED, State.CLOSED)),
                name="report_held_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state__in=(State.WAITING, State.SNOOZED), left__len__gt=0)
                | (~Q(state__in=(State.WAITING, State.SNOOZED)) & Q(left__len=0)),
                name="report_aside_knows_the_way_back",
            ),
            # *answer* and *wake* lead back to work that somebody does: it must still be somebody's.
            models.CheckConstraint(
                condition=~Q(left__overlap=[State.ASSIGNED, State.INVESTIGATING])
                | Q(assignee__isnull=False),
                name="report_way_back_is_held",
            ),
            models.CheckConstraint(
                condition=Q(state=State.SNOOZED, snoozed_until__isnull=False)
                | Q(state=State.WAITING)
                | (~Q(state__in=(State.WAITING, State.SNOOZED)) & Q(snoozed_until__isnull=True)),
                name="report_snoozed_until_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(cause_due_at__isnull=True, cause_nag_at__isnull=True)
                | Q(cause_due_at__isnull=False, cause_nag_at__isnull=False, state=State.CLOSED),
                name="report_owes_its_cause_once_closed",
            ),
        ]
        indexes = [
            models.Index(
                fields=["team", "due_at", "id"],
                name="report_queue",
                condition=Q(state=State.TO_BE_INVESTIGATED),
            ),
            models.Index(fields=["team", "state", "-id"], name="report_by_team"),
            models.Index(fields=["state", "-id"], name="report_by_state"),
            models.Index(fields=["priority", "-id"], name="report_by_priority"),
            models.Index(fields=["filing_team", "-id"], name="report_by_filing_team"),
            models.Index(fields=["product_area", "-id"], name="report_by_area"),
            models.Index(
                fields=["snoozed_until"],
                name="report_wakes",
                condition=Q(state=State.SNOOZED),
            ),
            models.Index(
                fields=["cause_nag_at", "id"],
                name="report_owes_its_cause",
                condition=Q(cause_nag_at__isnull=False),
            ),
            models.Index(
                fields=["assignee", "-id"], name="report_held", condition=Q(state__in=OPEN)
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="report_state_guard", field="state", transitions=sorted(LIFECYCLE.moves())
            )
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    @property
    def reference(self) -> str:
        return reference("PR", self.pk)


class Classification(models.Model):
    """One judgement of what a report was; append-only, a new number for every judgement."""

    report = models.ForeignKey(ProblemReport, models.PROTECT, related_name="classifications")
    number = models.PositiveSmallIntegerField()
    outcome = models.CharField(max_length=20, choices=Outcome.choices)
    cause = models.CharField(max_length=20, choices=Cause.choices)
    hours = models.DecimalField(max_digits=7, decimal_places=2)
    message = models.ForeignKey(Text, models.PROTECT, related_name="+")
    bug = models.ForeignKey(Bug, models.PROTECT, null=True, related_name="classifications")
    duplicate_of = models.ForeignKey(
        ProblemReport, models.PROTECT, null=True, related_name="named_as_original_by"
    )
    already_fixed_in = models.CharField(max_length=80, default="", blank=True)
    #: What a wish became in the product owner's backlog; a judgement from before it had one has none.
    item = models.ForeignKey(BacklogItem, models.PROTECT, null=True, related_name="classifications")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "number"], name="classification_numbered"),
            # The target of the deferred key from bugs: a bug needs a classification *as a bug*.
            models.UniqueConstraint(fields=["id", "outcome"], name="classification_with_outcome"),
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="outcome_known"),
            models.CheckConstraint(condition=Q(cause__in=Cause.values), name="cause_known"),
            models.CheckConstraint(condition=Q(hours__gte=0), name="hours_not_negative"),
            models.CheckConstraint(
                condition=Q(outcome=Outcome.BUG, bug__isnull=False)
                | (~Q(outcome=Outcome.BUG) & Q(bug__isnull=True)),
                name="bug_outcome_has_a_bug",
            ),
            models.CheckConstraint(
                condition=Q(outcome=Outcome.DUPLICATE, duplicate_of__isnull=False)
                | (~Q(outcome=Outcome.DUPLICATE) & Q(duplicate_of__isnull=True)),
                name="duplicate_names_the_original",
            ),
            models.CheckConstraint(
                condition=~Q(duplicate_of=F("report")), name="duplicate_never_of_itself"
            ),
            models.CheckConstraint(
                condition=(Q(outcome=Outcome.ALREADY_FIXED) & ~Q(already_fixed_in=""))
                | (~Q(outcome=Outcome.ALREADY_FIXED) & Q(already_fixed_in="")),
                name="already_fixed_names_a_version",
            ),
            models.CheckConstraint(
                condition=Q(item__isnull=True) | Q(outcome=Outcome.EVOLUTION),
                name="only_a_wish_names_an_item",
            ),
        ]


class Affected(models.Model):
    """A customer who has the problem of a report; joining twice changes nothing."""

    report = models.ForeignKey(ProblemReport, models.CASCADE, related_name="affected")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="affected")
    joined_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "customer"], name="customer_joined_once")
        ]


class Watch(models.Model):
    report = models.ForeignKey(ProblemReport, models.CASCADE, related_name="watches")
    person = models.ForeignKey(Person, models.CASCADE, related_name="watches")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "person"], name="watched_once")]


class AbsenceSeen(models.Model):
    """What an absence leaves lying was looked at, once; append-only."""

    absence = models.OneToOneField(Absence, models.PROTECT, related_name="seen")
    at = models.DateTimeField()


class Attachment(models.Model):
    """A screenshot or a log: stored under a random name, always served as a download."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    report = models.ForeignKey(ProblemReport, models.PROTECT, related_name="attachments")
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=80)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    file = models.FileField(upload_to="attachments/%Y/%m/", max_length=200)
    attached_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    attached_at = models.DateTimeField()


class ImportedFrom(models.Model):
    """Where an imported event came from: log, case and the nth event of the case, once (CH-1)."""

    log = models.CharField(max_length=80)
    case = models.CharField(max_length=120)
    nth = models.PositiveIntegerField()
    report = models.ForeignKey(ProblemReport, models.PROTECT, related_name="imported_from")
    event = models.OneToOneField("journal.Event", models.PROTECT, related_name="imported_from")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["log", "case", "nth"], name="imported_event_once")
        ]
