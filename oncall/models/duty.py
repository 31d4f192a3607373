"""Duties: who holds which duty of a team, from when until when."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Case, F, Func, Q, Value, When

from oncall.rules import ON_CALL, RELEASE_MANAGER
from teams.models import Person, Team


class DutyKind(models.TextChoices):
    RELEASE_MANAGER = RELEASE_MANAGER, "Release manager"
    ON_CALL = ON_CALL, "On call"


def _as_range(expression):  # type: ignore[no-untyped-def]
    # This PostgreSQL has no btree_gist: equality is said as overlap of one-value ranges.
    return Func(
        expression,
        expression,
        Value("[]"),
        function="int8range",
        output_field=BigIntegerRangeField(),
    )


class Duty(models.Model):
    """One person holds one duty of one team during [start, end). The database refuses two holders."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="duties")
    duty = models.CharField(max_length=20, choices=DutyKind.choices)
    person = models.ForeignKey(Person, models.PROTECT, related_name="duties")
    during = DateTimeRangeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="duty_has_one_holder",
                expressions=[
                    (_as_range(F("team_id")), RangeOperators.OVERLAPS),
                    (
                        _as_range(
                            Case(
                                When(duty=RELEASE_MANAGER, then=Value(0)),
                                default=Value(1),
                                output_field=models.BigIntegerField(),
                            )
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                    ("during", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(condition=Q(duty__in=DutyKind.values), name="duty_known"),
            # An empty range would slip through the exclusion, an open one would never end.
            models.CheckConstraint(
                condition=Q(during__isempty=False)
                & Q(during__lower_inf=False)
                & Q(during__upper_inf=False)
                & Q(during__lower_inc=True)
                & Q(during__upper_inc=False),
                name="duty_has_start_and_end",
            ),
        ]
