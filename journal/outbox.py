"""The only nudge: tell the workers, after commit, that something is pending.

Losing it costs seconds, never a notice: the clockwork looks for Pending rows every few seconds anyway.
"""

import time

import structlog
from celery import current_app
from django.db import transaction

from foundation.backlog import enough_waits

FAN_OUT = "channels.fan_out"
QUIET_SECONDS = 1.0

log = structlog.get_logger(__name__)
_last = 0.0


def nudge_on_commit() -> None:
    transaction.on_commit(_nudge, robust=True)


def _nudge() -> None:
    # Within a second of the last one the running fan-out, or the next beat, finds the row.
    global _last
    moment = time.monotonic()
    if moment - _last < QUIET_SECONDS:
        return
    _last = moment
    nudge(FAN_OUT)


def nudge(task: str) -> None:
    """Ask a worker to run a task now, not at its next beat; a broker that is gone costs only that."""
    try:
        with current_app.producer_or_acquire() as producer:
            # Acts are quicker than workers: what waits already will find this as well.
            if not enough_waits(current_app, producer, task):
                current_app.send_task(task, producer=producer, retry=False, ignore_result=True)
    except Exception as error:  # noqa: BLE001 - a broker that is down must never fail an act
        log.warning("not_nudged", task=task, error=type(error).__name__)
