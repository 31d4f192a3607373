"""Prepared rows of the delivery page. No subject and no text: an admin of one team reads of all of them."""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any

from channels.lifecycle import MailState
from channels.models import MailKind
from foundation.moments import in_words, span

KINDS = {
    MailKind.SINGLE: "one notice",
    MailKind.DIGEST: "digest",
    MailKind.LATE: "after an interruption",
}


@dataclass(frozen=True)
class DeliveryRow:
    """`at` is the moment that matters: when it leaves, is tried again, or was sent; `words` says it."""

    key: int
    person: str
    address: str
    holds: str
    attempts: str
    at: datetime
    before: str
    words: str
    error: str
    message: str
    dead: bool


def delivery_row(mail: Any, now: datetime, zone: tzinfo) -> DeliveryRow:
    """`mail` is a row of `querysets.deliveries`."""
    before, at = _moment(mail)
    told = "1 notice" if mail.told == 1 else f"{mail.told} notices"
    return DeliveryRow(
        key=mail.pk,
        person=str(mail.person),
        address=mail.person.email,
        holds=KINDS[mail.kind] if mail.kind == MailKind.SINGLE else f"{KINDS[mail.kind]}, {told}",
        attempts=f"{mail.attempts} of {mail.most_attempts}" if mail.attempts else "none yet",
        at=at,
        before=before,
        words=in_words(at, now, zone),
        error=mail.last_error,
        message=mail.key,
        dead=mail.state == MailState.DEAD,
    )


def _moment(mail: Any) -> tuple[str, datetime]:
    if mail.state == MailState.SENT:
        return "sent", mail.sent_at
    if mail.state == MailState.DEAD:
        return "due", mail.due_at
    if mail.last_error:
        return "again", mail.next_at
    return ("being sent, or again", mail.next_at) if mail.attempts else ("leaves", mail.next_at)


def age(stretch: timedelta | None) -> str:
    """How long, in words; nothing for less than a minute."""
    if stretch is None or stretch < timedelta(minutes=1):
        return ""
    return span(stretch)
