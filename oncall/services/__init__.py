"""The verbs of duties given by hand, of rotations and what comes between, of feeds and of pages."""

from oncall.services.duties import (
    revise,
    set_up,
)
from oncall.services.escalation_policies import (
    publish_escalation_policy,
)
from oncall.services.exceptions import (
    override,
    record_absence,
    take_back_absence,
    take_back_override,
    take_shift,
)
from oncall.services.fairness import set_fairness_weights
from oncall.services.feeds import (
    renew_feed,
    revoke_feed,
)
from oncall.services.gaps import warn_of_gaps
from oncall.services.handoff import hand_over, read_handoff, tell_handoffs
from oncall.services.joining import join_rotation, leave_rotation
from oncall.services.ladder import (
    advance,
    note_incident,
    pair,
    set_ladder_gate,
    speak,
    take_back_pairing,
)
from oncall.services.previewing import Preview, preview, preview_joined, preview_left
from oncall.services.publishing import publish_ahead
from oncall.services.rotations import revise_rotation, set_up_rotation
from oncall.services.swaps import (
    accept_swap,
    decline_swap,
    offer_swap,
    withdraw_swap,
)

__all__ = [
    "Preview",
    "accept_swap",
    "advance",
    "decline_swap",
    "hand_over",
    "join_rotation",
    "leave_rotation",
    "note_incident",
    "offer_swap",
    "override",
    "pair",
    "preview",
    "preview_joined",
    "preview_left",
    "publish_ahead",
    "publish_escalation_policy",
    "read_handoff",
    "record_absence",
    "renew_feed",
    "revise",
    "revise_rotation",
    "revoke_feed",
    "set_fairness_weights",
    "set_ladder_gate",
    "set_up",
    "set_up_rotation",
    "speak",
    "take_back_absence",
    "take_back_override",
    "take_back_pairing",
    "take_shift",
    "tell_handoffs",
    "warn_of_gaps",
    "withdraw_swap",
]
