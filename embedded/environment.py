"""Makes the checkout's environment from a lock, and only when the lock has changed.

Run by the system's Python before anything is installed: `python3 -m embedded.environment [dev|browser]`.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

from embedded import paths
from embedded.paths import CHECKOUT, Trouble

# The browser's plugins slow every test worker, so that suite has an environment of its own.
FOLDERS = {"dev": ".venv", "browser": ".venv-browser"}
REQUIREMENTS = CHECKOUT / "requirements"


def python_of(folder: Path) -> Path:
    return folder / "bin" / "python"


def _fingerprint(*locks: Path) -> str:
    parts = [sys.version, str(CHECKOUT), *(lock.read_text() for lock in locks)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _is_current(folder: Path, fingerprint: str) -> bool:
    stamp = folder / "made-from"
    return python_of(folder).exists() and stamp.exists() and stamp.read_text() == fingerprint


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _uv() -> Path | None:
    """uv in a small environment of its own; None when it cannot be had (pip does the work then)."""
    folder, lock = CHECKOUT / ".venv-tools", REQUIREMENTS / "tools.lock"
    fingerprint = _fingerprint(lock)
    if not _is_current(folder, fingerprint):
        venv.create(folder, clear=True, with_pip=True)
        try:
            _pip(folder, lock)
        except subprocess.CalledProcessError:
            return None
        (folder / "made-from").write_text(fingerprint)
    return folder / "bin" / "uv"


def _quiet(*command: str) -> None:
    # Everything to stderr: the output of `make manage` is the command's alone.
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=sys.stderr, cwd=CHECKOUT)


def _pip(folder: Path, lock: Path) -> None:
    _quiet(str(python_of(folder)), "-m", "pip", "install", "-qq", "--disable-pip-version-check",
           "--require-hashes", "-r", str(lock))  # fmt: skip


def _fill(folder: Path, lock: Path) -> None:
    uv = _uv()
    # The second try is for an account without a home to keep a cache in.
    for without_cache in [[], ["--no-cache"]] if uv is not None else []:
        try:
            _quiet(str(uv), "pip", "sync", "--quiet", "--system-certs", "--require-hashes", *without_cache,
                   "--python", str(python_of(folder)), str(lock))  # fmt: skip
        except (subprocess.CalledProcessError, OSError):
            _say("uv could not install; trying another way.")
        else:
            return
    # Without pip inside the environment so far (uv needs none there).
    venv.create(folder, clear=True, with_pip=True)
    _pip(folder, lock)


def make(group: str = "dev") -> Path:
    """The environment of `group`, made or renewed if its lock has changed. Returns its Python."""
    if sys.version_info < (3, 11):
        raise Trouble(f"Python 3.11 or later is needed; this is {sys.version.split()[0]}.")
    folder, lock = CHECKOUT / FOLDERS[group], REQUIREMENTS / f"{group}.lock"
    fingerprint = _fingerprint(lock)
    if _is_current(folder, fingerprint):
        return python_of(folder)
    # Two makes at once: the second waits here, and then finds the work done.
    handle = os.open(
        paths.run_folder() / "environment.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644
    )
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        if not _is_current(folder, fingerprint):
            _say(f"Making the environment {folder.name} (once) …")
            (folder / "made-from").unlink(missing_ok=True)
            # Not cleared when it works: a renewal then touches only what has changed.
            venv.create(folder, clear=not python_of(folder).exists(), with_pip=False)
            _fill(folder, lock)
            _put_checkout_on_the_path(folder)
            (folder / "made-from").write_text(fingerprint)
    finally:
        os.close(handle)
    return python_of(folder)


def _put_checkout_on_the_path(folder: Path) -> None:
    # So that `pytest`, `mypy` and `lint-imports` find the packages from wherever they are called.
    site = next((folder / "lib").glob("python*/site-packages"))
    (site / "checkout.pth").write_text(f"{CHECKOUT}\n")


if __name__ == "__main__":
    try:
        make(*sys.argv[1:])
    except Trouble as trouble:
        sys.exit(str(trouble))
    except subprocess.CalledProcessError as error:
        sys.exit(f"The environment could not be made: {error}")
