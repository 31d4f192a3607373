"""Verbs on swaps: offer, accept, decline, withdraw. Bound to shifts, atomic, with consent or on behalf (ONC-3)."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max, QuerySet

from foundation.errors import Conflict, Invalid, NotAllowed, NotFound, RuleBroken
from foundation.locking import locked
from journal import services as journal
from oncall import policy
from oncall.events import (
    RotationSwapAccepted,
    RotationSwapDeclined,
    RotationSwapLapsed,
    RotationSwapOffered,
    RotationSwapWithdrawn,
)
from oncall.lifecycle import SWAPS, SwapState
from oncall.models import Duty, Rotation, SwapOffer
from oncall.querysets import standing
from oncall.querysets.rotas import absences_of, bound_to, living_swaps, rota_of
from oncall.rules.changes import shifts_of
from oncall.services._act import begin, check_holder, finish
from teams.models import Person

GONE = "That shift is not ahead any more, or is not theirs: look at the calendar."


@transaction.atomic
def offer_swap(
    rotation_id: int,
    *,
    slot: str,
    to: Person | None = None,
    in_return: str = "",
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> SwapOffer:
    """Offer a shift to a person, or to anybody of the team; `in_return` names a shift of that person.

    A lead offers on behalf of who has it.
    """
    rotation = begin(rotation_id, "offer_swap", by=by, at=at, version=version)
    shift = _shift(rotation, slot, at)
    if refusal := policy.may_act_for(standing(by, at), rotation.team, shift.person_id):
        raise NotAllowed(refusal)
    if in_return and to is None:
        raise Invalid({"to": ["Say whose shift you would take in return."]})
    if to is not None:
        if to.pk == shift.person_id:
            raise RuleBroken(f"It is {to}’s shift already.")
        check_holder(rotation, to, "to")
        if in_return:
            check_holder(rotation, shift.person, "in_return")
            if _shift(rotation, in_return, at).person_id != to.pk:
                raise RuleBroken(f"What you ask in return is not {to}’s shift.")
    if rotation.swaps.filter(slot=slot, state=SwapState.OFFERED).exists():
        raise Conflict("This shift is offered already: withdraw that offer first.")
    swap = SwapOffer.objects.create(
        rotation=rotation,
        slot=slot,
        offered_by=shift.person,
        offered_at=at,
        starts_at=shift.during.lower,
        to=to,
        in_return=in_return,
    )
    finish(
        rotation,
        lambda moved: RotationSwapOffered(
            swap=swap.pk,
            shift=slot,
            person=shift.person.username,
            to=to.username if to else "",
            in_return=in_return,
        ),
        by=by,
        at=at,
        source=source,
    )
    return swap


@transaction.atomic
def accept_swap(
    swap_id: int,
    *,
    person: Person | None = None,
    by: Person,
    at: datetime,
    source: str = "web",
    version: int | None = None,
) -> SwapOffer:
    """Both shifts change hands at once, as far as they are ahead. A lead accepts on behalf of a `person`."""
    rotation, swap = _begin(swap_id, "accept_swap", by=by, at=at, version=version)
    taker = person or swap.to or by
    if swap.to_id not in (None, taker.pk):
        raise NotAllowed(f"This shift is offered to {swap.to}.")
    if refusal := policy.may_act_for(standing(by, at), rotation.team, taker.pk):
        raise NotAllowed(refusal)
    if taker.pk == swap.offered_by_id:
        raise RuleBroken("Somebody else takes it: who offers a shift has it already.")
    check_holder(rotation, taker, "to")
    _still(rotation, swap.slot, swap.offered_by, taker, at)
    if swap.in_return:
        check_holder(rotation, swap.offered_by, "in_return")
        _still(rotation, swap.in_return, taker, swap.offered_by, at)
    SWAPS.advance(swap, "accept_swap")
    last = rotation.swaps.aggregate(last=Max("place"))["last"]
    swap.taken_by, swap.place = taker, (last or 0) + 1
    _decide(swap, by=by, at=at)
    finish(
        rotation,
        lambda moved: RotationSwapAccepted(
            swap=swap.pk,
            shift=swap.slot,
            person=swap.offered_by.username,
            to=taker.username,
            in_return=swap.in_return,
            moved=moved,
        ),
        by=by,
        at=at,
        source=source,
    )
    return swap


@transaction.atomic
def decline_swap(
    swap_id: int, *, by: Person, at: datetime, source: str = "web", version: int | None = None
) -> SwapOffer:
    """Whom it was offered to says no; an offer to anybody is only withdrawn."""
    rotation, swap = _begin(swap_id, "decline_swap", by=by, at=at, version=version)
    if swap.to_id is None:
        raise RuleBroken("It is offered to anybody: who does not want it need not answer.")
    if refusal := policy.may_act_for(standing(by, at), rotation.team, swap.to_id):
        raise NotAllowed(refusal)
    SWAPS.advance(swap, "decline_swap")
    _decide(swap, by=by, at=at)
    finish(
        rotation,
        lambda moved: RotationSwapDeclined(
            swap=swap.pk,
            shift=swap.slot,
            person=swap.offered_by.username,
            to=swap.to.username if swap.to else "",
        ),
        by=by,
        at=at,
        source=source,
    )
    return swap


@transaction.atomic
def withdraw_swap(
    swap_id: int, *, by: Person, at: datetime, source: str = "web", version: int | None = None
) -> SwapOffer:
    """Who offered it keeps it."""
    rotation, swap = _begin(swap_id, "withdraw_swap", by=by, at=at, version=version)
    if refusal := policy.may_act_for(standing(by, at), rotation.team, swap.offered_by_id):
        raise NotAllowed(refusal)
    SWAPS.advance(swap, "withdraw_swap")
    _decide(swap, by=by, at=at)
    finish(
        rotation,
        lambda moved: RotationSwapWithdrawn(
            swap=swap.pk, shift=swap.slot, person=swap.offered_by.username
        ),
        by=by,
        at=at,
        source=source,
    )
    return swap


def shifts_ahead(rotation: Rotation, at: datetime) -> set[str]:
    """Every shift that a swap may be bound to, as the rotation stands; none while nothing is offered or swapped.
    Asked before a change of it."""
    if not living_swaps(rotation).exists():
        return set()
    at = max(at, rotation.published_at)
    until = max(at, rotation.published_until)
    return shifts_of(rota_of(rotation, at, until), at, until)


def lapse_swaps(
    rotation: Rotation, there: set[str], *, by: Person, at: datetime, source: str
) -> None:
    """A change left no shift of that name, and `there` it was before: its swap applies no longer, and both hear it.

    Of two shifts that change hands for each other both go back, as far as they are ahead.
    """
    gone = there - shifts_ahead(rotation, at) if there else set()
    for swap in bound_to(rotation, gone):
        SWAPS.advance(swap, "lapse_swap")
        if swap.decided_at is None:
            swap.decided_by, swap.decided_at = by, at
        swap.save(update_fields=["state", "decided_by", "decided_at"])
        fact = RotationSwapLapsed(
            swap=swap.pk,
            shift=swap.slot,
            person=swap.offered_by.username,
            to=swap.taken_by.username if swap.taken_by else "",
            in_return=swap.in_return,
        )
        journal.record(fact, subject=rotation.pk, by=by, at=at, source=source)


def _begin(
    swap_id: int, verb: str, *, by: Person, at: datetime, version: int | None
) -> tuple[Rotation, SwapOffer]:
    """Lock the rotation, then the offer."""
    key = SwapOffer.objects.filter(pk=swap_id).values_list("rotation_id", flat=True).first()
    if key is None:
        raise NotFound("There is no such offer.")
    rotation = begin(key, verb, by=by, at=at, version=version)
    swap = locked(SwapOffer.objects.select_related("offered_by", "to"), swap_id)
    if swap.state != SwapState.OFFERED:
        raise Conflict(f"This offer was {swap.state} already.")
    return rotation, swap


def _decide(swap: SwapOffer, *, by: Person, at: datetime) -> None:
    swap.decided_by, swap.decided_at = by, at
    swap.save(update_fields=["state", "taken_by", "place", "decided_by", "decided_at"])


def _pieces(rotation: Rotation, slot: str, at: datetime) -> QuerySet[Duty]:
    ahead = rotation.duties.filter(slot=slot, during__endswith__gt=at)
    return ahead.select_related("person").order_by("during")


def _shift(rotation: Rotation, slot: str, at: datetime) -> Duty:
    """The first stretch of a shift that is not over."""
    found = _pieces(rotation, slot, at).first()
    if found is None:
        raise NotFound("There is no such shift ahead.")
    return found


def _still(rotation: Rotation, slot: str, person: Person, taker: Person, at: datetime) -> None:
    """It is still theirs, and who takes it is there."""
    pieces = list(_pieces(rotation, slot, at))
    if not pieces or any(piece.person_id != person.pk for piece in pieces):
        raise Conflict(GONE)
    for piece in pieces:
        if absences_of([taker.pk], max(piece.during.lower, at), piece.during.upper):
            raise RuleBroken(f"{taker} is away during that shift.")
