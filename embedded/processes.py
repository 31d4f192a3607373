"""Telling a living server from a zombie, a stranger with the same number, or a stale note."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

PROC = Path("/proc")


def alive(pid: int, *, mark: str | None = None) -> bool:
    """Whether `pid` runs, is no zombie, and (where /proc tells) carries `mark` in its command line."""
    if pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    if not PROC.joinpath("self").exists():
        return True
    try:
        state = PROC.joinpath(str(pid), "stat").read_text().rpartition(")")[2].split()[0]
        words = (
            PROC.joinpath(str(pid), "cmdline")
            .read_bytes()
            .replace(b"\0", b" ")
            .decode(errors="replace")
        )
    except OSError:
        return False
    return state != "Z" and (mark is None or mark in words)


def started(pid: int) -> str:
    """A word that tells this process from a later one with the same number."""
    try:
        return PROC.joinpath(str(pid), "stat").read_text().rpartition(")")[2].split()[19]
    except OSError:
        return "0"


def first_line_pid(path: Path) -> int:
    try:
        return int(path.read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return 0


def end(pid: int, *, mark: str, patience: float = 10.0) -> None:
    """Ask the process to stop, insist after `patience` seconds."""
    for word in (signal.SIGTERM, signal.SIGKILL):
        if not alive(pid, mark=mark):
            return
        try:
            os.kill(pid, word)
        except ProcessLookupError:
            return
        wait_until(lambda: not alive(pid, mark=mark), patience)


def wait_until(true: Callable[[], bool], seconds: float, pause: float = 0.05) -> bool:
    limit = time.monotonic() + seconds
    while time.monotonic() < limit:
        if true():
            return True
        time.sleep(pause)
    return true()
