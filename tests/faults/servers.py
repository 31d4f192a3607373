"""The suite's own PostgreSQL and Redis: same binaries and settings as the embedded ones, own data."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg2
import redis

from embedded import paths, postgres
from embedded.redis import binary as redis_binary
from tests.faults.processes import Child, eventually

QUEUES = ("promises", "celery")
#: One for each crew that works apart; Redis has 16 unless told otherwise.
DATABASES = 256
BARE = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


class PostgreSQL:
    """One server on a socket in `folder`; `server` is its postmaster."""

    def __init__(self, folder: Path) -> None:
        self.folder = paths.private_folder(folder)
        self._data = folder / "data"
        self.server = Child(
            "postgres",
            [str(postgres.binaries() / "postgres"), "-D", str(self._data)],
            log=folder.parent / "postgres.log",
            env=BARE,
            cwd=Path("/"),
            spawn=paths.owner().spawn(),
        )

    def make(self) -> None:
        subprocess.run(
            [str(postgres.binaries() / "initdb"), "-D", str(self._data), "-U", "postgres",
             "--auth=trust", "--no-sync", *postgres.INITDB],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True, timeout=120,
            cwd="/", env=BARE, **paths.owner().spawn(),
        )  # fmt: skip
        with (self._data / "postgresql.conf").open("a") as conf:
            conf.write("\n" + postgres.CONFIGURATION.format(sockets=self.folder))
            # What is killed here are processes: what they have written is the kernel's, and stays. Only
            # the plug could tell the difference, and a busy disk would set the pace of the suite.
            conf.write("fsync = off\n")

    def start(self) -> float:
        """Start it; returns after how many seconds it took connections."""
        self.server.start()
        return eventually(self._rises, 60, "PostgreSQL takes connections")

    def _rises(self) -> bool:
        # Back ends of a killed server let go of its shared memory a moment later: then once more.
        if not self.server.runs():
            self.server.start()
        try:
            self.connect("postgres").close()
        except psycopg2.OperationalError:
            return False
        return True

    def connect(self, database: str) -> Any:
        return psycopg2.connect(
            host=str(self.folder),
            user="postgres",
            dbname=database,
            connect_timeout=5,
            options="-c statement_timeout=20s",
        )

    def sql(self, statement: str, values: object = None, *, database: str) -> list[tuple[Any, ...]]:
        """One statement on a connection of its own; the rows, if it makes any."""
        line = self.connect(database)
        try:
            line.autocommit = True
            with line.cursor() as cursor:
                cursor.execute(statement, values)
                return cursor.fetchall() if cursor.description else []
        finally:
            line.close()

    def url(self, database: str) -> str:
        return f"postgres://postgres@/{database}?host={quote(str(self.folder), safe='')}"


class Redis:
    """One server on a socket in `folder`, keeping an append-only file as the product's does."""

    def __init__(self, folder: Path) -> None:
        self.folder = paths.private_folder(folder)
        self._socket = folder / "redis.sock"
        self.server = Child(
            "redis",
            [str(redis_binary()), "--port", "0", "--unixsocket", str(self._socket),
             "--unixsocketperm", "700", "--dir", str(folder), "--appendonly", "yes", "--save", "",
             "--maxmemory-policy", "noeviction", "--databases", str(DATABASES)],
            log=folder.parent / "redis.log", env=BARE, cwd=Path("/"), spawn=paths.owner().spawn(),
        )  # fmt: skip

    def start(self) -> float:
        self.server.start()
        return eventually(self.answers, 30, "Redis answers")

    def answers(self) -> bool:
        try:
            with self.client() as client:
                return bool(client.ping())
        except redis.RedisError:
            return False

    def client(self, number: int = 0) -> redis.Redis:
        return redis.Redis(unix_socket_path=str(self._socket), db=number, socket_timeout=2)

    def empty(self) -> None:
        with self.client() as client:
            client.flushall()

    def listeners(self, number: int = 0) -> int:
        """How many workers wait for work here."""
        try:
            with self.client() as client:
                lines = client.client_list()
        except redis.RedisError:
            return 0
        return sum(line["cmd"] == "brpop" and line["db"] == str(number) for line in lines)

    def queued(self, queue: str = "", number: int = 0) -> int:
        """How many messages wait for a worker, in this queue or in all."""
        with self.client(number) as client:
            return sum(int(client.llen(name)) for name in ([queue] if queue else QUEUES))

    def url(self, number: int = 0) -> str:
        return f"unix://{self._socket}?db={number}"

    def nowhere(self) -> str:
        """The address of a Redis that is not there."""
        return f"unix://{self.folder / 'nobody.sock'}?db=0"
