"""`/health/`: whether this process can do its work, in one cheap query.

200 when the database answers. Redis or the workers being gone is told but is no 503: filing goes on
without them, and taking the web process out of service would only make it worse.
"""

from __future__ import annotations

import redis
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

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


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, InterfaceError):
        return "gone"
    return "ok"


def _redis_and_workers() -> tuple[str, str]:
    try:
        with _redis() as client:
            return "ok", "ok" if client.exists(HEARTBEAT_KEY) else "silent"
    except (redis.RedisError, OSError):
        return "gone", "unknown"


@require_safe
@never_cache
def health(request: HttpRequest) -> JsonResponse:
    database = _database()
    broker, workers = _redis_and_workers()
    well = database == "ok"
    answer = JsonResponse(
        {
            "status": "ok" if well else "down",
            "database": database,
            "redis": broker,
            "workers": workers,
        },
        status=200 if well else 503,
    )
    if not well:
        answer["Retry-After"] = "5"
    return answer
