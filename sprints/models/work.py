"""Hours of unplanned work, as people log them: what the figures stand on (SPR-10)."""

from django.db import models
from django.db.models import Q

from journal.models import ClockTimestamp
from sprints.lifecycle import WorkKind
from teams.models import Person, ProductArea, Team


class WorkLog(models.Model):
    """Hours that somebody spent on a day; append-only, a mistake is taken back by a row of its own.

    `on` is the day of the work in the team's zone, `recorded_at` when it became known: a back-test reads
    both. A report has no sprint (PR-3): the ledger line that this row causes names the sprint.
    """

    team = models.ForeignKey(Team, models.PROTECT, related_name="work")
    kind = models.CharField(max_length=10, choices=WorkKind.choices)
    # Keys upward, added by migrations of bugs and problem_reports.
    bug = models.BigIntegerField(null=True, db_column="bug_id")
    report = models.BigIntegerField(null=True, db_column="report_id")
    #: Who asked directly, of a shadow request (PR-12).
    source_team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="+")
    area = models.ForeignKey(ProductArea, models.PROTECT, null=True, related_name="+")
    hours = models.DecimalField(max_digits=6, decimal_places=2)
    on = models.DateField()
    #: False for a bug that was scheduled: planned work draws on no reserve.
    unplanned = models.BooleanField()
    note = models.CharField(max_length=200, default="", blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    takes_back = models.OneToOneField("self", models.PROTECT, null=True, related_name="taken_back")
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=ClockTimestamp())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=WorkKind.values), name="work_kind_known"),
            models.CheckConstraint(
                condition=Q(takes_back__isnull=True, hours__gt=0, hours__lte=24)
                | Q(takes_back__isnull=False, hours__lt=0),
                name="work_hours_of_a_day",
            ),
            models.CheckConstraint(
                condition=Q(kind=WorkKind.BUG, bug__isnull=False, report__isnull=True)
                | Q(kind=WorkKind.REPORT, bug__isnull=True, report__isnull=False, unplanned=True)
                | Q(
                    kind__in=(WorkKind.SHADOW, WorkKind.PAGE),
                    bug__isnull=True,
                    report__isnull=True,
                    unplanned=True,
                ),
                name="work_names_its_subject",
            ),
        ]
        indexes = [
            models.Index(fields=["team", "on", "id"], name="work_by_day"),
            models.Index(fields=["bug"], name="work_by_bug", condition=Q(bug__isnull=False)),
            models.Index(
                fields=["report"], name="work_by_report", condition=Q(report__isnull=False)
            ),
        ]
