"""The lives of a sprint and of a backlog item, and the closed lists of the reserve."""

from django.db.models import TextChoices

from foundation.lifecycle import STAYS, Lifecycle, step


class State(TextChoices):
    PLANNED = "planned"
    RUNNING = "running"
    CLOSED = "closed"
    CANCELLED = "cancelled"


AHEAD = (State.PLANNED, State.RUNNING)

LIFECYCLE = Lifecycle(
    {
        "set_capacity": step(AHEAD, STAYS),
        "set_reserve": step(AHEAD, STAYS),
        "start": step({State.PLANNED}, State.RUNNING),
        "propose_swap": step({State.RUNNING}, STAYS),
        "let_go": step({State.RUNNING}, STAYS),
        "swap_out": step({State.RUNNING}, STAYS),
        "accept_risk": step({State.RUNNING}, STAYS),
        "close": step({State.RUNNING}, State.CLOSED),
    }
)


class ItemState(TextChoices):
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    SCHEDULED = "scheduled"
    IN_PROGRESS = "in_progress"
    FINISHED = "finished"
    DECLINED = "declined"


OPEN_ITEM = (ItemState.PROPOSED, ItemState.ACCEPTED, ItemState.SCHEDULED, ItemState.IN_PROGRESS)
PLANNED_ITEM = (ItemState.SCHEDULED, ItemState.IN_PROGRESS)

BACKLOG = Lifecycle(
    {
        "edit": step(OPEN_ITEM, STAYS),
        "order": step(OPEN_ITEM, STAYS),
        "estimate": step(OPEN_ITEM, STAYS),
        "accept": step({ItemState.PROPOSED, ItemState.DECLINED}, ItemState.ACCEPTED),
        "decline": step({ItemState.PROPOSED, ItemState.ACCEPTED}, ItemState.DECLINED),
        "schedule": step({ItemState.ACCEPTED, ItemState.SCHEDULED}, ItemState.SCHEDULED),
        "take_out": step({ItemState.SCHEDULED}, ItemState.ACCEPTED),
        "mark": step({ItemState.SCHEDULED, ItemState.IN_PROGRESS}, STAYS),
        "start": step({ItemState.SCHEDULED}, ItemState.IN_PROGRESS),
        "finish": step({ItemState.SCHEDULED, ItemState.IN_PROGRESS}, ItemState.FINISHED),
    }
)

# What a sprint does to its items when it makes room or is over: no person calls these.
BACKLOG_SPRINT_ACTS = Lifecycle(
    {
        "swap_out": step({ItemState.SCHEDULED, ItemState.IN_PROGRESS}, ItemState.ACCEPTED),
        "carry_back": step({ItemState.SCHEDULED, ItemState.IN_PROGRESS}, ItemState.ACCEPTED),
    }
)


class ItemKind(TextChoices):
    EVOLUTION = "evolution"
    PREVENTION = "prevention"
    KNOWLEDGE = "knowledge", "Knowledge sharing"
    DEBT = "debt"


class DebtKind(TextChoices):
    MONITORING_GAP = "monitoring_gap"
    ERROR_HANDLING = "error_handling", "Missing error handling"
    BRITTLE_INTEGRATION = "brittle_integration"
    CONFIGURATION = "configuration", "Configuration debt"
    WORKAROUND = "workaround", "Payback of a workaround"


class EntryKind(TextChoices):
    OPEN = "open"  # the reserve as it was set, or set anew
    HOLD = "hold"  # promised to an injected bug
    TRUE_UP = "true_up"  # a hold raised to what logged work took
    DEBIT = "debit"  # used: from a bug's hold, or at once for work without a bug
    CREDIT = "credit"  # logged by mistake and taken back
    RELEASE = "release"  # a hold that was not needed
    CARRY_OUT = "carry_out"  # a hold that is still needed when the sprint is over
    CARRY_IN = "carry_in"  # what the sprint before still held, on top of the reserve
    OVERDRAFT = "overdraft"  # beyond the reserve, by name
    MAKE_GOOD = "make_good"  # an overdraft covered by what left
    SWAP_OUT = "swap_out"  # planned work left, and its points now cover an injection
    PULL_FORWARD = "pull_forward"  # unused reserve given to planned work, late in the sprint


class OverdraftState(TextChoices):
    OPEN = "open"  # waits for the product owner
    MADE_GOOD = "made_good"
    ACCEPTED = "accepted"  # the product owner carries the risk


class WorkKind(TextChoices):
    BUG = "bug"
    REPORT = "report"
    SHADOW = "shadow", "Direct request"
    PAGE = "page"


class ScopeKind(TextChoices):
    ENTERED = "entered"
    LEFT = "left"
    DONE = "done"
    UNDONE = "undone"
    RESIZED = "resized"


class Track(TextChoices):
    """The two tracks (PRODUCT §2)."""

    PLANNED = "planned"
    UNPLANNED = "unplanned"
