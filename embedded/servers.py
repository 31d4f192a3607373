"""Who uses the servers, and when they go.

Two file locks, which the kernel drops even at kill -9:

* the *gate*, exclusive: one process at a time starts, stops or counts;
* the *users* lock, shared: every user holds it while it needs the servers.

A user passes the gate to come in; who leaves, and gets the users lock alone, was the last and stops the
servers. Servers that outlive killed users are found by the next one, which uses and then stops them.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from embedded import paths, postgres, redis


def wanted() -> dict[str, bool]:
    """Which servers the environment leaves to us."""
    return {
        "postgres": not os.environ.get("DATABASE_URL"),
        "redis": not os.environ.get("REDIS_URL"),
    }


def _open(name: str) -> int:
    return os.open(paths.run_folder() / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)


@contextmanager
def gate() -> Iterator[None]:
    handle = _open("gate.lock")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


class Visit:
    """One user's stay. Leaving twice is harmless."""

    def __init__(self) -> None:
        self._ours = wanted()
        self._lock: int | None = None

    @property
    def owns_postgres(self) -> bool:
        return self._ours["postgres"]

    @property
    def any_ours(self) -> bool:
        return any(self._ours.values())

    @property
    def handle(self) -> int | None:
        """The users lock, for children that keep our place while they live."""
        return self._lock

    def enter(self) -> Visit:
        if not self.any_ours:
            return self
        with gate():
            self._lock = _open("users.lock")
            fcntl.flock(self._lock, fcntl.LOCK_SH)
            self._start()
        return self

    def _start(self) -> None:
        if self._ours["postgres"]:
            postgres.ensure()
            postgres.ensure_database()
        if self._ours["redis"]:
            redis.ensure()

    def environment(self) -> dict[str, str]:
        """The variables that lead a child to the servers."""
        said: dict[str, str] = {}
        if self._ours["postgres"]:
            said["DATABASE_URL"] = postgres.url()
        if self._ours["redis"]:
            said["REDIS_URL"] = redis.url()
        return said

    def mend(self) -> None:
        """Put a killed server up again; a glance when all is well."""
        down = (self._ours["postgres"] and not postgres.running()) or (
            self._ours["redis"] and not redis.running()
        )
        if down:
            with gate():
                self._start()

    def leave(self) -> None:
        if self._lock is None:
            return
        lock, self._lock = self._lock, None
        with gate():
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return  # somebody still needs them
            else:
                stop_all()
            finally:
                os.close(lock)


def stop_all() -> None:
    redis.stop()
    postgres.stop()


@contextmanager
def visit() -> Iterator[Visit]:
    stay = Visit().enter()
    try:
        yield stay
    finally:
        stay.leave()
