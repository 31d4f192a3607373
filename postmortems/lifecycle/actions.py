"""The life of an action: what it does itself, and how it follows its backlog item (PM-6)."""

from django.db.models import TextChoices

from foundation.lifecycle import STAYS, Lifecycle, step


class ActionState(TextChoices):
    PROPOSED = "proposed"  # waits for the product owner
    ASKED = "asked"  # the product owner asked for more, and its owner answers
    ACCEPTED = "accepted"
    DONE = "done"  # and not verified yet
    VERIFIED = "verified"
    DECLINED = "declined"


WAITS = (ActionState.PROPOSED, ActionState.ASKED)
#: To be decided or to be done: it has a due date that counts.
OPEN_ACTION = (*WAITS, ActionState.ACCEPTED)
WAS_DONE = (ActionState.DONE, ActionState.VERIFIED)

ACTIONS = Lifecycle(
    {
        "ask_for_more": step({ActionState.PROPOSED}, ActionState.ASKED),
        "answer": step({ActionState.ASKED}, ActionState.PROPOSED),
        "extend": step(OPEN_ACTION, STAYS),
        "verify": step({ActionState.DONE}, ActionState.VERIFIED),
        # It did not hold when somebody looked, or no longer: its item is to be done again.
        "send_back": step(WAS_DONE, ActionState.ACCEPTED),
    }
)

# What its backlog item does to it: the product owner decides there, and there the work is planned and finished.
OF_ITS_ITEM = Lifecycle(
    {
        "accept": step({*WAITS, ActionState.DECLINED}, ActionState.ACCEPTED),
        "decline": step(OPEN_ACTION, ActionState.DECLINED),
        "complete": step({ActionState.ACCEPTED}, ActionState.DONE),
    }
)


class ActionKind(TextChoices):
    """What for."""

    PREVENT = "prevent", "Prevent it"
    DETECT = "detect", "Notice it sooner"
    MITIGATE = "mitigate", "Make it hurt less"
    LEARN = "learn", "Learn more about it"


class Means(TextChoices):
    """How, from what needs nobody's care to what needs everybody's, every time."""

    ELIMINATE = "eliminate", "Take the possibility away"
    GUARD = "guard", "Guard or automate it"
    DETECT = "detect", "A check or an alarm"
    MITIGATE = "mitigate", "A way to limit or undo it"
    DOCUMENT = "document", "Write it down"
    TRAIN = "train", "Teach it"


class ActionReminded(TextChoices):
    """What the clock said of it last."""

    SOON = "soon", "soon due"
    OVERDUE = "overdue", "overdue"
    VERIFY = "verify", "to be verified"
