"""A post-mortem: what one bug teaches."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from bugs.models import Bug
from foundation.references import reference
from journal.models import Text
from postmortems.lifecycle import LIFECYCLE, LIVING, WRITTEN, Size, State
from teams.models import Person


class PostMortem(models.Model):
    """It has no field for a root cause and none for a culprit (PM-3).

    The four phases end at moments: the pain stopped (fix), what broke was made whole (repair), it was understood
    (investigate), and what is to be different was decided (resolve).
    """

    bug = models.ForeignKey(Bug, models.PROTECT, related_name="post_mortems")
    state = models.CharField(max_length=12, choices=State.choices, default=State.PROPOSED)
    size = models.CharField(max_length=5, choices=Size.choices, default=Size.FULL)
    proposed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    proposed_because = models.ForeignKey(Text, models.PROTECT, related_name="+")
    waived_because = models.ForeignKey(Text, models.PROTECT, null=True, related_name="+")
    waived_at = models.DateTimeField(null=True)
    #: Who opened it and writes it; somebody else reviews.
    author = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField(null=True)
    #: The five questions; `summary` is the first (PM-11).
    summary = models.TextField(default="", blank=True)
    how_it_happened = models.TextField(default="", blank=True)
    how_fixed = models.TextField(default="", blank=True)
    what_prevents = models.TextField(default="", blank=True)
    what_changes = models.TextField(default="", blank=True)
    went_well = models.TextField(default="", blank=True)
    was_hard = models.TextField(default="", blank=True)
    got_lucky = models.TextField(default="", blank=True)
    surprised = models.TextField(default="", blank=True)
    fixed_at = models.DateTimeField(null=True, blank=True)
    repaired_at = models.DateTimeField(null=True, blank=True)
    investigated_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    reviewer = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["bug"], condition=Q(state__in=LIVING), name="post_mortem_once_per_bug"
            ),
            models.CheckConstraint(
                condition=Q(state__in=State.values), name="post_mortem_state_known"
            ),
            models.CheckConstraint(
                condition=Q(size__in=Size.values), name="post_mortem_size_known"
            ),
            models.CheckConstraint(
                condition=Q(
                    state=State.WAIVED, waived_because__isnull=False, waived_at__isnull=False
                )
                | (~Q(state=State.WAIVED) & Q(waived_because__isnull=True, waived_at__isnull=True)),
                name="post_mortem_waived_says_why",
            ),
            models.CheckConstraint(
                condition=Q(state__in=WRITTEN, author__isnull=False, opened_at__isnull=False)
                | (~Q(state__in=WRITTEN) & Q(author__isnull=True, opened_at__isnull=True)),
                name="post_mortem_open_has_an_author",
            ),
            models.CheckConstraint(
                condition=Q(
                    state=State.PUBLISHED, reviewer__isnull=False, published_at__isnull=False
                )
                | (~Q(state=State.PUBLISHED) & Q(reviewer__isnull=True, published_at__isnull=True)),
                name="post_mortem_published_is_reviewed",
            ),
            models.CheckConstraint(
                condition=Q(reviewer__isnull=True) | ~Q(reviewer=F("author")),
                name="post_mortem_is_reviewed_by_another",
            ),
        ]
        indexes = [models.Index(fields=["state", "-id"], name="post_mortem_by_state")]
        triggers = [
            pgtrigger.FSM(
                name="post_mortem_state_guard",
                field="state",
                transitions=sorted(LIFECYCLE.moves()),
            )
        ]

    def __str__(self) -> str:
        return f"{self.reference} on {self.bug.reference}"

    @property
    def reference(self) -> str:
        return reference("PM", self.pk)


class Published(models.Model):
    """One version as it was published: append-only, whole, with the words of that day (PM-8)."""

    post_mortem = models.ForeignKey(PostMortem, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    body = models.JSONField()
    reviewer = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["post_mortem", "number"], name="published_version_once"
            ),
            models.CheckConstraint(condition=Q(number__gt=0), name="published_version_counts"),
        ]
