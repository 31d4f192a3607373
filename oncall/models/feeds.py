"""Calendar feeds: the secret addresses, and what they have told calendar programs so far (ONC-4)."""

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import Q

from oncall.models.duty import DutyKind
from teams.models import Person, Team


class Feed(models.Model):
    """One secret address: its owner's duties in every team, or with `team` everybody's in that team.

    Of the secret only the hash is kept. A renewed address is another row; the old one is revoked.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="feeds")
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="feeds")
    secret_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "team"],
                condition=Q(revoked_at__isnull=True),
                nulls_distinct=False,
                name="feed_one_address_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(("secret_hash__regex", "^[0-9a-f]{64}$")),
                name="feed_keeps_only_a_hash",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True) | Q(revoked_at__gte=models.F("made_at")),
                name="feed_revoked_after_it_was_made",
            ),
        ]


class FeedEntry(models.Model):
    """One stretch of a shift as calendars have it: what was published stays, so that its end can be told.

    `uid` names the shift, its holder and which of its stretches this is, never its times; each change
    raises `sequence`. A trigger refuses deletion, another uid and a smaller sequence.
    """

    team = models.ForeignKey(Team, models.PROTECT, related_name="feed_entries")
    duty = models.CharField(max_length=20, choices=DutyKind.choices)
    person = models.ForeignKey(Person, models.PROTECT, related_name="feed_entries")
    slot = models.CharField(max_length=60)
    part = models.PositiveSmallIntegerField()
    uid = models.CharField(max_length=80, unique=True)
    sequence = models.PositiveIntegerField(default=0)
    during = DateTimeRangeField()
    cancelled = models.BooleanField(default=False)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team", "duty", "person", "slot", "part"], name="feed_entry_once"
            ),
            models.CheckConstraint(
                condition=Q(duty__in=DutyKind.values), name="feed_entry_duty_known"
            ),
            models.CheckConstraint(
                condition=Q(during__isempty=False)
                & Q(during__lower_inf=False)
                & Q(during__upper_inf=False)
                & Q(during__lower_inc=True)
                & Q(during__upper_inc=False),
                name="feed_entry_has_start_and_end",
            ),
        ]
