"""Redis gone: nothing waits. PostgreSQL gone: 503, when to come back, and no traceback."""

from __future__ import annotations

import logging
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

import pytest
import redis
from celery import Celery
from django.core.cache import caches
from django.core.cache.backends.redis import RedisCacheClient
from django.db import InterfaceError, OperationalError
from django.test import Client, RequestFactory, override_settings
from django.test.utils import override_settings as with_settings

from triage.cache import RedisOrMemoryCache
from triage.logs import WithoutOutage
from triage.middleware import DatabaseOutage, handler500
from triage.settings import base

NOWHERE = "redis+socket:///nonexistent/redis.sock"


@contextmanager
def quicker_than(seconds: float) -> Iterator[None]:
    began = time.monotonic()
    yield
    assert time.monotonic() - began < seconds


def test_a_nudge_with_redis_gone_fails_at_once() -> None:
    app = Celery("without-redis", broker=NOWHERE, set_as_current=False)
    app.conf.broker_transport_options = base.CELERY_BROKER_TRANSPORT_OPTIONS
    app.conf.broker_connection_timeout = base.CELERY_BROKER_CONNECTION_TIMEOUT
    # Measured 0.02 s. A hang would be minutes, so the limit leaves room for a busy machine.
    with quicker_than(5), pytest.raises(Exception, match=r"."):
        app.send_task("channels.fan_out", retry=False, ignore_result=True)


@contextmanager
def a_redis_that_hangs() -> Iterator[str]:
    """The path of a socket that takes connections and never says a word."""
    folder = tempfile.mkdtemp()
    with socket.socket(socket.AF_UNIX) as line:
        line.bind(f"{folder}/redis.sock")
        line.listen(20)
        yield f"{folder}/redis.sock"
    shutil.rmtree(folder)


def test_a_nudge_with_redis_hanging_is_given_up_within_a_moment() -> None:
    with a_redis_that_hangs() as path:
        app = Celery("hanging-redis", broker=f"redis+socket://{path}", set_as_current=False)
        app.conf.broker_transport_options = base.CELERY_BROKER_TRANSPORT_OPTIONS
        app.conf.broker_connection_timeout = base.CELERY_BROKER_CONNECTION_TIMEOUT
        # Measured 0.3 s; with the patience that a worker has it would be 5.
        with quicker_than(4), pytest.raises(Exception, match=r"."):
            app.send_task("channels.fan_out", retry=False, ignore_result=True)


def test_a_cache_whose_redis_hangs_waits_for_it_once_and_not_at_every_question() -> None:
    cache = RedisOrMemoryCache("unix:///nonexistent/redis.sock", {})
    hangs = patch.object(RedisCacheClient, "get", side_effect=redis.TimeoutError("no word"))
    with patch("triage.cache._away_until", 0.0), hangs as asked:
        assert [cache.get(str(question), "remembered") for question in range(20)] == (
            ["remembered"] * 20
        )
    assert asked.call_count == 1


@with_settings(
    CACHES={
        "default": {
            "BACKEND": "triage.cache.RedisOrMemoryCache",
            "LOCATION": "unix:///nonexistent/redis.sock",
        }
    }
)
def test_the_cache_goes_on_in_memory_with_redis_gone() -> None:
    cache = caches.create_connection("default")
    assert cache.get("nothing") is None
    cache.set("attempts", 1, 60)
    assert cache.incr("attempts") == 2
    assert cache.add("attempts", 5) is False


@override_settings(REDIS_URL="unix:///nonexistent/redis.sock")
@pytest.mark.django_db
def test_health_says_that_redis_is_gone_and_stays_200(client: Client) -> None:
    with quicker_than(5):
        answer = client.get("/health/")
    assert answer.status_code == 200
    assert answer.json()["redis"] == "gone"


def test_health_is_503_with_the_database_gone(client: Client) -> None:
    with patch("triage.health.connection.cursor", side_effect=OperationalError("gone")):
        answer = client.get("/health/")
    assert answer.status_code == 503
    assert answer.json()["database"] == "gone"
    assert answer["Retry-After"]


@pytest.mark.parametrize("error", [OperationalError("gone"), InterfaceError("closed")])
@pytest.mark.parametrize(
    ("path", "kind"), [("/desk/", "text/html"), ("/api/v1/me/", "application/problem+json")]
)
def test_a_page_without_its_database_is_503_and_says_when_to_come_back(
    error: Exception, path: str, kind: str
) -> None:
    request = RequestFactory().get(path)
    answer = DatabaseOutage(lambda _: None).process_exception(request, error)  # type: ignore[arg-type,return-value]
    assert answer is not None
    assert answer.status_code == 503
    assert answer["Retry-After"] == "5"
    assert answer["Content-Type"].startswith(kind)
    assert b"Traceback" not in answer.content


def test_other_errors_are_not_mistaken_for_an_outage() -> None:
    request = RequestFactory().get("/desk/")
    assert DatabaseOutage(lambda _: None).process_exception(request, ValueError()) is None  # type: ignore[arg-type,return-value]


def test_an_outage_met_by_a_middleware_is_503_too() -> None:
    try:
        raise OperationalError("gone")
    except OperationalError:
        answer = handler500(RequestFactory().get("/desk/"))
    assert answer.status_code == 503


def test_an_outage_that_a_middleware_met_leaves_no_traceback_in_the_logs() -> None:
    try:
        raise OperationalError("gone")
    except OperationalError:
        record = logging.LogRecord(
            "django.request", logging.ERROR, "", 0, "503", (), sys.exc_info()
        )
    assert WithoutOutage().filter(record)
    assert record.exc_info is None
