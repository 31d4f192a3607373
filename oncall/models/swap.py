"""A shift that its holder would give to somebody, with or without one in return (ONC-3)."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from oncall.lifecycle import SWAPS, SwapState
from oncall.models.rotation import Rotation
from teams.models import Person

#: A swap that lapses may have been accepted before: it keeps by whom.
TAKEN = (SwapState.ACCEPTED, SwapState.LAPSED)


class SwapOffer(models.Model):
    """Shifts are named (`slot`), not timed: an accepted swap follows its shifts wherever they move.

    `to` is null when anybody of the team may accept; a shift in return is always somebody's, who is named.
    """

    rotation = models.ForeignKey(Rotation, models.PROTECT, related_name="swaps")
    slot = models.CharField(max_length=60)
    offered_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    offered_at = models.DateTimeField()
    #: When the shift began, as it was published then: what lists are ordered by.
    starts_at = models.DateTimeField()
    to = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    in_return = models.CharField(max_length=60, default="", blank=True)
    state = models.CharField(max_length=10, choices=SwapState.choices, default=SwapState.OFFERED)
    taken_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    #: By whom it was accepted, declined or withdrawn: the person, or somebody on their behalf.
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    #: The order of acceptance within the rotation: a shift may be swapped again.
    place = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=SwapState.values), name="swap_state_known"
            ),
            models.CheckConstraint(
                condition=Q(
                    state=SwapState.OFFERED, decided_by__isnull=True, decided_at__isnull=True
                )
                | ~Q(state=SwapState.OFFERED)
                & Q(decided_by__isnull=False, decided_at__isnull=False),
                name="swap_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state__in=TAKEN, taken_by__isnull=False, place__isnull=False)
                | ~Q(state=SwapState.ACCEPTED) & Q(taken_by__isnull=True, place__isnull=True),
                name="swap_accepted_is_taken",
            ),
            models.CheckConstraint(
                condition=Q(in_return="") | Q(to__isnull=False), name="swap_in_return_of_somebody"
            ),
            models.CheckConstraint(
                condition=Q(to__isnull=True) | ~Q(to=F("offered_by")), name="swap_with_another"
            ),
            models.CheckConstraint(condition=~Q(slot=""), name="swap_of_a_shift"),
            models.UniqueConstraint(fields=["rotation", "place"], name="swap_accepted_in_order"),
            # One open offer per shift: two could both be accepted.
            models.UniqueConstraint(
                fields=["rotation", "slot"],
                condition=Q(state=SwapState.OFFERED),
                name="swap_offered_once",
            ),
        ]
        triggers = [
            pgtrigger.FSM(name="swap_state_guard", field="state", transitions=sorted(SWAPS.moves()))
        ]

    @property
    def version(self) -> int:
        """Its rotation's: what an answer changes is the schedule."""
        return self.rotation.version
