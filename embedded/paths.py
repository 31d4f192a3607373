"""Where things of this checkout live on the disk, and as whom the servers run."""

from __future__ import annotations

import hashlib
import json
import os
import pwd
import stat
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parent.parent
RUN = CHECKOUT / ".run"
NAME = "firebreak"


class Trouble(Exception):
    """Something the reader can put right; shown as one plain sentence, without a traceback."""


@dataclass(frozen=True)
class Owner:
    """The account the servers run as. PostgreSQL refuses root, so root lends them to `nobody`."""

    uid: int
    gid: int
    borrowed: bool

    def spawn(self) -> dict[str, Any]:
        """Keyword arguments of `subprocess` that start a process as this owner."""
        if not self.borrowed:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


@cache
def owner() -> Owner:
    if os.geteuid() != 0:
        return Owner(os.geteuid(), os.getegid(), borrowed=False)
    nobody = pwd.getpwnam("nobody")
    return Owner(nobody.pw_uid, nobody.pw_gid, borrowed=True)


def reachable(path: Path) -> bool:
    """Whether the owner may walk down to `path` and read it."""
    if not owner().borrowed:
        return True
    chain = [path, *path.parents]
    if not chain[0].stat().st_mode & stat.S_IROTH:
        return False
    return all(step.stat().st_mode & stat.S_IXOTH for step in chain if step.is_dir())


def run_folder() -> Path:
    """`.run` of the checkout: locks, logs, and the servers' data when they can reach it."""
    RUN.mkdir(exist_ok=True)
    if owner().borrowed:
        RUN.chmod(0o755)  # a strict umask must not shut the servers out
    return RUN


def _short_name() -> str:
    # The path makes the name, so that checkouts side by side never meet.
    digest = hashlib.sha256(str(CHECKOUT).encode()).hexdigest()[:12]
    return f"{NAME}-{digest}-{os.geteuid()}"


def private_folder(path: Path) -> Path:
    """Make `path` the owner's alone (0700), or refuse one that somebody else has put there."""
    who = owner()
    try:
        path.mkdir(mode=0o700)
    except FileExistsError:
        pass
    else:
        os.chown(path, who.uid, who.gid)
        path.chmod(0o700)
    seen = path.lstat()
    if not stat.S_ISDIR(seen.st_mode) or seen.st_uid != who.uid or seen.st_mode & 0o077:
        raise Trouble(
            f"{path} is not a private folder of this product; please remove it and start again."
        )
    return path


@cache
def sockets_folder() -> Path:
    """The folder of the sockets, in the temporary folder because a socket path holds 107 bytes.

    It is written down in `.run`, so that a shell with another TMPDIR finds running servers.
    """
    note = run_folder() / "sockets.json"
    try:
        said = json.loads(note.read_text())
        # A copied checkout brings the note of the original along: that one is not ours.
        if said["checkout"] == str(CHECKOUT) and Path(said["folder"]).is_dir():
            return private_folder(Path(said["folder"]))
    except (OSError, ValueError, KeyError):
        pass
    folder = private_folder(Path(tempfile.gettempdir()) / _short_name())
    fresh = note.with_suffix(f".{os.getpid()}")
    fresh.write_text(json.dumps({"checkout": str(CHECKOUT), "folder": str(folder)}))
    fresh.replace(note)
    return folder


@cache
def data_folder() -> Path:
    """Where both servers keep their data: under `.run`, or beside the sockets when out of reach."""
    if reachable(run_folder()):
        folder = run_folder() / "servers"
        if not folder.exists():
            private_folder(folder)
        return folder
    return private_folder(sockets_folder() / "data")
