"""The product as it runs for real, on servers of its own: web, two workers, two beats, all ours to kill."""

from __future__ import annotations

import itertools
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from embedded.paths import CHECKOUT
from embedded.run import command_lines
from tests.faults import checker
from tests.faults.client import Api, Attempt
from tests.faults.processes import Child, eventually
from tests.faults.servers import PostgreSQL, Redis

#: The second is as the first was before any test, with a few fixed bugs: what tests copy.
DATABASE, RAISED = "firebreak", "raised"
QUIET_SECONDS = 1.2  # a process nudges at most once a second (journal/outbox.py)
FEW, MANY = 8, 100  # fixed bugs that wait to be verified, made once because each takes eight verbs


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


class Product:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.postgres = PostgreSQL(folder / "postgres")
        self.redis = Redis(folder / "redis")
        self.port = free_port()
        self.web = self.process("web", port=self.port)
        self.workers = [self.process("worker", name=f"worker{n}") for n in (1, 2)]
        self.beats = [self.process("beat", name=f"beat{n}") for n in (1, 2)]
        self.sprint = ""
        self.like: dict[str, int] = {}
        self._tokens: dict[str, str] = {}
        self._more: list[Child] = []
        self._copies: list[str] = []
        self._numbers = itertools.count(1)

    # --- Getting up, and being put right between tests ------------------------------------------

    def raise_it(self) -> None:
        self.postgres.make()
        self.postgres.start()
        self.redis.start()
        self.postgres.sql(f"CREATE DATABASE {DATABASE}", database="postgres")
        self.run("manage.py", "migrate", "--no-input", "--verbosity", "0")
        said = json.loads(self.stage("cast", str(FEW)))
        self.sprint, self._tokens, self.like = said["sprint"], said["tokens"], said["like"]
        self.copy_of(DATABASE, RAISED)
        for child in self.crew:
            child.start()
        self.stage("bugs", str(MANY - FEW))
        self.mend()

    def mend(self) -> None:
        """Start whatever a test left dead or frozen, end what it added, and wait until all is quiet."""
        for child in self._more:
            child.kill()
        self._more.clear()
        for child in (self.postgres.server, self.redis.server, *self.crew):
            if child.runs():
                child.thaw()
        if not self.postgres.server.runs():
            self.postgres.start()
        if not self.redis.server.runs():
            self.redis.start()
        for child in self.crew:
            if not child.runs():
                child.start()
        while self._copies:
            self.postgres.sql(
                f"DROP DATABASE {self._copies.pop()} WITH (FORCE)", database="postgres"
            )
        self._until_it_answers(self.web, self.port)
        eventually(lambda: self.redis.listeners() >= len(self.workers), 60, "the workers listen")
        self.quiet(20)

    def end(self) -> None:
        for child in [*self._more, *self.crew, self.redis.server, self.postgres.server]:
            child.kill()

    @property
    def crew(self) -> list[Child]:
        return [self.web, *self.workers, *self.beats]

    # --- Its processes ---------------------------------------------------------------------------

    def environment(self, **changed: str) -> dict[str, str]:
        """The settings of production, with nothing of the environment that runs the tests."""
        return {
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "triage.settings.production",
            "SECRET_KEY": "of-the-fault-suite-" + 40 * "x",
            "SECURE_SSL_REDIRECT": "0",
            "DATABASE_URL": self.postgres.url(DATABASE),
            "REDIS_URL": self.redis.url(),
            "API_REQUESTS_PER_MINUTE": "1000000",  # counted as ever, and never reached
            "MEDIA_ROOT": str(self.folder / "media"),
            "STATIC_ROOT": str(self.folder / "static"),
            "PYTHONUNBUFFERED": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONWARNINGS": "ignore",
            **changed,
        }

    def process(
        self, kind: str, *, name: str = "", port: int = 0, app: str = "", **changed: str
    ) -> Child:
        """A process of the product, started by the same words as `make run` starts it; not started yet."""
        words = command_lines("127.0.0.1", port)[kind]
        if app:
            words = [app if word == "triage.celery" else word for word in words]
        name = name or kind
        return Child(
            name,
            [sys.executable, *words],
            log=self.folder / f"{name}.log",
            env=self.environment(**changed),
        )

    def another(self, kind: str, **options: Any) -> Child:
        """One more process, for this test only."""
        child = self.process(kind, **options)
        self._more.append(child)
        child.start()
        return child

    def another_web(self, name: str, **changed: str) -> int:
        """One more web process, up and answering; its port."""
        port = free_port()
        child = self.another("web", name=name, port=port, **changed)
        self._until_it_answers(child, port)
        return port

    def _until_it_answers(self, web: Child, port: int) -> None:
        try:
            eventually(lambda: self.answers(port), 60, "the web process answers")
        except AssertionError as late:
            late.add_note(web.said()[-3000:])
            raise

    def run(self, *words: str, **changed: str) -> str:
        """A command in the product's environment, waited for."""
        done = subprocess.run(
            [sys.executable, *words], cwd=CHECKOUT, env=self.environment(**changed), timeout=300,
            stdin=subprocess.DEVNULL, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def stage(self, *words: str, **changed: str) -> str:
        """The stage hand: data made and changed through the services."""
        return self.run("-m", "tests.faults.stage", *words, **changed)

    def in_the_wings(self, *words: str, **changed: str) -> Child:
        """The stage hand, at work while the test goes on."""
        child = Child(
            "stage",
            [sys.executable, "-m", "tests.faults.stage", *words],
            log=self.folder / "stage.log",
            env=self.environment(**changed),
        )
        self._more.append(child)
        child.start()
        return child

    def leave_only_nudges(self) -> None:
        """Kill the clocks, so that only a nudge can tell anybody; the next act makes one again."""
        for beat in self.beats:
            beat.kill()
        time.sleep(QUIET_SECONDS)

    # --- What can be asked of it -------------------------------------------------------------------

    def api(self, port: int = 0) -> dict[str, Api]:
        """Each person's door."""
        return {name: Api(port or self.port, token) for name, token in self._tokens.items()}

    def answers(self, port: int = 0) -> bool:
        return Api(port or self.port, self._tokens["lena"]).ask("GET", "me/").status == 200

    def sql(self, statement: str, values: object = None) -> list[tuple[Any, ...]]:
        return self.postgres.sql(statement, values, database=DATABASE)

    def notices_of(self, bug: str) -> list[tuple[str, str, float]]:
        """Who heard what of a bug's verification, and how many seconds after it was recorded."""
        return self.sql(
            """
            SELECT p.username, n.subject, extract(epoch FROM n.made_at - e.recorded_at)::float
            FROM channels_notice n JOIN journal_event e ON e.id = n.event_id
            JOIN teams_person p ON p.id = n.person_id
            WHERE e.name = 'bug.verified' AND 'BUG-' || e.subject = %s ORDER BY n.id
            """,
            [bug],
        )

    def last_event(self) -> int:
        return int(self.sql("SELECT max(id) FROM journal_event")[0][0])

    def lateness(self, after: int) -> list[float]:
        """Seconds from event to notice of the bugs verified after this event, smallest first."""
        rows = self.sql(
            """
            SELECT extract(epoch FROM n.made_at - e.recorded_at)::float
            FROM channels_notice n JOIN journal_event e ON e.id = n.event_id
            WHERE e.id > %s AND e.name = 'bug.verified' AND n.channel = 'in_app' ORDER BY 1
            """,
            [after],
        )
        return [seconds for (seconds,) in rows]

    def waiting(self) -> int:
        """How many events nobody has been told of yet."""
        return int(self.sql("SELECT count(*) FROM journal_pending")[0][0])

    def quiet(self, seconds: float) -> float:
        """Wait until nothing is pending; returns how long that took."""
        return eventually(lambda: self.waiting() == 0, seconds, "every event is fanned out")

    def breaches(self, log: Sequence[Attempt] = (), *, database: str = DATABASE) -> list[str]:
        line = self.postgres.connect(database)
        try:
            with line.cursor() as cursor:
                return checker.breaches(cursor, log)
        finally:
            line.close()

    def apart(self, name: str) -> dict[str, str]:
        """A copy of the first data and a part of Redis of its own, as settings for `another`."""
        self.copy_of(RAISED, name)
        self._copies.append(name)
        url, redis = self.postgres.url(name), self.redis.url(next(self._numbers))
        return {"DATABASE_URL": url, "REDIS_URL": redis}

    def copy_of(self, database: str, name: str) -> None:
        self.postgres.sql(f"CREATE DATABASE {name} TEMPLATE {database}", database="postgres")


def in_order(seconds: Sequence[float]) -> str:
    """Lateness as figures: how many, the median, the 99th of a hundred, the worst."""
    found = sorted(seconds)
    if not found:
        return "none"
    middle, late = found[len(found) // 2], found[min(len(found) - 1, len(found) * 99 // 100)]
    return f"{len(found)} notices, p50 {middle:.2f} s, p99 {late:.2f} s, max {found[-1]:.2f} s"
