"""What was left for whoever has a duty (ONC-8)."""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from psycopg2.extras import DateTimeTZRange

from oncall.models import Duty, HandoffNote
from oncall.rules import Standing

#: Who gave a duty away may still write for so long.
AFTERWARDS = timedelta(days=1)


def notes_for(who: Standing) -> list[HandoffNote]:
    """Unread notes to the duties that they hold now, the oldest first; no query for who holds none."""
    if not who.duties:
        return []
    mine = Q(pk__in=())
    for team, duty in who.duties:
        mine |= Q(team=team, duty=duty)
    return list(_unread(mine).exclude(by=who.person_id))


def notes_waiting(team_id: int, duty: str) -> list[HandoffNote]:
    """All that nobody has taken up yet, the oldest first."""
    return list(_unread(Q(team=team_id, duty=duty)))


def _unread(which: Q) -> QuerySet[HandoffNote]:
    rows = HandoffNote.objects.filter(which, read_at=None)
    return rows.select_related("team", "text", "by").order_by("pk")


def held_lately(person_id: int, team_id: int, duty: str, at: datetime) -> bool:
    lately = DateTimeTZRange(at - AFTERWARDS, at, "[]")
    return Duty.objects.filter(
        person=person_id, team=team_id, duty=duty, during__overlap=lately
    ).exists()
