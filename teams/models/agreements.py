"""What a team has agreed: clauses of its definition of done, and how it works (PM-7, PM-10)."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from journal.models import Text
from teams.lifecycle import AGREEMENTS, AgreementKind, AgreementState, Binds
from teams.models.people import Person, Team


class Agreement(models.Model):
    """One version of a clause or of a working agreement: its words never change, a revision is a row of its own.

    `comments_until` is empty for what takes effect at once. It binds from `starts_on` on, before `ended_on`.
    """

    team = models.ForeignKey(Team, models.PROTECT, related_name="agreements")
    kind = models.CharField(max_length=8, choices=AgreementKind.choices)
    text = models.CharField(max_length=300)
    #: Of a working agreement: who decides, for which priorities (none named: for all), and where it is cited.
    decides = models.CharField(max_length=120, default="", blank=True)
    priorities = ArrayField(models.CharField(max_length=2), default=list, blank=True)
    binds = models.CharField(max_length=10, choices=Binds.choices, default="", blank=True)
    because = models.ForeignKey(Text, models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=10, choices=AgreementState.choices, default=AgreementState.PROPOSED
    )
    revises = models.ForeignKey("self", models.PROTECT, null=True, related_name="revisions")
    proposed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    comments_until = models.DateField(null=True)
    starts_on = models.DateField()
    adopted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    adopted_at = models.DateTimeField(null=True)
    #: Adoption is in writing.
    adopted_words = models.ForeignKey(Text, models.PROTECT, null=True, related_name="+")
    ended_on = models.DateField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            # A revision that was dropped makes room for another one.
            models.UniqueConstraint(
                "revises", condition=~Q(state=AgreementState.RETIRED), name="agreement_revised_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=AgreementKind.values), name="agreement_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=AgreementState.values), name="agreement_state_known"
            ),
            models.CheckConstraint(
                condition=Q(binds__in=["", *Binds.values]), name="agreement_place_known"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="agreement_says_something"),
            models.CheckConstraint(
                condition=~Q(kind=AgreementKind.DONE)
                | Q(comments_until__isnull=False, decides="", binds=""),
                name="clause_is_open_for_comments",
            ),
            models.CheckConstraint(
                condition=Q(comments_until__isnull=True) | Q(starts_on__gt=F("comments_until")),
                name="agreement_starts_after_its_comments",
            ),
            models.CheckConstraint(
                condition=Q(
                    state=AgreementState.PROPOSED,
                    adopted_by__isnull=True,
                    adopted_at__isnull=True,
                    adopted_words__isnull=True,
                )
                | Q(
                    state=AgreementState.ADOPTED,
                    adopted_by__isnull=False,
                    adopted_at__isnull=False,
                    adopted_words__isnull=False,
                )
                | Q(state__in=(AgreementState.RETIRED, AgreementState.REPLACED)),
                name="agreement_adopted_in_writing",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=(AgreementState.RETIRED, AgreementState.REPLACED),
                    ended_on__isnull=False,
                )
                | (
                    ~Q(state__in=(AgreementState.RETIRED, AgreementState.REPLACED))
                    & Q(ended_on__isnull=True)
                ),
                name="agreement_ends_on_a_day",
            ),
        ]
        indexes = [models.Index(fields=["team", "kind", "state"], name="agreement_by_team")]
        triggers = [
            pgtrigger.FSM(
                name="agreement_state_guard",
                field="state",
                transitions=sorted(AGREEMENTS.moves()),
            )
        ]

    def __str__(self) -> str:
        return self.text


class AgreementUse(models.Model):
    """A clause ticked or left open, a working agreement used or not; append-only.

    `kind` and `subject` name the thing as events do.
    """

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="uses")
    kind = models.CharField(max_length=20)
    subject = models.BigIntegerField()
    followed = models.BooleanField()
    reason = models.ForeignKey(Text, models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(followed=True) | Q(reason__isnull=False),
                name="agreement_not_followed_says_why",
            ),
        ]
        indexes = [
            models.Index(fields=["agreement", "-id"], name="agreement_use_by_agreement"),
            models.Index(fields=["kind", "subject"], name="agreement_use_by_subject"),
        ]
