"""The loop with one known mistake in its sweep or its outbox; the product knows nothing of it.

python -m tests.faults.mutants MISTAKE    as `manage.py tick --loop`, every half second

none        the product as it is
split       moves a timer on and tells of it in two transactions
racing      two of it do not see each other: no lock, and no look at what is there
own_clock   decides what is due by the clock of its own machine
patient     waits for a row that somebody holds instead of leaving it for later
early       marks a mail sent, and sends it then
unleased    claims a mail without saying so to others
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from channels import services as channels  # noqa: E402
from channels.mail import outbox, writing  # noqa: E402
from channels.mail.carrying import Carrier  # noqa: E402
from foundation import failpoints  # noqa: E402
from problem_reports.clocks import sweep as timers  # noqa: E402
from teams.querysets import CLOCK, automatic  # noqa: E402

#: A point that only the first of them has.
BETWEEN = "between_moving_and_telling"
DUE = "SELECT id FROM problem_reports_timer WHERE next_at < {now} ORDER BY next_at, id LIMIT 500"
MOVE = """
    UPDATE problem_reports_timer SET stage = 2, state = 'breached', next_at = NULL
    WHERE id = ANY (%(timers)s) RETURNING id
"""
TELL = """
    WITH told AS (
        SELECT nextval(pg_get_serial_sequence('journal_event', 'id')) AS event, t.*
        FROM problem_reports_timer t WHERE id = ANY (%(timers)s)
    ), events AS (
        INSERT INTO journal_event (id, name, kind, subject, by_id, at, source, internal, data)
        SELECT event, 'problem_report.breached', 'problem_report', report_id, %(by)s, clock_timestamp(),
            'system', false, jsonb_build_object('promise', kind, 'epoch', epoch, 'late_by', 0)
        FROM told
    ), waits AS (INSERT INTO journal_pending (event_id) SELECT event FROM told)
    INSERT INTO problem_reports_signal (timer_id, stage, event_id) SELECT id, 2, event FROM told
    RETURNING timer_id
"""


def _found(statement: str, **values: Any) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [key for (key,) in cursor.fetchall()]


def _tell(keys: list[int]) -> int:
    return len(_found(TELL, timers=keys, by=automatic(CLOCK).pk))


def split(**_: object) -> int:
    with transaction.atomic():
        due = _found(DUE.format(now="clock_timestamp()") + " FOR UPDATE SKIP LOCKED")
        moved = _found(MOVE, timers=due)
    if moved:
        failpoints.reach(BETWEEN)
    return _tell(moved)


def racing(**_: object) -> int:
    due = _found(DUE.format(now="clock_timestamp()"))
    time.sleep(0.6)  # what a busy machine does to anybody
    with transaction.atomic():
        return _tell(_found(MOVE, timers=due))


@transaction.atomic
def own_clock(**_: object) -> int:
    due = _found(DUE.format(now="%(now)s") + " FOR UPDATE SKIP LOCKED", now=datetime.now(UTC))
    return _tell(_found(MOVE, timers=due))


@transaction.atomic
def patient(**_: object) -> int:
    due = _found(DUE.format(now="clock_timestamp()") + " FOR UPDATE")
    return _tell(_found(MOVE, timers=due))


def early(**_: object) -> int:
    sent, carrier = 0, Carrier()
    while claim := outbox.claim():
        sent += outbox.close(claim)
        carrier.carry(writing.message_of(claim.mail_id))
    carrier.close()
    return sent


UNLEASED = """
    UPDATE channels_mail SET attempts = attempts + 1 WHERE id = (
        SELECT id FROM channels_mail
        WHERE state = 'pending' AND next_at <= coalesce(%(at)s, clock_timestamp())
        ORDER BY next_at, id LIMIT 1)
    RETURNING id, attempts
"""
SWEEPS: dict[str, Callable[..., int]] = {
    "split": split,
    "racing": racing,
    "own_clock": own_clock,
    "patient": patient,
}


def build_in(mistake: str) -> None:
    if mistake in SWEEPS:
        timers.sweep = SWEEPS[mistake]
    elif mistake == "early":
        channels.deliver = early
    elif mistake == "unleased":
        outbox.CLAIM = UNLEASED
    else:
        assert mistake == "none", mistake


if __name__ == "__main__":
    build_in(sys.argv[1])
    # Only now: it takes the parts of its round by name.
    from triage.management.commands import tick

    tick.PERIOD = 0.5
    call_command("tick", "--loop")
