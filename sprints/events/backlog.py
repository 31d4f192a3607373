"""Facts about backlog items (SPR-9)."""

from dataclasses import dataclass
from decimal import Decimal

from journal.facts import Fact


@dataclass(frozen=True)
class ItemAdded(Fact):
    name = "backlog_item.added"
    words = "proposed it for the backlog"
    public = ("kind_of_item",)
    kind_of_item: str
    key: str = ""


@dataclass(frozen=True)
class ItemEdited(Fact):
    name = "backlog_item.edited"
    words = "edited it"
    internal = True
    fields: tuple[str, ...]


@dataclass(frozen=True)
class ItemOrdered(Fact):
    name = "backlog_item.ordered"
    words = "moved it in the order"
    internal = True
    after: str = ""


@dataclass(frozen=True)
class ItemEstimated(Fact):
    name = "backlog_item.estimated"
    words = "estimated it at {points}"
    internal = True
    points: Decimal
    was: Decimal | None = None


@dataclass(frozen=True)
class ItemAccepted(Fact):
    name = "backlog_item.accepted"
    words = "accepted it into the backlog"


@dataclass(frozen=True)
class ItemDeclined(Fact):
    name = "backlog_item.declined"
    words = "declined it"


@dataclass(frozen=True)
class ItemScheduled(Fact):
    name = "backlog_item.scheduled"
    words = "planned it in {sprint}"
    public = ("sprint",)
    sprint: str


@dataclass(frozen=True)
class ItemTakenOut(Fact):
    name = "backlog_item.taken_out"
    words = "took it out of {sprint}"
    public = ("sprint",)
    sprint: str


@dataclass(frozen=True)
class ItemSwappedOut(Fact):
    """It left the running sprint to make room (SPR-4); `instead_of` is empty when logged work took the room."""

    name = "backlog_item.swapped_out"
    words = "took it out of {sprint}, to make room for {instead_of}"
    public_words = "took it out of {sprint}, to make room for something more urgent"
    public = ("sprint",)
    sprint: str
    instead_of: str = "logged work"


@dataclass(frozen=True)
class ItemCarried(Fact):
    """The sprint ended without it; its text says why (SPR-11)."""

    name = "backlog_item.carried"
    words = "carried it out of {sprint}, back to the backlog"
    public = ("sprint",)
    public_text = False
    sprint: str


@dataclass(frozen=True)
class ItemPulledForward(Fact):
    """Paid by what the reserve of the sprint did not use (SPR-8)."""

    name = "backlog_item.pulled_forward"
    words = "pulled it forward into {sprint}, on unused reserve"
    public_words = "pulled it forward into {sprint}"
    public = ("sprint",)
    sprint: str


@dataclass(frozen=True)
class ItemMarked(Fact):
    name = "backlog_item.marked"
    words = "marked it for the plan"
    internal = True
    swappable: bool
    serves_goal: bool


@dataclass(frozen=True)
class ItemStarted(Fact):
    name = "backlog_item.started"
    words = "started to work on it"


@dataclass(frozen=True)
class ItemOpenedAgain(Fact):
    """It was finished, and what was done does not hold (PM-6); its text says why."""

    name = "backlog_item.opened_again"
    words = "opened it again: what was done does not hold"
    public_text = False


@dataclass(frozen=True)
class ItemFinished(Fact):
    name = "backlog_item.finished"
    words = "finished it"
