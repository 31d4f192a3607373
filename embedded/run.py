"""The whole product in one terminal: migrate, load the demonstration once, then web, worker and beat."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from functools import partial

from embedded import commands, postgres, processes, servers
from embedded.paths import CHECKOUT, Trouble

WEB_WORKERS, WEB_THREADS = 2, 4
CALM_SECONDS = 10  # a child that lives this long has started well
TRIES = 5

LOGINS = "Sign in as lena, rhea, otto, ines, pia, adam or sami; the password of all is demo."


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _address() -> tuple[str, int]:
    host, port = os.environ.get("HOST", "127.0.0.1"), os.environ.get("PORT", "8000")
    if not port.isdigit() or not 0 < int(port) < 65536:
        raise Trouble(f"PORT must be a number from 1 to 65535, not {port!r}.")
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, int(port)))
        except OSError as error:
            raise Trouble(
                f"Port {port} is taken ({error.strerror}); try PORT=8123 make run."
            ) from None
    return host, int(port)


def end_with_parent() -> None:
    """In the child: ask the kernel for a TERM when the supervisor dies, so that kill -9 leaves no orphans."""
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)


class Child:
    """One process of the product, started again when it falls."""

    def __init__(self, name: str, command: list[str], stay: servers.Visit) -> None:
        self.name, self._command, self._stay = name, command, stay
        self._falls = 0
        self.start()

    def start(self) -> None:
        self._since = time.monotonic()
        # A session of its own: Ctrl-C reaches the supervisor alone, which then ends them in order.
        self.process = subprocess.Popen(
            self._command, cwd=CHECKOUT, env=commands.environment(self._stay), stdin=subprocess.DEVNULL,
            start_new_session=True, preexec_fn=end_with_parent,
            # Children keep our place among the users: servers stay up while any of them lives.
            pass_fds=() if self._stay.handle is None else (self._stay.handle,),
        )  # fmt: skip

    def fell(self) -> bool:
        return self.process.poll() is not None

    def rise(self) -> None:
        self._falls = 1 if time.monotonic() - self._since > CALM_SECONDS else self._falls + 1
        if self._falls >= TRIES:
            raise Trouble(
                f"{self.name} falls again and again (code {self.process.returncode}); stopping."
            )
        _say(f"{self.name} fell (code {self.process.returncode}); starting it again.")
        time.sleep(0.3 * self._falls)
        self.start()

    def ask_to_end(self) -> None:
        if not self.fell():
            self.process.terminate()

    def make_end(self, patience: float) -> None:
        try:
            self.process.wait(patience)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def command_lines(host: str, port: int) -> dict[str, list[str]]:
    """What the product is made of: the words after `python` of each of its processes, web first."""
    web = ["-m", "gunicorn", "triage.wsgi", "--bind", f"{host}:{port}", "--workers", str(WEB_WORKERS),
           "--threads", str(WEB_THREADS), "--worker-class", "gthread", "--worker-tmp-dir", _memory_folder(),
           "--graceful-timeout", "10", "--log-level", "warning"]  # fmt: skip
    worker = "-m celery --app triage.celery --quiet worker --concurrency 1 --loglevel WARNING"
    worker += " --without-gossip --without-mingle"
    beat = "-m celery --app triage.beat --quiet beat --loglevel WARNING"
    beat += " --scheduler triage.beat:Scheduler --pidfile="
    return {"web": web, "worker": worker.split(), "beat": beat.split()}


def _crew(stay: servers.Visit, host: str, port: int) -> list[Callable[[], Child]]:
    lines = command_lines(host, port)
    if os.environ.get("DEBUG", "").lower() in {"1", "true", "yes", "on"}:
        lines["web"].append("--reload")
    return [partial(Child, name, commands.python(*words), stay) for name, words in lines.items()]


def _memory_folder() -> str:
    # The heartbeat files of gunicorn's workers: on a slow disk they would block.
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else "/tmp"  # noqa: S108 - gunicorn makes its files private


def _wait_for_page(url: str, children: list[Child]) -> None:
    def answers() -> bool:
        for child in children:
            if child.fell():
                child.rise()
        try:
            return bool(urllib.request.urlopen(f"{url}health/", timeout=5).status == 200)
        except (urllib.error.URLError, OSError):
            return False

    if not processes.wait_until(answers, 90, 0.1):
        raise Trouble("The web process does not answer.")


def _prepare(stay: servers.Visit) -> None:
    if code := commands.call(stay, commands.manage("migrate", "--no-input", "--verbosity", "0")):
        raise SystemExit(code)
    # Persons whose password everybody knows belong into our own database, never into one that was given.
    if stay.owns_postgres and commands.call(stay, commands.manage("load_demo", "--once")):
        _say("The demonstration could not be loaded; going on without it.")


def product() -> int:
    host, port = _address()
    began = time.monotonic()
    children: list[Child] = []

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with servers.visit() as stay:
        # INT too: a shell that starts us in the background would have it ignored.
        signal.signal(signal.SIGINT, stop)
        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGHUP, stop)
        try:
            _prepare(stay)
            for start in _crew(stay, host, port):
                children.append(start())
            url = f"http://{'localhost' if host == '127.0.0.1' else host}:{port}/"
            _wait_for_page(url, children)
            _say(f"\nFirebreak is at {url} ({time.monotonic() - began:.1f} s). Ctrl-C stops it.")
            if stay.owns_postgres:
                _say(f"{LOGINS}\n")
            _watch(stay, children)
        except KeyboardInterrupt:
            _say("Stopping …")
        finally:
            # A second Ctrl-C must not leave children behind; it only has to wait.
            for word in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(word, signal.SIG_IGN)
            # Web first: nothing new comes in while the worker finishes its task.
            for child in children:
                child.ask_to_end()
            for child in children:
                child.make_end(patience=25)
    return 0


def _watch(stay: servers.Visit, children: list[Child]) -> None:
    """Every second a glance: start again what fell, the servers included."""
    while True:
        time.sleep(1)
        try:
            stay.mend()
        except Trouble as trouble:
            _say(str(trouble))
        for child in children:
            if child.fell():
                child.rise()


def demo_reset() -> int:
    """Drop and create: history refuses DELETE and TRUNCATE, so a new database is the only clean start."""
    with servers.visit() as stay:
        if "DATABASE_URL" not in stay.environment():
            raise Trouble(
                "demo-reset drops the database; it does that only to the embedded one (unset DATABASE_URL)."
            )
        postgres.drop_database()
        postgres.ensure_database()
        if code := commands.call(
            stay, commands.manage("migrate", "--no-input", "--verbosity", "0")
        ):
            return code
        return commands.call(stay, commands.manage("load_demo"))
