"""Duties as they are published, the rotations that they come from, what moves them; feeds and pages."""

from oncall.models.duty import (
    Duty,
    DutyKind,
)
from oncall.models.exceptions import (
    Absence,
    Override,
)
from oncall.models.fairness import FairnessWeights
from oncall.models.feeds import (
    Feed,
    FeedEntry,
)
from oncall.models.gaps import GapTold
from oncall.models.handoff import Handoff, HandoffNote
from oncall.models.ladder import LadderGate, LadderNote, LadderStep, NoteKind, Pairing, Stage
from oncall.models.paging import (
    EscalationPolicy,
    P1Hours,
    Page,
    PageStep,
)
from oncall.models.rotation import (
    LayerHours,
    Participant,
    Rotation,
    RotationLayer,
    RotationVersion,
)
from oncall.models.standing_in import StandInAct
from oncall.models.swap import (
    SwapOffer,
)

__all__ = [
    "Absence",
    "Duty",
    "DutyKind",
    "EscalationPolicy",
    "FairnessWeights",
    "Feed",
    "FeedEntry",
    "GapTold",
    "Handoff",
    "HandoffNote",
    "LadderGate",
    "LadderNote",
    "LadderStep",
    "LayerHours",
    "NoteKind",
    "Override",
    "P1Hours",
    "Page",
    "PageStep",
    "Pairing",
    "Participant",
    "Rotation",
    "RotationLayer",
    "RotationVersion",
    "Stage",
    "StandInAct",
    "SwapOffer",
]
