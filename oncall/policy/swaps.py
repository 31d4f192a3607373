"""Who answers an offered shift: whom it is offered to, and a lead on their behalf; who offered it withdraws it."""

from oncall.lifecycle import SWAPS
from oncall.models import SwapOffer
from oncall.policy import YES, leads, may_accept_swap
from oncall.rules import Standing
from teams.models import Team


def allowed(who: Standing, team: Team, swap: SwapOffer, *, learning: bool) -> list[str]:
    """The verbs on an offer that its state permits and this person may use, in the order of the table.

    `learning`: they are on the ladder to this duty and take no turns alone yet.
    """
    me, lead = who.person_id, leads(who, team)
    takes = may_accept_swap(who, team) is YES and swap.to_id in (None, me) and not learning
    may = {
        "accept_swap": (takes and me != swap.offered_by_id) or (lead and swap.to_id is not None),
        "decline_swap": swap.to_id is not None and (swap.to_id == me or lead),
        "withdraw_swap": swap.offered_by_id == me or lead,
    }
    return [verb for verb in SWAPS.verbs_from(swap.state) if may.get(verb)]
