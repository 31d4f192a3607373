"""What beat and the workers do, without Celery: `tick` once, `tick --loop` every few seconds."""

import time
from collections.abc import Callable
from typing import Any

import structlog
from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, InterfaceError, close_old_connections

from bugs.services import tending as bugs
from channels.services import deliver, fan_out
from foundation import clock
from oncall import services as oncall
from oncall.services import paging
from problem_reports.tasks import sweep
from sprints.services import tending as sprints

log = structlog.get_logger(__name__)
PERIOD = 5.0
#: Each is safe beside any number of others that do the same. The sweep comes twice, because what follows it
#: may take seconds when much waits.
ROUND: tuple[Callable[[], object], ...] = (
    sweep,
    paging.sweep,
    lambda: bugs.tend(at=clock.now()),
    lambda: sprints.tend(at=clock.now()),
    lambda: oncall.publish_ahead(at=clock.now()),
    lambda: oncall.tell_handoffs(at=clock.now()),
    fan_out,
    sweep,
    paging.sweep,
    deliver,
)


class Command(BaseCommand):
    help = "Tell what is due, tend the queues, fan out and deliver: once, or in a loop."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--loop", action="store_true", help=f"again every {PERIOD:g} seconds")

    def handle(self, *args: Any, loop: bool, **options: Any) -> None:
        if not loop:
            for part in ROUND:
                part()
            return
        while True:
            began = time.monotonic()
            for part in ROUND:
                try:
                    part()
                # A database that is gone comes back; the loop outlives it, and the watchdog tells of it.
                except (DatabaseError, InterfaceError) as error:
                    log.warning("tick_failed", error=type(error).__name__)
                    close_old_connections()
            time.sleep(max(0.0, PERIOD - (time.monotonic() - began)))
