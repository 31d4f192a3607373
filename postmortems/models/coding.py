"""A second reading of the categories: whether the scheme means the same to two people (PM-9)."""

from django.db import models
from django.db.models import Q

from postmortems.lifecycle import Category
from postmortems.models.parts import Factor
from teams.models import Person


class SecondCoding(models.Model):
    """The category that somebody other than author and reviewer gave a factor without being shown the first one.

    It never changes: a second thought is not blind any more. A trigger says who may not.
    """

    factor = models.OneToOneField(Factor, models.CASCADE, related_name="second")
    category = models.CharField(max_length=16, choices=Category.choices)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(category__in=Category.values), name="second_coding_category_known"
            ),
        ]
