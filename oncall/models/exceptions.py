"""What comes between a rotation and its turns: an override, and somebody who is away (ONC-3)."""

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models

from oncall.models.kinds import has_start_and_end, taken_back_by_somebody
from oncall.models.rotation import Rotation
from teams.models import Person


class Override(models.Model):
    """This person, whoever's turn it is. The later made wins. Never changed but for being taken back, once:
    from that moment on it does not count."""

    rotation = models.ForeignKey(Rotation, models.PROTECT, related_name="overrides")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    during = DateTimeRangeField()
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    taken_back_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            has_start_and_end("override_has_start_and_end"),
            taken_back_by_somebody("override_taken_back_by_somebody"),
        ]

    @property
    def version(self) -> int:
        """Its rotation's: taking it back changes the schedule."""
        return self.rotation.version


class Absence(models.Model):
    """Somebody is away, from every duty. Why is nobody's business here. Taken back as an override is."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="absences")
    during = DateTimeRangeField()
    recorded_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    taken_back_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            has_start_and_end("absence_has_start_and_end"),
            taken_back_by_somebody("absence_taken_back_by_somebody"),
        ]
        indexes = [models.Index(fields=["person", "-id"], name="absence_by_person")]
