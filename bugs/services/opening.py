"""How a bug comes to be: opened by the classification of a report, never by itself (PR-4)."""

from datetime import datetime

from bugs.events import BugOpened
from bugs.models import Bug
from journal import services as journal
from teams.models import Person, ProductArea


def open_bug(
    *,
    opened_by: int,
    report: str,
    title: str,
    priority: str,
    how_confirmed: str,
    product_area: ProductArea,
    by: Person,
    at: datetime,
    source: str = "web",
) -> Bug:
    """Open a bug: called by *classify* alone, inside its transaction.

    `opened_by` is the number that the classification will get; a deferred key refuses a bug whose
    classification is not there at commit.
    """
    bug = Bug.objects.create(
        team_id=product_area.team_id,
        product_area=product_area,
        title=title,
        priority=priority,
        how_confirmed=how_confirmed,
        opened_at=at,
        opened_by=opened_by,
    )
    fact = BugOpened(priority=priority, report=report)
    journal.record(fact, subject=bug.pk, by=by, at=at, source=source)
    return bug
