"""Links to code."""

from django.db import models
from django.db.models import F

from bugs.models.bug import Bug
from teams.models import Person


class BugLink(models.Model):
    """A link to code: branch, commit or pull request. Only bugs have them (PR-3, BUG-5)."""

    bug = models.ForeignKey(Bug, models.PROTECT, related_name="links")
    url = models.URLField(max_length=500)
    added_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(F("bug"), F("url"), name="link_once_per_bug"),
        ]
