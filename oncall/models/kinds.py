"""Which duties there are, and what every span of time obeys."""

from django.db import models
from django.db.models import Q

from oncall.rules import ON_CALL, RELEASE_MANAGER


class DutyKind(models.TextChoices):
    RELEASE_MANAGER = RELEASE_MANAGER, "Release manager"
    ON_CALL = ON_CALL, "On call"


def has_start_and_end(name: str) -> models.CheckConstraint:
    """`during` is [start, end): an empty range would slip through an exclusion, an open one would never end."""
    return models.CheckConstraint(
        condition=Q(during__isempty=False)
        & Q(during__lower_inf=False)
        & Q(during__upper_inf=False)
        & Q(during__lower_inc=True)
        & Q(during__upper_inc=False),
        name=name,
    )
