"""Logs: one line per event, with the request's or task's id on each; JSON in production."""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from logging import Filter, LogRecord
from typing import Any

import structlog
from django.db import InterfaceError, OperationalError

# No connection, a lost one, or a lock or statement limit reached.
OUTAGE = (OperationalError, InterfaceError)

#: A feed's address is its secret.
SECRET = re.compile(r"/feeds/[^/\s]+\.ics")


def without_secrets(_: Any, __: str, said: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Takes the secret out of every address of a feed."""
    for key, value in said.items():
        if isinstance(value, str) and "/feeds/" in value:
            said[key] = SECRET.sub("/feeds/….ics", value)
    return said


SHARED = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    without_secrets,
]


def configure() -> None:
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.processors.StackInfoRenderer(),
            structlog.processors.UnicodeDecoder(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


class WithoutOutage(Filter):
    """Takes the traceback off an outage that a middleware met: triage.middleware has told it in one line."""

    def filter(self, record: LogRecord) -> bool:
        if record.exc_info and isinstance(record.exc_info[1], OUTAGE):
            record.exc_info = None
        return True


def logging(*, json: bool, level: str) -> dict[str, Any]:
    """Django's LOGGING. Everything goes to standard error: a command's output stays its own."""
    renderer: list[Any] = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
        if json
        else [structlog.dev.ConsoleRenderer(colors=False)]
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    *renderer,
                ],
                "foreign_pre_chain": SHARED,
            },
        },
        "filters": {"without_outage": {"()": WithoutOutage}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Django's own handlers would print every line twice.
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.request": {"filters": ["without_outage"], "level": level, "propagate": True},
            "django.server": {"handlers": [], "level": level, "propagate": True},
        },
    }
