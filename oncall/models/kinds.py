"""Which duties there are, and what every span of time obeys."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, RangeOperators
from django.db import models
from django.db.models import Case, F, Func, Q, Value, When

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


def once_a_shift(name: str, condition: Q | None = None) -> ExclusionConstraint:
    """One row for a team's duty at a moment, of those that the condition names."""
    duty = Case(
        When(duty=RELEASE_MANAGER, then=Value(0)),
        default=Value(1),
        output_field=models.BigIntegerField(),
    )
    return ExclusionConstraint(
        name=name,
        expressions=[
            (_as_range(F("team_id")), RangeOperators.OVERLAPS),
            (_as_range(duty), RangeOperators.OVERLAPS),
            ("during", RangeOperators.OVERLAPS),
        ],
        condition=condition,
    )


def _as_range(expression: F | Case) -> Func:
    # This PostgreSQL has no btree_gist: equality is said as overlap of one-value ranges.
    return Func(
        expression,
        expression,
        Value("[]"),
        function="int8range",
        output_field=BigIntegerRangeField(),
    )


def taken_back_by_somebody(name: str) -> models.CheckConstraint:
    """Taken back with its moment and by whom, or not at all."""
    return models.CheckConstraint(
        condition=Q(taken_back_at__isnull=True, taken_back_by__isnull=True)
        | Q(taken_back_at__isnull=False, taken_back_by__isnull=False),
        name=name,
    )
