"""How customers are kept from a defect, and the life of what is owed for it (BUG-4)."""

from django.db.models import TextChoices

from foundation.lifecycle import STAYS, Lifecycle, step


class MitigationKind(TextChoices):
    """How customers are kept from a defect before it is repaired (BUG-4)."""

    ROLLBACK = "rollback", "Rollback"
    TOGGLE_OFF = "toggle_off", "Toggle off"
    CODE_WORKAROUND = "code_workaround", "Code workaround"
    CUSTOMER_WORKAROUND = "customer_workaround", "Customer workaround"


class LoanState(TextChoices):
    OPEN = "open"
    REPAID = "repaid"
    WRITTEN_OFF = "written_off"


class Reminded(TextChoices):
    """What the clock has said of an open loan: once that it is soon due, once that it is overdue."""

    NOT_YET = ""
    SOON = "soon"
    OVERDUE = "overdue"


LOANS = Lifecycle(
    {
        "extend": step({LoanState.OPEN}, STAYS),
        "repay": step({LoanState.OPEN}, LoanState.REPAID),
        "write_off": step({LoanState.OPEN}, LoanState.WRITTEN_OFF),
    }
)
