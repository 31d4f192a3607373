"""Facts about actions; that it was agreed is a fact of its post-mortem."""

from dataclasses import dataclass
from datetime import date

from journal.facts import Fact


@dataclass(frozen=True)
class ActionAgreed(Fact):
    name = "post_mortem.action_agreed"
    words = "agreed the action {item}"
    public = ("item",)
    item: str


@dataclass(frozen=True)
class MoreAskedFor(Fact):
    name = "action.more_asked_for"
    words = "asked for more before deciding"


@dataclass(frozen=True)
class ActionAnswered(Fact):
    name = "action.answered"
    words = "answered what was asked"


@dataclass(frozen=True)
class ActionAccepted(Fact):
    """What it rested on that day stands with the action."""

    name = "action.accepted"
    words = "accepted it: in 90 days there were {rests_on}"
    public = ("rests_on",)
    rests_on: str


@dataclass(frozen=True)
class ActionDeclined(Fact):
    name = "action.declined"
    words = "declined it"


@dataclass(frozen=True)
class ActionExtended(Fact):
    name = "action.extended"
    words = "moved its date from {was} to {due_on}"
    public = ("was", "due_on")
    was: date
    due_on: date


@dataclass(frozen=True)
class ActionCompleted(Fact):
    name = "action.completed"
    words = "did it"


@dataclass(frozen=True)
class ActionVerified(Fact):
    name = "action.verified"
    words = "verified that it holds"


@dataclass(frozen=True)
class ActionSentBack(Fact):
    """Its text says what was seen."""

    name = "action.sent_back"
    words = "sent it back to be done: it does not hold"


@dataclass(frozen=True)
class ActionReminded(Fact):
    """Said by the clock."""

    name = "action.reminded"
    words = "said that it is {said}"
    public = ("said",)
    stage: str
    said: str
