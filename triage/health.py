"""`/health/`: whether this process can do its work. `/health/timers`: whether clocks run. A cheap query each.

The first is 200 while the database answers. Redis, the workers or the clocks being gone is told but is no
503: filing goes on without them, and taking the web process out of service would only make it worse. The
second is for a dead-man's switch outside, and takes nothing out of service (decision 0008).
"""

from __future__ import annotations

from typing import Any

import redis
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from channels.rules import stands_still
from channels.services import TIMERS
from triage import watchdog
from triage.middleware import RETRY_AFTER_SECONDS

HEARTBEAT_KEY = "firebreak:heartbeat"
HEARTBEAT_SECONDS = 45  # three beats of ten seconds may be missed, and one slow task waited for


def _redis() -> redis.Redis:
    patience = settings.REDIS_PATIENCE_SECONDS
    return redis.Redis.from_url(
        settings.REDIS_URL, socket_connect_timeout=patience, socket_timeout=patience
    )


def beat() -> None:
    """Called by a worker: the key goes by itself when no worker renews it."""
    with _redis() as client:
        client.set(HEARTBEAT_KEY, "1", ex=HEARTBEAT_SECONDS)


_SWEPT = "SELECT clock_timestamp(), (SELECT at FROM channels_heartbeat WHERE name = %s)"


def _database_and_timers() -> tuple[str, str]:
    try:
        with connection.cursor() as cursor:
            cursor.execute(_SWEPT, [TIMERS])
            now, beaten = cursor.fetchone()
    except (DatabaseError, InterfaceError):
        return "gone", "unknown"
    return "ok", "standing still" if stands_still(beaten, now) else "ok"


def _redis_and_workers() -> tuple[str, str]:
    try:
        with _redis() as client:
            return "ok", "ok" if client.exists(HEARTBEAT_KEY) else "silent"
    except (redis.RedisError, OSError):
        return "gone", "unknown"


@require_safe
@never_cache
def health(request: HttpRequest) -> JsonResponse:
    database, timers = _database_and_timers()
    broker, workers = _redis_and_workers()
    well = database == "ok"
    answer = JsonResponse(
        {
            "status": "ok" if well else "down",
            "database": database,
            "redis": broker,
            "workers": workers,
            "timers": timers,
        },
        status=200 if well else 503,
    )
    if not well:
        answer["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return answer


@require_safe
@never_cache
def timers(request: HttpRequest) -> JsonResponse:
    """200 with figures, or 503 with the reasons in words: what an alarm outside asks once a minute."""
    try:
        found = watchdog.figures()
    except (DatabaseError, InterfaceError):
        return _alarm({"reasons": ["The database does not answer."]})
    if why := list(watchdog.reasons(found)):
        return _alarm({"reasons": why, **found.as_numbers()})
    return JsonResponse({"status": "ok", **found.as_numbers()})


def _alarm(told: dict[str, Any]) -> JsonResponse:
    answer = JsonResponse({"status": "late", **told}, status=503)
    answer["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return answer
