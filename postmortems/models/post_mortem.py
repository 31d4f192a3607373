"""A post-mortem: what one bug teaches, or many small reports together."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from bugs.models import Bug
from foundation.references import reference
from journal.models import Text
from postmortems.lifecycle import (
    LIFECYCLE,
    LIVING,
    UNFINISHED,
    WRITTEN,
    Done,
    Reminded,
    Size,
    State,
)
from problem_reports.lifecycle import Cause
from teams.models import Agreement, Person, ProductArea, Team


class PostMortem(models.Model):
    """It has no field for a root cause and none for a culprit (PM-3).

    It is of one bug; or an *aggregate review* (PM-9), of the small reports of an area with a cause that were
    classified from one day to another, both counted in.

    The four phases end at moments: the pain stopped (fix), what broke was made whole (repair), it was understood
    (investigate), and what is to be different was decided (resolve).
    """

    bug = models.ForeignKey(Bug, models.PROTECT, null=True, related_name="post_mortems")
    area = models.ForeignKey(ProductArea, models.PROTECT, null=True, related_name="post_mortems")
    cause = models.CharField(max_length=20, choices=Cause.choices, default="", blank=True)
    since = models.DateField(null=True)
    until = models.DateField(null=True)
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
    #: Leads the talk, and took no part in the response (PM-11).
    facilitator = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    #: By when it is to be published; null for a later version of one that was.
    due_at = models.DateTimeField(null=True)
    #: When the clock speaks of it next, and what it said last.
    remind_at = models.DateTimeField(null=True)
    reminded = models.CharField(max_length=8, choices=Reminded.choices, default="", blank=True)
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
    #: Would a clause have caught it: which one, or why none (PM-7).
    done = models.CharField(
        max_length=14, choices=Done.choices, default="", db_default="", blank=True
    )
    done_clause = models.ForeignKey(Agreement, models.PROTECT, null=True, related_name="catches")
    done_because = models.TextField(default="", db_default="", blank=True)
    no_action_because = models.TextField(default="", db_default="", blank=True)
    fixed_at = models.DateTimeField(null=True, blank=True)
    repaired_at = models.DateTimeField(null=True, blank=True)
    investigated_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    reviewer = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    #: Read with it: who was invited, by key (`querysets.ROWS`).
    invited: list[int]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["bug"], condition=Q(state__in=LIVING), name="post_mortem_once_per_bug"
            ),
            # The same cuts may hurt again: what is published does not stand in the way.
            models.UniqueConstraint(
                fields=["area", "cause"],
                condition=Q(state__in=UNFINISHED, bug__isnull=True),
                name="aggregate_review_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(
                    bug__isnull=False,
                    area__isnull=True,
                    cause="",
                    since__isnull=True,
                    until__isnull=True,
                )
                | Q(
                    bug__isnull=True,
                    area__isnull=False,
                    cause__in=Cause.values,
                    since__isnull=False,
                    until__isnull=False,
                    until__gte=F("since"),
                ),
                name="post_mortem_of_a_bug_or_of_paper_cuts",
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
                condition=Q(done="", done_clause__isnull=True)
                | Q(done__in=(Done.AMENDED, Done.SUFFICIENT), done_clause__isnull=False)
                | (Q(done=Done.NOT_APPLICABLE, done_clause__isnull=True) & ~Q(done_because="")),
                name="post_mortem_done_answered",
            ),
            models.CheckConstraint(
                condition=Q(reviewer__isnull=True) | ~Q(reviewer=F("author")),
                name="post_mortem_is_reviewed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(reminded__in=Reminded.values), name="post_mortem_reminded_known"
            ),
            models.CheckConstraint(
                condition=Q(remind_at__isnull=True) | Q(state__in=UNFINISHED, due_at__isnull=False),
                name="post_mortem_reminds_until_it_is_done",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-id"], name="post_mortem_by_state"),
            models.Index(
                fields=["remind_at"],
                name="post_mortem_reminds",
                condition=Q(remind_at__isnull=False),
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="post_mortem_state_guard",
                field="state",
                transitions=sorted(LIFECYCLE.moves()),
            )
        ]

    def __str__(self) -> str:
        return f"{self.reference} on {self.about}"

    @property
    def reference(self) -> str:
        return reference("PM", self.pk)

    @property
    def team(self) -> Team:
        return self.bug.team if self.bug else self._area.team

    @property
    def about(self) -> str:
        """BUG-7, or which small reports."""
        return self.bug.reference if self.bug else f"paper cuts in {self._area.name}"

    @property
    def title(self) -> str:
        """What the page is called after."""
        if self.bug:
            return self.bug.title
        return f"Paper cuts in {self._area.name}: {self.get_cause_display().lower()}"

    @property
    def product_area(self) -> ProductArea:
        return self.bug.product_area if self.bug else self._area

    @property
    def _area(self) -> ProductArea:
        assert self.area is not None, "what is of no bug is of an area"
        return self.area


class Published(models.Model):
    """One version as it was published: append-only, whole, with the words of that day (PM-8)."""

    post_mortem = models.ForeignKey(PostMortem, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    body = models.JSONField()
    #: The same with names and customers hidden, as its reviewer saw it; empty for what was published before.
    company = models.JSONField(default=dict)
    reviewer = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["post_mortem", "number"], name="published_version_once"
            ),
            models.CheckConstraint(condition=Q(number__gt=0), name="published_version_counts"),
        ]
