"""Children of this suite: started, killed, frozen and started again, each with its own log.

Only what was started here is ever signalled: a child leads a session of its own, so its group is ours.
Start children from the main thread alone: they end with the thread that started them.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from embedded.paths import CHECKOUT
from embedded.processes import PROC, alive, wait_until
from embedded.run import end_with_parent


class Child:
    def __init__(
        self,
        name: str,
        command: list[str],
        *,
        log: Path,
        env: dict[str, str],
        cwd: Path = CHECKOUT,
        spawn: dict[str, Any] | None = None,
    ) -> None:
        self.name, self.command, self.log = name, command, log
        self._env, self._cwd, self._spawn = env, cwd, spawn or {}
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> Child:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, cwd=self._cwd, env=self._env, stdin=subprocess.DEVNULL, stdout=log,
                stderr=subprocess.STDOUT, start_new_session=True, preexec_fn=end_with_parent,
                **self._spawn,
            )  # fmt: skip
        return self

    @property
    def pid(self) -> int:
        assert self.process is not None, f"{self.name} was never started"
        return self.process.pid

    def runs(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def parts(self) -> list[int]:
        """The processes that this one has started: gunicorn's workers, Celery's pool."""
        try:
            said = PROC.joinpath(str(self.pid), "task", str(self.pid), "children").read_text()
        except OSError:
            return []
        return [int(pid) for pid in said.split() if alive(int(pid))]

    def kill(self) -> None:
        """SIGKILL for it and all of its group; returns when it is gone."""
        if self.runs():
            os.killpg(self.pid, signal.SIGKILL)
        self._wait(10)

    def kill_alone(self) -> None:
        """SIGKILL for the leader only: what it had started must notice by itself."""
        if self.runs():
            os.kill(self.pid, signal.SIGKILL)
        self._wait(10)

    def kill_parts(self) -> list[int]:
        """SIGKILL for what it has started, not for itself."""
        parts = self.parts()
        for pid in parts:
            os.kill(pid, signal.SIGKILL)
        return parts

    def freeze(self) -> None:
        os.killpg(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.killpg(self.pid, signal.SIGCONT)

    def stop(self, patience: float = 10) -> None:
        """As an operator would: TERM, and SIGKILL for what is left."""
        if self.runs():
            os.kill(self.pid, signal.SIGTERM)
            try:
                self._wait(patience)
            except subprocess.TimeoutExpired:
                self.kill()

    def said(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def _wait(self, seconds: float) -> None:
        if self.process is not None:
            self.process.wait(seconds)


def eventually(true: Callable[[], bool], seconds: float, what: str) -> float:
    """Wait until it is so; returns after how many seconds, fails with `what` when it never is."""
    began = time.monotonic()
    assert wait_until(true, seconds), f"not within {seconds} s: {what}"
    return time.monotonic() - began
