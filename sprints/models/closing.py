"""What a sprint leaves behind: unfinished work with the reason, and what the team tries next (SPR-11)."""

from django.db import models
from django.db.models import F, Q

from journal.models import Text
from sprints.lifecycle import Helped, Track
from sprints.models.backlog import BacklogItem
from sprints.models.sprint import AMOUNT, Sprint


class Carried(models.Model):
    """A piece of work that a sprint ended without, and why; append-only.

    The reason is the one that the bug's own history tells, so that one redaction takes both away.
    """

    sprint = models.ForeignKey(Sprint, models.PROTECT, related_name="carried_work")
    # The key to bugs.Bug is added by a migration of bugs: that floor is above.
    bug = models.BigIntegerField(null=True, db_column="bug_id")
    item = models.ForeignKey(BacklogItem, models.PROTECT, null=True, related_name="+")
    track = models.CharField(max_length=10, choices=Track.choices)
    points = models.DecimalField(**AMOUNT)
    serves_goal = models.BooleanField(default=False)
    reason = models.ForeignKey(Text, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(bug__isnull=False, item__isnull=True)
                | Q(bug__isnull=True, item__isnull=False),
                name="carried_is_one_thing",
            ),
            models.CheckConstraint(condition=Q(track__in=Track.values), name="carried_track_known"),
            models.CheckConstraint(condition=Q(points__gte=0), name="carried_not_negative"),
            models.UniqueConstraint(
                fields=["sprint", "bug", "item"], nulls_distinct=False, name="carried_once"
            ),
        ]


class Improvement(models.Model):
    """What a team agreed to try after a sprint; whether it helped is said at a later one's retrospective.

    Nobody owns it: the team does. *Too early* may be answered anew.
    """

    sprint = models.ForeignKey(Sprint, models.PROTECT, related_name="improvements")
    text = models.ForeignKey(Text, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    helped = models.CharField(max_length=10, choices=Helped.choices, default="", blank=True)
    judged_in = models.ForeignKey(Sprint, models.PROTECT, null=True, related_name="judged")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(helped="", judged_in__isnull=True)
                | Q(helped__in=Helped.values, judged_in__isnull=False),
                name="improvement_judged_in_a_sprint",
            ),
            models.CheckConstraint(
                condition=Q(judged_in__isnull=True) | ~Q(judged_in=F("sprint")),
                name="improvement_judged_later",
            ),
        ]
