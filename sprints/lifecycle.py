"""The life of a sprint, and the kinds of ledger entries."""

from django.db.models import TextChoices

from foundation.lifecycle import STAYS, Lifecycle, step


class State(TextChoices):
    PLANNED = "planned"
    RUNNING = "running"
    CLOSED = "closed"
    CANCELLED = "cancelled"


LIFECYCLE = Lifecycle(
    {
        "set_capacity": step({State.PLANNED, State.RUNNING}, STAYS),
        "set_reserve": step({State.PLANNED, State.RUNNING}, STAYS),
        "start": step({State.PLANNED}, State.RUNNING),
        "close": step({State.RUNNING}, State.CLOSED),
    }
)


class EntryKind(TextChoices):
    OPEN = "open"  # the reserve as it was set, or set anew
    HOLD = "hold"  # points promised to an injected bug
    DEBIT = "debit"  # a hold that was used
    RELEASE = "release"  # a hold that was not needed
    OVERDRAFT = "overdraft"  # a P0 beyond the reserve, by name
    SWAP_OUT = "swap_out"  # planned work left, and its points now cover an injection
