"""The one verb: record a fact, in the transaction of the act."""

from datetime import datetime
from typing import Any

from django.db import transaction
from psycopg2.extras import Json

from foundation.statements import Statement
from journal import outbox, registry
from journal.facts import Fact
from journal.models import Event, Source, Text

TELLS_OF_THE_PAST = (Source.IMPORT, Source.DEMO)

# Every verb ends here: one statement instead of three is a fifth of the time that filing takes.
RECORD = """
    WITH said AS (
        INSERT INTO journal_text (body) SELECT %(words)s WHERE %(words)s <> '' RETURNING id
    ), told AS (
        INSERT INTO journal_event (name, kind, subject, by_id, at, source, internal, text_id, data)
        VALUES (%(name)s, %(kind)s, %(subject)s, %(by)s,
                CASE WHEN %(tells)s THEN greatest(%(at)s, (
                    SELECT max(at) FROM journal_event WHERE kind = %(kind)s AND subject = %(subject)s
                )) ELSE %(at)s END,
                %(source)s, %(internal)s, coalesce(%(kept)s, (SELECT id FROM said)), %(data)s)
        RETURNING id, recorded_at, text_id, at
    ), waits AS (
        INSERT INTO journal_pending (event_id) SELECT id FROM told WHERE %(tells)s
    )
    SELECT id, recorded_at, text_id, at FROM told
"""
_RECORD = Statement(
    "record",
    RECORD,
    name="text",
    kind="text",
    subject="bigint",
    by="bigint",
    at="timestamptz",
    source="text",
    internal="boolean",
    data="jsonb",
    words="text",
    kept="bigint",
    tells="boolean",
)


def record(
    fact: Fact,
    *,
    subject: int,
    by: Any,
    at: datetime,
    source: str = Source.WEB,
    text: str | Text = "",
) -> Event:
    """Write the fact and its Pending row, run the reactions of higher floors, nudge delivery on commit.

    Must run inside the transaction of the act. The database refuses an `at` ahead of its clock, and
    one older than a minute unless the source is import or demo; those two make no Pending row.
    Who waited for the lock of a thing read the clock before somebody else's act on it: the fact is dated
    no earlier than that act, so that the history of one thing runs one way. The event says when.
    A `text` that another row keeps as well is given as that row, so that one redaction takes it away.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("A fact is recorded in the transaction of its act.")
    row = {
        "name": fact.name,
        "kind": fact.kind,
        "subject": subject,
        "by": by.pk,
        "at": at,
        "source": str(source),
        "internal": fact.internal,
        "data": fact.as_data(),
    }
    words, kept = ("", text.pk) if isinstance(text, Text) else (text, None)
    tells = source not in TELLS_OF_THE_PAST
    given = {**row, "data": Json(row["data"]), "words": words, "kept": kept, "tells": tells}
    ((key, recorded_at, text_id, row["at"]),) = _RECORD.rows(**given)
    if tells:
        outbox.nudge_on_commit()
    for reaction in registry.reactions_to(type(fact)):
        reaction(fact, subject=subject, by=by, at=at, source=source)
    return Event(
        id=key,
        recorded_at=recorded_at,
        text_id=text_id,
        by_id=by.pk,
        **{name: value for name, value in row.items() if name != "by"},
    )
