"""The one verb: record a fact, in the transaction of the act."""

from datetime import datetime
from typing import Any

from django.db import transaction

from journal import outbox, registry
from journal.facts import Fact
from journal.models import Event, Pending, Source, Text

TELLS_OF_THE_PAST = (Source.IMPORT, Source.DEMO)


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
    A `text` that another row keeps as well is given as that row, so that one redaction takes it away.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("A fact is recorded in the transaction of its act.")
    event = Event.objects.create(
        name=fact.name,
        kind=fact.kind,
        subject=subject,
        by=by,
        at=at,
        source=source,
        internal=fact.internal,
        text=_kept(text),
        data=fact.as_data(),
    )
    if source not in TELLS_OF_THE_PAST:
        Pending.objects.create(event=event)
        outbox.nudge_on_commit()
    for reaction in registry.reactions_to(type(fact)):
        reaction(fact, subject=subject, by=by, at=at, source=source)
    return event


def _kept(text: str | Text) -> Text | None:
    if isinstance(text, Text):
        return text
    return Text.objects.create(body=text) if text else None
