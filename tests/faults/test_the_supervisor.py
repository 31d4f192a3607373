"""`make run`, in a checkout of its own: whatever was killed, it or the next start puts it right."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from embedded.paths import CHECKOUT
from embedded.processes import PROC, alive
from tests.faults.processes import Child, eventually
from tests.faults.product import free_port

pytestmark = pytest.mark.faults

LEFT_OUT = (".git", ".venv*", ".run", ".*_cache", ".hypothesis", "__pycache__", "media", "bench")


class Checkout:
    """A copy of this checkout, run by the same Python; every process of it is one that we started."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copytree(CHECKOUT, folder, ignore=shutil.ignore_patterns(*LEFT_OUT))
        # The demonstration takes long to load, and is not what is tried: the product goes on without.
        (folder / "triage" / "management" / "commands" / "load_demo.py").unlink(missing_ok=True)
        self.port = free_port()
        self.supervisor = Child(
            "supervisor",
            [sys.executable, "-m", "embedded", "run"],
            log=folder.parent / "supervisor.log",
            env={"PATH": os.environ["PATH"], "PORT": str(self.port)},
            cwd=folder,
        )

    def start(self) -> float:
        self.supervisor.start()
        return eventually(self.well, 60, "the product answers, with its database and Redis")

    def well(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health/", timeout=5) as said:
                answer: dict[str, str] = json.load(said)
        except (urllib.error.URLError, OSError):
            return False
        return (answer["database"], answer["redis"]) == ("ok", "ok")

    def _sockets(self) -> str:
        note = self.folder / ".run" / "sockets.json"
        return str(json.loads(note.read_text())["folder"]) if note.exists() else str(self.folder)

    def processes(self) -> set[int]:
        """Whatever works in this copy, or keeps its data or sockets there: supervisor, crew, servers."""
        marks = (str(self.folder), self._sockets())
        pids = (int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit())
        return {pid for pid in pids if alive(pid) and _belongs(pid, marks)}

    def crew(self) -> set[int]:
        return self.processes() - {self.supervisor.pid}

    def kill(self, pids: set[int]) -> None:
        for pid in pids:
            with suppress(ProcessLookupError):  # it ended with another of them
                os.kill(pid, signal.SIGKILL)

    def clear(self) -> None:
        self.kill(self.processes())
        shutil.rmtree(self._sockets(), ignore_errors=True)


def _belongs(pid: int, marks: tuple[str, ...]) -> bool:
    try:
        place = os.readlink(PROC / str(pid) / "cwd")
        words = (PROC / str(pid) / "cmdline").read_text(errors="replace")
    except OSError:
        return False
    return any(place.startswith(mark) or mark in words for mark in marks)


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[Checkout]:
    copy = Checkout(tmp_path / "checkout")
    try:
        yield copy
    finally:
        copy.clear()


def test_what_is_killed_is_put_right_at_once_or_by_the_next_start(
    checkout: Checkout, figure: Any
) -> None:
    first = checkout.start()

    # 1. Everything but the supervisor: it starts all of it again.
    checkout.kill(checkout.crew())
    again = eventually(lambda: not checkout.well(), 5, "it is down") and eventually(
        checkout.well, 30, "the supervisor has started everything again"
    )

    # 2. The supervisor alone: its crew goes too, and a new one finds a free port and whole data.
    before = checkout.crew()
    checkout.supervisor.kill_alone()
    eventually(lambda: not _crew_left(checkout), 30, "web, worker and beat end with the supervisor")
    second = checkout.start()
    assert checkout.crew() != before

    # 3. A power cut: all at once.
    checkout.kill(checkout.processes())
    checkout.supervisor.kill()
    third = checkout.start()

    # 4. Ctrl-C ends everything, the servers included, in order.
    os.kill(checkout.supervisor.pid, signal.SIGINT)
    assert checkout.supervisor.process is not None
    assert checkout.supervisor.process.wait(40) == 0
    eventually(lambda: not checkout.processes(), 10, "nothing is left running")
    figure("make run", f"first {first:.1f} s, everything killed under it {again:.1f} s, "
           f"after its own kill {second:.1f} s, after a power cut {third:.1f} s")  # fmt: skip


def _crew_left(checkout: Checkout) -> bool:
    said = subprocess.run(
        ["ps", "-o", "args=", "-p", ",".join(map(str, checkout.processes())) or "1"],
        capture_output=True, text=True, check=False,
    ).stdout  # fmt: skip
    return "gunicorn" in said or "celery" in said
