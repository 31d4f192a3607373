"""What an hour and a page count in a team's balance of duties (ONC-5)."""

from django.db import models
from django.db.models import Q

from oncall.rules.fairness import CLASSES, WEIGHTS
from teams.models import Team


def _points(name: str) -> "models.DecimalField[float, float]":
    return models.DecimalField(max_digits=4, decimal_places=2, default=WEIGHTS[name])


class FairnessWeights(models.Model):
    """Points an hour of each class, and a page; a team without a row has the defaults."""

    team = models.OneToOneField(Team, models.PROTECT, related_name="fairness_weights")
    day = _points("day")
    evening = _points("evening")
    night = _points("night")
    weekend = _points("weekend")
    holiday = _points("holiday")
    page = _points("page")
    night_page = _points("night_page")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(*((f"{name}__gte", 0) for name in CLASSES))
                & Q(*((f"{name}__lte", 20) for name in CLASSES))
                & Q(day__gt=0),
                name="fairness_weights_within_reason",
            )
        ]
