"""A cache that survives its server: Redis, or this process's memory while Redis is gone.

It holds only what may be lost (rate limits, small remembered figures). Signing in must work without it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

import redis
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache

#: After Redis has failed once, this process does not ask it again for so long: a Redis that hangs would
#: otherwise cost every request its patience, several times over.
AWAY_SECONDS = 5.0
_away_until = 0.0

METHODS = (
    "add",
    "get",
    "set",
    "touch",
    "delete",
    "get_many",
    "has_key",
    "incr",
    "set_many",
    "delete_many",
    "clear",
)


class RedisOrMemoryCache(RedisCache):
    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._memory = LocMemCache("without-redis", {**params, "OPTIONS": {}})


def _forgiving(name: str) -> Callable[..., Any]:
    from_redis = getattr(RedisCache, name)

    @wraps(from_redis)
    def method(self: RedisOrMemoryCache, *args: Any, **kwargs: Any) -> Any:
        global _away_until
        if time.monotonic() >= _away_until:
            try:
                return from_redis(self, *args, **kwargs)
            except (redis.ConnectionError, redis.TimeoutError):
                _away_until = time.monotonic() + AWAY_SECONDS
        return getattr(self._memory, name)(*args, **kwargs)

    return method


for _name in METHODS:
    setattr(RedisOrMemoryCache, _name, _forgiving(_name))
