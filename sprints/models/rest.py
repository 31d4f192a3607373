"""What a page at night took of the day after (ONC-3)."""

from django.db import models
from django.db.models import Q

from oncall.models import PageStep
from sprints.models.sprint import AMOUNT, Sprint
from teams.models import Person, Team


class NightRest(models.Model):
    """Somebody was paged in the night to `day`: so many hours of that day are no capacity. Append-only, once a
    night; `amount` is what the sprint that ran lost by it, in its unit (nothing of who does not develop)."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="night_rests")
    day = models.DateField()
    hours = models.DecimalField(max_digits=6, decimal_places=2)
    told = models.ForeignKey(PageStep, models.PROTECT, related_name="+")
    sprint = models.ForeignKey(Sprint, models.PROTECT, null=True, related_name="night_rests")
    amount = models.DecimalField(**AMOUNT, default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "person", "day"], name="night_rest_once"),
            models.CheckConstraint(
                condition=Q(hours__gte=0, amount__gte=0) & (Q(sprint__isnull=False) | Q(amount=0)),
                name="night_rest_within_reason",
            ),
        ]
