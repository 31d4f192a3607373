"""The sweep: what is due is told once, in one statement, by any number of processes at once (SLA-3).

1. Claim timers whose `next_at` has passed, oldest first; rows that somebody else holds are skipped.
2. Move each a stage on: warned, or breached when its due moment has passed, then escalated.
3. Insert for each its signal, its event and the event's Pending row. The signal is unique per timer and
   stage, so that even a sweep gone wrong cannot tell twice.

All in the statement's own transaction: a killed process leaves the rows as they were. The database's
clock decides. Strictly after the moment, because an answer at that very moment is in time.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from foundation import failpoints
from foundation.statements import Statement
from journal import outbox
from journal.models import Source
from journal.services import TELLS_OF_THE_PAST
from teams.querysets import CLOCK, automatic

BATCH = 500

TELL = """
    WITH present AS (SELECT coalesce(%(at)s, clock_timestamp()) AS moment),
    due AS ({due}),
    fired AS (
        UPDATE problem_reports_timer t SET
            stage = CASE WHEN t.due_at < present.moment THEN greatest(t.stage + 1, 2) ELSE 1 END,
            state = CASE WHEN t.due_at < present.moment THEN 'breached' ELSE t.state END,
            next_at = CASE WHEN t.next_at IS NULL OR t.paused_since IS NOT NULL THEN NULL
                           WHEN t.due_at >= present.moment THEN t.due_at
                           WHEN t.stage < 2 AND t.kind IN ('first_response', 'classification', 'next_update')
                           THEN t.escalate_at END
        -- As an array: joined with rows whose number it must guess, PostgreSQL reads the whole table.
        FROM present WHERE t.id = ANY (ARRAY(SELECT id FROM due))
        RETURNING t.id, t.report_id, t.kind, t.epoch, t.stage, t.warn_at, t.due_at, t.escalate_at
    ), told AS (
        -- The name of the sequence is asked once, not for every row.
        SELECT nextval((SELECT pg_get_serial_sequence('journal_event', 'id'))::regclass) AS event, fired.*,
               (ARRAY[warn_at, due_at, escalate_at])[stage] AS since
        FROM fired
    ), events AS (
        INSERT INTO journal_event (id, name, kind, subject, by_id, at, source, internal, data)
        SELECT event, (ARRAY['problem_report.warned', 'problem_report.breached',
                             'problem_report.escalated'])[stage],
               'problem_report', report_id, %(by)s, present.moment, %(source)s, stage <> 2,
               jsonb_build_object('promise', told.kind, 'epoch', epoch, 'due_at', to_char(
                   due_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"'),
                   'late_by', round(extract(epoch FROM present.moment - since)::numeric, 3))
        FROM told, present
    ), waits AS (
        INSERT INTO journal_pending (event_id) SELECT event FROM told WHERE %(tells)s
    )
    INSERT INTO problem_reports_signal (timer_id, stage, event_id) SELECT id, stage, event FROM told
    RETURNING id
"""
_TYPES = {"at": "timestamptz", "by": "bigint", "source": "text", "tells": "boolean"}
_SWEEP = Statement(
    "sweep_timers",
    TELL.format(
        due="""
        -- As a sub-select the moment bounds the search of the index: nothing due, nothing read.
        SELECT id FROM problem_reports_timer WHERE next_at < (SELECT moment FROM present)
        ORDER BY next_at, id LIMIT %(batch)s FOR UPDATE SKIP LOCKED
        """
    ),
    **_TYPES,
    batch="bigint",
)
#: The same for reports whose locks are held: by its moments, since a demonstration's are not looked at.
_SETTLE = Statement(
    "settle_timers",
    TELL.format(
        due="""
        SELECT id FROM problem_reports_timer, present
        WHERE report_id = ANY (%(reports)s) AND stopped_at IS NULL AND state <> 'superseded'
            AND ((paused_since IS NULL AND (stage = 0 AND warn_at < present.moment
                  OR stage = 2 AND next_at < present.moment))
                 OR (stage < 2 AND due_at < least(present.moment, coalesce(paused_since, 'infinity'))))
        ORDER BY id FOR UPDATE OF problem_reports_timer
        """
    ),
    **_TYPES,
    reports="bigint[]",
)


def sweep(*, at: datetime | None = None, batch: int = BATCH) -> int:
    """Tell everything that is due, batch by batch, each in its own transaction; how many stages were told."""
    told = 0
    by = automatic(CLOCK).pk
    while True:
        with transaction.atomic():
            rows = _SWEEP.rows(at=at, by=by, source=Source.SYSTEM, tells=True, batch=batch)
            if rows:
                failpoints.reach("after_sweep_before_commit")
                outbox.nudge_on_commit()
        told += len(rows)
        if len(rows) < batch:
            return told


def settle(reports: Iterable[int], *, at: datetime, source: str) -> int:
    """Tell what was due for these reports before an act on them, in the act's own transaction."""
    past, keys = source in TELLS_OF_THE_PAST, list(reports)
    told = 0
    while rows := _SETTLE.rows(
        at=at,
        by=automatic(CLOCK).pk,
        source=source if past else Source.SYSTEM,
        tells=not past,
        reports=keys,
    ):
        told += len(rows)
    return told
