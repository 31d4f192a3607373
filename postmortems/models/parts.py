"""What a post-mortem is made of: moments, factors and their links, barriers, phrases that were kept."""

from django.db import models
from django.db.models import F, Q

from journal.models import Event
from postmortems.lifecycle import Category, Control, FactorKind, Known
from postmortems.models.post_mortem import PostMortem
from teams.models import Person


class Moment(models.Model):
    """One moment of the timeline. With `event` it was filled from the journal, once (PM-2)."""

    post_mortem = models.ForeignKey(PostMortem, models.PROTECT, related_name="moments")
    at = models.DateTimeField()
    what = models.TextField()
    #: Where it can be seen: a link, a graph, a log line.
    evidence = models.TextField(default="", blank=True)
    known = models.CharField(max_length=4, choices=Known.choices, default=Known.THEN)
    event = models.ForeignKey(Event, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["post_mortem", "event"], name="moment_once_per_event"),
            models.CheckConstraint(condition=Q(known__in=Known.values), name="moment_known_when"),
            models.CheckConstraint(condition=~Q(what=""), name="moment_says_what"),
        ]


class Factor(models.Model):
    """Something that had to be true for it to happen (PM-3)."""

    post_mortem = models.ForeignKey(PostMortem, models.PROTECT, related_name="factors")
    statement = models.CharField(max_length=300)
    kind = models.CharField(max_length=16, choices=FactorKind.choices)
    category = models.CharField(max_length=16, choices=Category.choices)
    control = models.CharField(max_length=12, choices=Control.choices)
    evidence = models.TextField(default="", blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=FactorKind.values), name="factor_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(category__in=Category.values), name="factor_category_known"
            ),
            models.CheckConstraint(
                condition=Q(control__in=Control.values), name="factor_control_known"
            ),
            models.CheckConstraint(condition=~Q(statement=""), name="factor_says_what"),
        ]


class FactorLink(models.Model):
    """`cause` contributed to `effect`. A trigger keeps both in one post-mortem and the graph without circles."""

    cause = models.ForeignKey(Factor, models.PROTECT, related_name="contributes")
    effect = models.ForeignKey(Factor, models.PROTECT, related_name="contributed")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cause", "effect"], name="factor_link_once"),
            models.CheckConstraint(
                condition=~Q(cause=F("effect")), name="factor_link_not_to_itself"
            ),
        ]


class Barrier(models.Model):
    """What could have caught it: was it there, and why did it not hold? (PM-3)"""

    post_mortem = models.ForeignKey(PostMortem, models.PROTECT, related_name="barriers")
    what = models.CharField(max_length=300)
    was_there = models.BooleanField()
    why_not = models.TextField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(what="") & ~Q(why_not=""), name="barrier_says_why_it_did_not_hold"
            ),
        ]


class KeptPhrase(models.Model):
    """Words that the linter found and that stay, with a reason (PM-5)."""

    post_mortem = models.ForeignKey(PostMortem, models.PROTECT, related_name="kept")
    rule = models.CharField(max_length=4)
    said = models.TextField()
    reason = models.TextField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["post_mortem", "rule", "said"], name="phrase_kept_once"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="phrase_kept_says_why"),
        ]
