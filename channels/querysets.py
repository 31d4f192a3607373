"""Reading notices, and what an operator must see of their delivery."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, OuterRef, QuerySet, Subquery

from channels.lifecycle import CHOSEN, MailState
from channels.models import Channel, Mail, Notice, NoticePreference, Outage, ReadingHours
from foundation.statements import Statement


def notices_of(person_id: int, *, before: int | None = None) -> QuerySet[Notice]:
    """What a person was told, newest first, below the key `before`, with what was written."""
    told = Notice.objects.filter(person_id=person_id, channel=Channel.IN_APP)
    if before is not None:
        told = told.filter(pk__lt=before)
    return told.select_related("event__text").order_by("-pk")


_NEWS = Statement(
    "news",
    """
    SELECT count(*), (SELECT at FROM channels_heartbeat WHERE name = %(beat)s) FROM (
        SELECT FROM channels_notice
        WHERE person_id = %(person)s AND channel = 'in_app' AND read_at IS NULL LIMIT %(most)s
    ) AS told
    """,
    person="bigint",
    most="bigint",
    beat="text",
)


@dataclass(frozen=True)
class News:
    """What every page asks, in one statement: unread notices, and when a heartbeat last beat, if ever."""

    unread: int
    beaten: datetime | None


def news(person_id: int, *, most: int, beat: str) -> News:
    """How many notices a person has not read, counted up to `most`, and the last beat of that name."""
    return News(*_NEWS.rows(person=person_id, most=most, beat=beat)[0])


def hearing_of(person_id: int) -> tuple[dict[str, str], dict[str, Any]]:
    """How a person hears: topic -> how by e-mail, and their hours; where they chose nothing, the house's."""
    rows = NoticePreference.objects.filter(person_id=person_id, channel=Channel.EMAIL)
    chosen = dict(rows.values_list("topic", "how"))
    ways = {t.value: chosen.get(t.value, str(told.by_mail)) for t, told in CHOSEN.items()}
    kept = ReadingHours.objects.filter(person_id=person_id).values(
        "digest_at", "quiet_from", "quiet_until"
    )
    return ways, kept.first() or {"digest_at": ReadingHours.DIGEST_AT}


# --- Figures: one indexed query each ---------------------------------------------------------------

OLDEST_PENDING = """
    SELECT clock_timestamp() - e.recorded_at
    FROM journal_pending p JOIN journal_event e ON e.id = p.event_id
    ORDER BY p.event_id LIMIT 1
"""
OLDEST_UNSENT = """
    SELECT clock_timestamp() - due_at FROM channels_mail
    WHERE state = 'pending' AND due_at <= (SELECT clock_timestamp())
    ORDER BY due_at LIMIT 1
"""
DEAD = "SELECT count(*) FROM channels_mail WHERE state = 'dead'"
BEATEN = "SELECT clock_timestamp() - at FROM channels_heartbeat WHERE name = %s"


def oldest_pending_age() -> timedelta | None:
    """How long the oldest event has waited to be told to anybody; None when none waits."""
    age: timedelta | None = _one(OLDEST_PENDING)
    return age


def oldest_unsent_age() -> timedelta | None:
    """For how long the mail that ought to have left first has not, retries included; None when all have."""
    age: timedelta | None = _one(OLDEST_UNSENT)
    return age


def dead_letters() -> int:
    """How many mails were given up and not replayed."""
    count: int = _one(DEAD)
    return count


def since_beat(name: str) -> timedelta | None:
    """How long ago something last said that it runs; None when it never has."""
    age: timedelta | None = _one(BEATEN, [name])
    return age


def outages(
    name: str, *, since: datetime | None = None, until: datetime | None = None
) -> QuerySet[Outage]:
    """When something that must never stop stood still, newest first: what touches the stretch given."""
    found = Outage.objects.filter(name=name)
    if since is not None:
        found = found.filter(until__gte=since)
    if until is not None:
        found = found.filter(since__lte=until)
    return found.order_by("-since", "-pk")


def _one(statement: str, values: list[Any] | None = None) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row = cursor.fetchone()
    return row[0] if row else None


# --- Deliveries ------------------------------------------------------------------------------------

WAITING, FAILING, DEAD_ONES, SENT = "waiting", "failing", "dead", "sent"
_SHOWN = {
    WAITING: {"state": MailState.PENDING, "last_error": ""},
    FAILING: {"state": MailState.PENDING, "last_error__gt": ""},
    DEAD_ONES: {"state": MailState.DEAD},
    SENT: {"state": MailState.SENT},
}


def deliveries(show: str, *, before: int | None = None) -> QuerySet[Any]:
    """Mails that wait, fail, are dead or were sent, newest first, below the key `before`.

    Each with `told`, how many notices it carries.
    """
    found = Mail.objects.filter(**_SHOWN[show])
    if before is not None:
        found = found.filter(pk__lt=before)
    # Counted for the rows that are shown, not for all before they are cut.
    carried = Notice.objects.filter(mail=OuterRef("pk")).order_by().values("mail")
    told = Subquery(carried.annotate(n=Count("pk")).values("n"))
    return found.select_related("person").annotate(told=told).order_by("-pk")
