"""What somebody on call decided about a P0 while no release manager was on duty, for the next one to look at."""

from django.db import models
from django.db.models import Q

from foundation.references import reference
from teams.models import Person, Team


class StandInAct(models.Model):
    """One act to review (ONC-6): written in the act's own transaction, closed by one click."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="stand_in_acts")
    verb = models.CharField(max_length=30)
    # Keys upward, added by migrations of bugs and problem_reports.
    report = models.BigIntegerField(null=True, db_column="report_id")
    bug = models.BigIntegerField(null=True, db_column="bug_id")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reviewed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(report__isnull=False, bug__isnull=True)
                | Q(report__isnull=True, bug__isnull=False),
                name="stand_in_names_its_subject",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True, reviewed_at__isnull=True)
                | Q(reviewed_by__isnull=False, reviewed_at__isnull=False),
                name="stand_in_reviewed_by_somebody",
            ),
        ]
        indexes = [
            models.Index(
                fields=["team", "id"],
                name="stand_in_to_review",
                condition=Q(reviewed_at__isnull=True),
            ),
            models.Index(fields=["report"], name="stand_in_by_report"),
            models.Index(fields=["bug"], name="stand_in_by_bug"),
        ]

    @property
    def about(self) -> str:
        return reference("PR", self.report) if self.report else reference("BUG", self.bug)
