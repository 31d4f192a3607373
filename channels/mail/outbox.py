"""The outbox's own statements: claim with a lease, close with the attempt's number, put off, give up.

Each is one statement that commits by itself, so that nothing is held while the network is asked. The
attempt's number is the fencing token: whoever slept past the lease finds that it is no longer theirs.
Moments are the database's, unless a test says `at`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection

from foundation import failpoints

#: With full jitter about eight hours: as long as the mail server may be gone before a person must look.
MOST_ATTEMPTS = 15
MOST_OF_AN_ERROR = 1000
UNFINISHED = "None of its attempts came to an end: its worker was killed or stuck each time."


@dataclass(frozen=True)
class Claim:
    """The right to send one mail until the lease ends."""

    mail_id: int
    attempt: int


# As sub-selects the moment is asked once, and the index can be searched by it.
CLAIM = """
    UPDATE channels_mail
    SET attempts = attempts + 1,
        next_at = (SELECT coalesce(%(at)s, clock_timestamp())) + %(lease)s
    WHERE id = (
        SELECT id FROM channels_mail
        WHERE state = 'pending' AND next_at <= (SELECT coalesce(%(at)s, clock_timestamp()))
          AND attempts < most_attempts
        ORDER BY next_at, id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
    )
    RETURNING id, attempts
"""

CLOSE = """
    WITH closed AS (
        UPDATE channels_mail
        SET state = 'sent', sent_at = coalesce(%(at)s, clock_timestamp()), last_error = ''
        WHERE id = %(mail)s AND attempts = %(attempt)s AND state = 'pending'
        RETURNING id
    ), told AS (
        UPDATE channels_notice SET state = 'sent' WHERE mail_id = (SELECT id FROM closed)
    )
    SELECT id FROM closed
"""

PUT_OFF = """
    UPDATE channels_mail
    SET last_error = %(error)s,
        next_at = coalesce(%(at)s, clock_timestamp()) + %(wait)s,
        state = CASE WHEN attempts < most_attempts THEN 'pending' ELSE 'dead' END
    WHERE id = %(mail)s AND attempts = %(attempt)s AND state = 'pending'
    RETURNING id
"""

GIVE_UP = """
    UPDATE channels_mail SET state = 'dead', last_error = %(error)s
    WHERE id = %(mail)s AND attempts = %(attempt)s AND state = 'pending'
    RETURNING id
"""

BURY = """
    UPDATE channels_mail
    SET state = 'dead', last_error = coalesce(nullif(last_error, ''), %(error)s)
    WHERE state = 'pending' AND next_at <= (SELECT coalesce(%(at)s, clock_timestamp()))
      AND attempts >= most_attempts
"""


def claim(at: datetime | None = None) -> Claim | None:
    """The next mail that is due, counted as one more attempt; None when none is.

    Rows that somebody else is claiming, or puts a notice into, are skipped.
    """
    row = _row(CLAIM, {"at": at, "lease": settings.MAIL_LEASE})
    if row is None:
        return None
    failpoints.reach("after_claim")
    return Claim(*row)


def close(claimed: Claim, at: datetime | None = None) -> bool:
    """It was sent, and with it its notices; False when the claim was no longer ours."""
    failpoints.reach("before_done")
    return _row(CLOSE, {**_of(claimed), "at": at}) is not None


def put_off(claimed: Claim, error: str, wait: timedelta, at: datetime | None = None) -> bool:
    """It failed and is tried again after `wait`; dead when that was its last attempt."""
    told = {**_of(claimed), "error": _words(error), "wait": wait, "at": at}
    return _row(PUT_OFF, told) is not None


def give_up(claimed: Claim, error: str) -> bool:
    """It will never be taken, so it is not tried again until somebody replays it."""
    return _row(GIVE_UP, {**_of(claimed), "error": _words(error)}) is not None


def bury(at: datetime | None = None) -> None:
    """What has used up its attempts without an end is dead, so that somebody sees it."""
    with connection.cursor() as cursor:
        cursor.execute(BURY, {"at": at, "error": UNFINISHED})


def _of(claimed: Claim) -> dict[str, Any]:
    return {"mail": claimed.mail_id, "attempt": claimed.attempt}


def _words(error: str) -> str:
    return error.replace("\0", "")[:MOST_OF_AN_ERROR] or "No reason was given."


def _row(statement: str, values: Mapping[str, Any]) -> tuple[int, ...] | None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row: tuple[int, ...] | None = cursor.fetchone()
    return row
