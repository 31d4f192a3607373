"""Versions of the product, and which fixes each brings to customers (BUG-6)."""

from django.db import models
from django.db.models import F
from django.db.models.functions import Lower

from teams.models import Person, Team


class Release(models.Model):
    """A version of a team's product. Planned for a day until somebody says that it is out; then it never changes."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="releases")
    #: The version as customers know it: 5.2, 2026.4.
    named = models.CharField(max_length=80)
    #: The day, in the team's zone: planned, and the real one once it is out.
    on = models.DateField()
    out_at = models.DateTimeField(null=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(F("team"), Lower("named"), name="release_once_a_team"),
            models.UniqueConstraint(fields=["id", "team"], name="release_of_team"),
            models.CheckConstraint(condition=~models.Q(named=""), name="release_has_a_name"),
        ]
        indexes = [models.Index(fields=["team", "-on", "-id"], name="release_by_team")]

    def __str__(self) -> str:
        return self.named

    @property
    def is_out(self) -> bool:
        return self.out_at is not None


class ReleaseEntry(models.Model):
    """That a bug was put into a release; kept also when it comes back. `Bug.release` says what holds now."""

    release = models.ForeignKey(Release, models.PROTECT, related_name="entries")
    bug = models.ForeignKey("bugs.Bug", models.PROTECT, related_name="release_entries")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["release", "bug"], name="released_once_in_a_version")
        ]
