"""Children in the foreground: run one, hand signals on, give back its code."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from embedded import servers
from embedded.paths import CHECKOUT


def python(*words: str) -> list[str]:
    return [sys.executable, *words]


def manage(*words: str) -> list[str]:
    return python("manage.py", *words)


def environment(stay: servers.Visit) -> dict[str, str]:
    # Celery warns that root is no good user; in a container there is no other.
    quiet = {"PYTHONUNBUFFERED": "1", "PYTHONWARNINGS": "ignore:::celery.platforms"}
    # Threads share two heaps of the C library instead of one each: a tenth less memory.
    small = {"MALLOC_ARENA_MAX": "2"}
    return {**quiet, **small, **os.environ, **stay.environment()}


def call(stay: servers.Visit, command: list[str]) -> int:
    """Run `command` with the servers' addresses; Ctrl-C and TERM are its to answer, we wait for it."""
    child = subprocess.Popen(command, cwd=CHECKOUT, env=environment(stay))
    before = {
        signal.SIGINT: signal.signal(
            signal.SIGINT, signal.SIG_IGN
        ),  # the terminal tells the child itself
        signal.SIGTERM: signal.signal(signal.SIGTERM, lambda *_: child.terminate()),
    }
    try:
        code = child.wait()
    finally:
        for word, handler in before.items():
            signal.signal(word, handler)
    return code if code >= 0 else 128 - code


def execute(command: list[str]) -> int:
    with servers.visit() as stay:
        return call(stay, command)
