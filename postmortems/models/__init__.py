"""Tables of post-mortems: the record and what it is made of; what was published never changes."""

from postmortems.models.actions import Action
from postmortems.models.coding import SecondCoding
from postmortems.models.parts import Barrier, Factor, FactorLink, KeptPhrase, Moment
from postmortems.models.people import Participant, Subscriber
from postmortems.models.post_mortem import PostMortem, Published
from postmortems.models.triggers import Hit, TriggerRules

__all__ = [
    "Action",
    "Barrier",
    "Factor",
    "FactorLink",
    "Hit",
    "KeptPhrase",
    "Moment",
    "Participant",
    "PostMortem",
    "Published",
    "SecondCoding",
    "Subscriber",
    "TriggerRules",
]
