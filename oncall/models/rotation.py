"""A rotation: who takes turns at a duty of a team, from which moment on. Versions are never changed (ONC-1)."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from oncall.lifecycle import TurnUnit
from oncall.models.kinds import DutyKind
from teams.models import Person, Team


class Rotation(models.Model):
    """One duty of one team. `published_at` is the moment up to which its schedule is a record: what a
    trigger holds is that no duty before it is changed, and that it never goes back (decision 0009)."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="rotations")
    duty = models.CharField(max_length=20, choices=DutyKind.choices)
    published_at = models.DateTimeField()
    #: How far ahead the schedule is written.
    published_until = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "duty"], name="rotation_once_per_duty"),
            models.CheckConstraint(
                condition=Q(duty__in=DutyKind.values), name="rotation_duty_known"
            ),
            models.CheckConstraint(
                condition=Q(published_until__gte=F("published_at")),
                name="rotation_published_ahead",
            ),
        ]


class RotationVersion(models.Model):
    """The layers that hold from `since` on, until a version of a higher number begins."""

    rotation = models.ForeignKey(Rotation, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    since = models.DateTimeField()
    published_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rotation", "number"], name="rotation_version_numbered"
            ),
            models.CheckConstraint(
                condition=Q(since__gte=F("published_at")), name="rotation_version_not_of_the_past"
            ),
        ]


class RotationLayer(models.Model):
    """Turns by the wall clock of a zone. The layer of the lowest position is asked first."""

    version = models.ForeignKey(RotationVersion, models.PROTECT, related_name="layers")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=40)
    zone = models.CharField(max_length=60)
    starts = models.DateField()
    handoff = models.TimeField()
    unit = models.CharField(max_length=10, choices=TurnUnit.choices)
    length = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "position"], name="layer_has_a_place"),
            models.UniqueConstraint("version", Lower("name"), name="layer_named_once"),
            models.CheckConstraint(condition=Q(unit__in=TurnUnit.values), name="layer_unit_known"),
            models.CheckConstraint(
                condition=Q(length__gte=1, length__lte=60), name="layer_length_bounded"
            ),
        ]


class LayerHours(models.Model):
    """When a layer is on duty; a layer without hours always is. An end at or before the start is on the next day."""

    layer = models.ForeignKey(RotationLayer, models.PROTECT, related_name="hours")
    weekday = models.PositiveSmallIntegerField()
    starts = models.TimeField()
    ends = models.TimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="layer_hours_on_a_weekday"),
        ]


class Participant(models.Model):
    """Somebody in the order of a layer."""

    layer = models.ForeignKey(RotationLayer, models.PROTECT, related_name="participants")
    position = models.PositiveSmallIntegerField()
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["layer", "position"], name="participant_has_a_place"),
            models.UniqueConstraint(fields=["layer", "person"], name="participant_named_once"),
        ]
