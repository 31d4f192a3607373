"""When a bug asks for a post-mortem, and what asked for one (PM-1)."""

from django.db import models
from django.db.models import Q

from postmortems.models.post_mortem import PostMortem
from postmortems.rules.triggers import Rule
from sprints.models import AMOUNT
from teams.models import Person, Team


class TriggerRules(models.Model):
    """One version of a team's rules, never changed; before the first one stand those of `rules.triggers.Rules`."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="trigger_rules")
    number = models.PositiveIntegerField()
    p0 = models.BooleanField()
    broken_promise = models.BooleanField()
    reports = models.PositiveSmallIntegerField(null=True)
    customers = models.PositiveSmallIntegerField(null=True)
    displaced = models.DecimalField(**AMOUNT, null=True)
    loan_days = models.PositiveSmallIntegerField(null=True)
    came_back = models.BooleanField()
    cut_reports = models.PositiveSmallIntegerField(null=True)
    cut_hours = models.PositiveSmallIntegerField(null=True)
    published_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "number"], name="trigger_rules_version_once"),
            models.CheckConstraint(condition=Q(number__gt=0), name="trigger_rules_are_counted"),
            models.CheckConstraint(
                condition=Q(reports__isnull=True, customers__isnull=True)
                # Nothing compared is nothing refused: both have to be there.
                | Q(reports__isnull=False, customers__isnull=False, reports__gt=0, customers__gt=0),
                name="trigger_rules_reports_of_customers",
            ),
            models.CheckConstraint(
                condition=(Q(displaced__isnull=True) | Q(displaced__gt=0))
                & (Q(loan_days__isnull=True) | Q(loan_days__gt=0))
                & (Q(cut_reports__isnull=True) | Q(cut_reports__gt=0))
                & (Q(cut_hours__isnull=True) | Q(cut_hours__gt=0)),
                name="trigger_rules_are_positive",
            ),
        ]


class Hit(models.Model):
    """A rule that the figures of a bug, or of small reports, met: it proposed the post-mortem, or joined the one that
    there was. Append-only."""

    post_mortem = models.ForeignKey(PostMortem, models.PROTECT, related_name="hits")
    rule = models.CharField(max_length=16, choices=[(rule.value, rule.value) for rule in Rule])
    words = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["post_mortem", "rule"], name="trigger_hit_once"),
            models.CheckConstraint(
                condition=Q(rule__in=[rule.value for rule in Rule]), name="trigger_hit_rule_known"
            ),
        ]
