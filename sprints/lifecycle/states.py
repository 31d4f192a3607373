"""The lives of a sprint, of a backlog item and of an overdraft."""

from django.db.models import TextChoices

from foundation.lifecycle import STAYS, Lifecycle, step


class State(TextChoices):
    PLANNED = "planned"
    RUNNING = "running"
    CLOSED = "closed"
    CANCELLED = "cancelled"


AHEAD = (State.PLANNED, State.RUNNING)
OVER = (State.CLOSED, State.CANCELLED)

LIFECYCLE = Lifecycle(
    {
        "set_capacity": step(AHEAD, STAYS),
        "set_reserve": step(AHEAD, STAYS),
        "commit": step(AHEAD, STAYS),
        "start": step({State.PLANNED}, State.RUNNING),
        "flag_goal_risk": step({State.RUNNING}, STAYS),
        "see_goal_risk": step({State.RUNNING}, STAYS),
        "pull_forward": step({State.RUNNING}, STAYS),
        "close": step({State.RUNNING}, State.CLOSED),
        "cancel": step({State.RUNNING}, State.CANCELLED),
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

# What a sprint does to its items when it makes room, has room or is over, and what a floor above does to what was
# finished and does not hold (PM-6): no person calls these.
BACKLOG_SPRINT_ACTS = Lifecycle(
    {
        "swap_out": step({ItemState.SCHEDULED, ItemState.IN_PROGRESS}, ItemState.ACCEPTED),
        "carry_back": step({ItemState.SCHEDULED, ItemState.IN_PROGRESS}, ItemState.ACCEPTED),
        "pull_forward": step({ItemState.ACCEPTED, ItemState.SCHEDULED}, ItemState.SCHEDULED),
        "open_again": step({ItemState.FINISHED}, ItemState.ACCEPTED),
    }
)


class OverdraftState(TextChoices):
    OPEN = "open"  # waits for the product owner
    MADE_GOOD = "made_good"
    ACCEPTED = "accepted"  # the product owner carries the risk


# *Swap out* ends an overdraft only when what left covers it.
OVERDRAFTS = Lifecycle(
    {
        "propose_swap": step({OverdraftState.OPEN}, STAYS),
        "let_go": step({OverdraftState.OPEN}, STAYS),
        "swap_out": step({OverdraftState.OPEN}, OverdraftState.MADE_GOOD),
        "accept_risk": step({OverdraftState.OPEN}, OverdraftState.ACCEPTED),
    }
)
