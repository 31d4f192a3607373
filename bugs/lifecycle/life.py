"""The life of a bug, as one table. `carry_back` and `swap_out` are acts of its sprint."""

from django.db.models import TextChoices

from foundation.lifecycle import STAYS, Lifecycle, step


class State(TextChoices):
    TO_BE_SCHEDULED = "to_be_scheduled"
    SCHEDULED = "scheduled"
    POSTPONED = "postponed"
    IN_SPRINT = "in_sprint"
    IN_PROGRESS = "in_progress"
    FIXED = "fixed"
    VERIFIED = "verified"
    DECLINED = "declined"
    REFUTED = "refuted"


QUEUED = (State.TO_BE_SCHEDULED, State.SCHEDULED, State.POSTPONED)
WORKED_ON = (State.IN_SPRINT, State.IN_PROGRESS)
OPEN = (*QUEUED, *WORKED_ON)

LIFECYCLE = Lifecycle(
    {
        "prioritise": step(OPEN, STAYS),
        "estimate": step(OPEN, STAYS),
        "inject": step(QUEUED, State.IN_SPRINT),
        "schedule": step({State.TO_BE_SCHEDULED, State.POSTPONED}, State.SCHEDULED),
        "postpone": step({State.TO_BE_SCHEDULED, State.SCHEDULED}, State.POSTPONED),
        "decline": step(QUEUED, State.DECLINED),
        "refute": step(OPEN, State.REFUTED),
        "start": step({State.IN_SPRINT}, State.IN_PROGRESS),
        "pair": step(WORKED_ON, STAYS),
        "fix": step({State.IN_PROGRESS}, State.FIXED),
        "verify": step({State.FIXED}, State.VERIFIED),
        "release": step({State.FIXED, State.VERIFIED}, STAYS),
        "reopen": step(set(State) - set(OPEN), State.TO_BE_SCHEDULED),
        "mark": step({State.SCHEDULED, *WORKED_ON}, STAYS),
        "log_work": step(State, STAYS),
        "page": step(OPEN, STAYS),
        "propose_plan": step(OPEN, STAYS),
        "agree_plan": step(OPEN, STAYS),
        "object_to_plan": step(OPEN, STAYS),
        "override_plan": step(OPEN, STAYS),
        "mitigate": step(OPEN, STAYS),
        "repay": step(OPEN, STAYS),
        "extend": step(OPEN, STAYS),
        "write_off": step(OPEN, STAYS),
    }
)

# What a sprint does to its bugs when it starts, closes, makes room or has room: no person calls these.
SPRINT_ACTS = Lifecycle(
    {
        "enter_sprint": step({State.SCHEDULED}, State.IN_SPRINT),
        "pull_forward": step({State.SCHEDULED}, State.IN_SPRINT),
        "carry_back": step(WORKED_ON, State.TO_BE_SCHEDULED),
        "swap_out": step(WORKED_ON, State.TO_BE_SCHEDULED),
    }
)

# What the clock does: a postponed bug comes back on its review date.
CLOCK_ACTS = Lifecycle({"come_back": step({State.POSTPONED}, State.TO_BE_SCHEDULED)})


class PlanState(TextChoices):
    """How the last revision of the plan stands; a bug without a plan has none."""

    WAITING = "waiting"
    AGREED = "agreed"
    OVERRIDDEN = "overridden"


class Said(TextChoices):
    AGREED = "agreed"
    OBJECTED = "objected"
    OVERRODE = "overrode"


class Priority(TextChoices):
    P0 = "P0"
    P1 = "P1"
    P2 = "P2"
    P3 = "P3"


class P1Way(TextChoices):
    """How a team fixes a P1 (BUG-7, source 000)."""

    ON_CALL_FIXES = "on_call_fixes", "On-call fixes"
    OWNER_FIXES = "owner_fixes", "Owner fixes after on-call confirms"
    PAIR = "pair", "Pair"
    SWARM = "swarm", "Swarm"
    SQUAD = "squad", "Squad"


INJECTABLE = URGENT = (Priority.P0, Priority.P1)
