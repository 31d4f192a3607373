"""Who takes part in one post-mortem, and who hears of those of a team (PM-8, PM-11)."""

from django.db import models

from postmortems.models.post_mortem import PostMortem
from teams.models import Person, Team


class Participant(models.Model):
    """Somebody who was invited: they read this one and write in it, whatever team they are of."""

    post_mortem = models.ForeignKey(PostMortem, models.PROTECT, related_name="participants")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    invited_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["post_mortem", "person"], name="participant_once")
        ]


class Subscriber(models.Model):
    """Somebody who hears, once, of each post-mortem that a team publishes."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "person"], name="subscribed_once")]
