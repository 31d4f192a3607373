"""Facts about duties, rotations and who is away, about feeds and about pages."""

from oncall.events.duty import (
    DutyRevised,
    DutySetUp,
)
from oncall.events.fairness import TeamFairnessWeightsSet
from oncall.events.feeds import (
    FeedRenewed,
    FeedRevoked,
    ScheduleMoved,
)
from oncall.events.gaps import RotationGapNear
from oncall.events.handoff import HandoffCame, HandoffHandedOver, HandoffRead
from oncall.events.ladder import (
    LadderAdvanced,
    LadderIncidentSeen,
    LadderPaired,
    LadderPairingTakenBack,
    LadderSpoken,
    TeamLadderGateSet,
)
from oncall.events.rotation import (
    AbsenceRecorded,
    AbsenceTakenBack,
    RotationJoined,
    RotationLeft,
    RotationOverridden,
    RotationOverrideTakenBack,
    RotationRevised,
    RotationSetUp,
    RotationShiftTaken,
    RotationSwapAccepted,
    RotationSwapDeclined,
    RotationSwapLapsed,
    RotationSwapOffered,
    RotationSwapWithdrawn,
)

__all__ = [
    "AbsenceRecorded",
    "AbsenceTakenBack",
    "DutyRevised",
    "DutySetUp",
    "FeedRenewed",
    "FeedRevoked",
    "HandoffCame",
    "HandoffHandedOver",
    "HandoffRead",
    "LadderAdvanced",
    "LadderIncidentSeen",
    "LadderPaired",
    "LadderPairingTakenBack",
    "LadderSpoken",
    "RotationGapNear",
    "RotationJoined",
    "RotationLeft",
    "RotationOverridden",
    "RotationOverrideTakenBack",
    "RotationRevised",
    "RotationSetUp",
    "RotationShiftTaken",
    "RotationSwapAccepted",
    "RotationSwapDeclined",
    "RotationSwapLapsed",
    "RotationSwapOffered",
    "RotationSwapWithdrawn",
    "ScheduleMoved",
    "TeamFairnessWeightsSet",
    "TeamLadderGateSet",
]
