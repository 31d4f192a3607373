"""The closed lists of rotations; the lives of a page (ONC-6) and of a swap offer (ONC-3)."""

from django.db.models import TextChoices

from foundation.lifecycle import STAYS, Lifecycle, step


class PageState(TextChoices):
    PAGING = "paging"
    ACKNOWLEDGED = "acknowledged"
    STOPPED = "stopped"
    EXHAUSTED = "exhausted"


#: The clock alone exhausts: every step was told, and nobody answered.
PAGES = Lifecycle(
    {
        "acknowledge": step({PageState.PAGING, PageState.EXHAUSTED}, PageState.ACKNOWLEDGED),
        # Who cannot help after all hands it to the next step.
        "escalate": step({PageState.PAGING, PageState.ACKNOWLEDGED}, PageState.PAGING),
        "prioritise": step({PageState.PAGING}, STAYS),
        "stop": step({PageState.PAGING, PageState.EXHAUSTED}, PageState.STOPPED),
        "exhaust": step({PageState.PAGING}, PageState.EXHAUSTED),
    }
)


class TurnUnit(TextChoices):
    HOUR = "hour", "hours"
    DAY = "day", "days"
    WEEK = "week", "weeks"
    MONTH = "month", "months"


class Why(TextChoices):
    """Why somebody holds a duty for a stretch."""

    GIVEN = "given"  # by hand, outside of any rotation
    TURN = "turn"
    SWAP = "swap"
    OVERRIDE = "override"


class SwapState(TextChoices):
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"  # the rotation changed: one of its shifts is no shift any more


SWAPS = Lifecycle(
    {
        "accept_swap": step({SwapState.OFFERED}, SwapState.ACCEPTED),
        "decline_swap": step({SwapState.OFFERED}, SwapState.DECLINED),
        "withdraw_swap": step({SwapState.OFFERED}, SwapState.WITHDRAWN),
        # Nobody's act: a change of the rotation does it, and both are told.
        "lapse_swap": step({SwapState.OFFERED, SwapState.ACCEPTED}, SwapState.LAPSED),
    }
)
