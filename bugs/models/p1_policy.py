"""How a team fixes its P1s, from a day on (BUG-7)."""

from django.db import models
from django.db.models import Q

from bugs.lifecycle import P1Way
from teams.models import Person, Team


class P1Policy(models.Model):
    """Never changed: another way begins on another day, so that what was stamped can be compared."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="p1_policies")
    way = models.CharField(max_length=20, choices=P1Way.choices)
    #: The first day, in the team's zone, on which it holds.
    since = models.DateField()
    published_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "since"], name="p1_policy_once_a_day"),
            models.CheckConstraint(condition=Q(way__in=P1Way.values), name="p1_policy_way_known"),
        ]
