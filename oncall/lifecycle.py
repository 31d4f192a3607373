"""The life of a page as one table (ONC-6)."""

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
