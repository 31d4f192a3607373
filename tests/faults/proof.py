"""The product on a copy of its own, with every kind of clock at once, and what is done to it.

Web, two workers, two beats, `tick --loop`; one worker's clock runs an hour ahead, the loop's an hour behind.
Timers come due at random while answers come in over REST; whatever dies is started again at once, as a
supervisor would.
"""

from __future__ import annotations

import random
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2

from foundation.failpoints import POINTS
from tests.faults import mailbox, properties
from tests.faults.client import NO_ANSWER, Answer, Api
from tests.faults.mailbox import Got
from tests.faults.processes import Child, eventually
from tests.faults.product import Product, free_port
from tests.faults.properties import Account, Span, both, merged

SEED = 3
#: Short ones, so that a killed worker's mail is not waited for by the suite.
LEASE, MAIL_PATIENCE = 6, 2
LEAD = 3.0  # seconds until the first is due: none comes due before all are there
STALL = "400:3"  # every so many messages, and for how long, the mail server forgets to answer
#: What of a process that says nothing when it is up: seconds that a beat may take to start, and that the
#: others may take to find Redis again.
BEAT_STARTS, REDIS_IS_MISSED = 8.0, 3.0
REFUSED = "leo@example.org"  # a mailbox that does not exist: his mails are given up
#: Who sweeps and sends: any of them may be in the middle of a mail when the database goes.
SWEEPERS = {"worker1", "worker2", "loop"}

# Reports like two that were filed over REST, the second of them somebody's: every fifth is like that, every
# tenth is also warned and escalated while we look, every fiftieth is watched by Leo.
SEED_REPORTS = """
    WITH made AS (
        SELECT nextval(pg_get_serial_sequence('problem_reports_problemreport', 'id')) AS id, n,
            CASE WHEN n %% 5 = 0 THEN %(held)s ELSE %(free)s END AS like_it,
            clock_timestamp() + %(lead)s * interval '1 second'
                + (%(moments)s::float8[])[n] * interval '1 second' AS due
        FROM generate_series(1, %(count)s) AS n
    ), reports AS (
        INSERT INTO problem_reports_problemreport (id, title, description, steps, expected, actual,
            affected_version, environment, team_id, product_area_id, filing_team_id, filed_by_id, filed_at,
            impact, urgency, stated_priority, priority, prioritised_at, state, "left", assignee_id, due_at,
            version)
        SELECT made.id, 'Proof ' || %(named)s || ' ' || n, description, steps, expected, actual,
            affected_version, environment, team_id, product_area_id, filing_team_id, filed_by_id, filed_at,
            impact, urgency, stated_priority, priority, prioritised_at, state, "left", assignee_id,
            made.due, version
        FROM made JOIN problem_reports_problemreport r ON r.id = made.like_it
    ), events AS (
        INSERT INTO journal_event (name, kind, subject, by_id, at, source, internal, data)
        SELECT name, kind, made.id, by_id, clock_timestamp(), source, internal, data
        FROM made JOIN journal_event e ON e.kind = 'problem_report' AND e.subject = made.like_it
        ORDER BY e.id
    ), watches AS (
        INSERT INTO problem_reports_watch (report_id, person_id)
        SELECT made.id, p.id FROM made JOIN teams_person p ON p.username = 'leo' WHERE n %% 50 = 0
    )
    INSERT INTO problem_reports_timer (report_id, kind, epoch, policy_version_id, priority, calendar_id,
        calendar_number, state, stage, started_at, warn_at, due_at, escalate_at, next_at, armed_at,
        armed_because)
    SELECT made.id, kind, epoch, policy_version_id, t.priority, calendar_id, calendar_number, t.state, 0,
        t.started_at, m.warn, m.due, m.escalate, m.warn, armed_at, armed_because
    FROM made JOIN problem_reports_timer t ON t.report_id = made.like_it,
    LATERAL (SELECT
        CASE WHEN kind <> 'first_response' THEN t.warn_at WHEN n %% %(staged)s = 0
             THEN made.due - interval '2 seconds' ELSE made.due END AS warn,
        CASE WHEN kind <> 'first_response' THEN t.due_at ELSE made.due END AS due,
        CASE WHEN kind <> 'first_response' THEN t.escalate_at WHEN n %% %(staged)s = 0
             THEN made.due + interval '2 seconds' ELSE made.due + interval '1 day' END AS escalate) AS m
    RETURNING report_id
"""


@dataclass(frozen=True)
class Size:
    """How much is proved: timers and seconds without faults, then under `kills`."""

    calm: int
    calm_seconds: float
    timers: int
    seconds: float
    kills: int
    each_point: int  # how often a process dies at each named point
    postgres: int  # how often each server dies, and Redis is emptied
    redis: int


SMALL = Size(300, 10, 2_000, 30, 30, each_point=2, postgres=1, redis=1)
LARGE = Size(2_000, 60, 10_000, 300, 500, each_point=20, postgres=6, redis=6)


class Proof:
    """One crew on one copy of the data; `account` is what was done to it."""

    def __init__(self, product: Product, name: str, *mail: str) -> None:
        """`mail` is what the mail server does, else it forgets to answer at times, and refuses Leo."""
        mail = mail or ("--stall", STALL, "--refuse", REFUSED)
        self.product, self.name, self.account = product, name, Account()
        self.killed, self.died = Counter[str](), Counter[str]()
        self._file, port = product.folder / f"{name}.mails", free_port()
        self.points = product.folder / f"{name}-points"
        self.points.mkdir()
        self.points.chmod(0o777)
        self._armed = Counter[str]()
        self._away: dict[str, float] = {}
        self._spans = defaultdict[str, list[Span]](list)
        self.mail_server = self._child(
            "mailbox", "-m", "tests.faults.mailbox", str(port), str(self._file), *mail
        ).start()
        eventually(lambda: mailbox.answers(port), 20, "the mail server answers")
        self.settings = product.apart(name) | {
            "EMAIL_URL": f"smtp://127.0.0.1:{port}",
            "EMAIL_TIMEOUT": str(MAIL_PATIENCE),
            "MAIL_LEASE": str(LEASE),
            "FAILPOINTS": str(self.points),
        }
        self.crew: dict[str, Child] = {}
        self._since = dict[str, float]()

    # --- The crew ----------------------------------------------------------------------------------

    def raise_it(self) -> None:
        """Start everything and wait until each has shown itself."""
        ahead, behind = shifted("+1h"), shifted("-1h")
        self.port = self.product.another_web(f"web-{self.name}", **self.settings)
        for kind, number, clock in (
            ("worker", 1, {}), ("worker", 2, ahead), ("beat", 1, {}), ("beat", 2, {}),
        ):  # fmt: skip
            called = f"{kind}{number}"
            child = self.product.process(
                kind, name=f"{self.name}-{called}", **self._named(called), **clock
            )
            self.crew[called] = child
        self.crew["loop"] = self._child("loop", "manage.py", "tick", "--loop", **behind)
        self._start()
        redis = int(self.settings["REDIS_URL"].rpartition("=")[2])
        eventually(lambda: self.product.redis.listeners(redis) >= 2, 60, "both workers listen")

    def raise_loops(self, mistake: str, *clocks: str) -> None:
        """Two loops with a mistake built in, under these clocks (`+1h`), and nothing else."""
        for number, clock in enumerate(clocks or ("", ""), start=1):
            self.crew[f"loop{number}"] = self._child(
                f"loop{number}", "-m", "tests.faults.mutants", mistake,
                **(shifted(clock) if clock else {}),
            )  # fmt: skip
        self._start()

    def _start(self) -> None:
        for child in self.crew.values():
            self.product._more.append(child)
            child.start()
        loops = {called for called in self.crew if called.startswith("loop")}
        eventually(lambda: self._connected() >= loops, 60, "every loop has come")

    def end(self) -> None:
        for child in (*self.crew.values(), self.mail_server):
            child.kill()

    def _child(self, called: str, *words: str, **changed: str) -> Child:
        name = f"{self.name}-{called}"
        child = Child(
            name,
            [sys.executable, *words],
            log=self.product.folder / f"{name}.log",
            env=self.product.environment(**getattr(self, "settings", {}), **changed)
            | {"PGAPPNAME": called},
        )
        self.product._more.append(child)
        return child

    def _named(self, called: str) -> dict[str, str]:
        """The settings of a process that the database can be asked about."""
        return self.settings | {"PGAPPNAME": called}

    def _connected(self) -> set[str]:
        rows = "SELECT DISTINCT application_name FROM pg_stat_activity WHERE datname = %s"
        try:
            return {called for (called,) in self.sql(rows, [self.name])}
        except psycopg2.OperationalError:
            return set()

    def look(self) -> None:
        """Start again whatever fell, and write down who was away, and who died at which point."""
        for called, child in self.crew.items():
            if not child.runs():
                self._away.setdefault(called, time.time())
                child.start()
                self._since[called] = time.time()
        for called in [called for called in self._away if self._is_back(called)]:
            self._spans[called].append((self._away.pop(called), time.time()))
        gone = [point for point in self._armed if not (self.points / point).exists()]
        for point in gone:
            self.died[point] += 1
            self.account.deaths += 1
            if self._armed[point] > 1:
                self._armed[point] -= 1
                (self.points / point).touch()
            else:
                del self._armed[point]

    def _is_back(self, called: str) -> bool:
        child = self.crew[called]
        match called[:4]:
            case "work":
                return child.runs() and bool(child.parts())  # its pool is forked last
            case "loop":
                return called in self._connected()
        return time.time() - self._since[called] > BEAT_STARTS

    def outages(self) -> list[Span]:
        """When nobody could sweep: no database, or neither the loop nor a worker, a beat and Redis together."""
        away = self._spans
        queue = [
            *both(away["worker1"], away["worker2"]), *both(away["beat1"], away["beat2"]), *away["redis"],
        ]  # fmt: skip
        return merged([*away["postgres"], *both(away["loop"], queue)])

    def watch(self, seconds: float, until: Callable[[], bool]) -> bool:
        """Look after it for so long, or until that is so; whether it was."""
        ends = time.monotonic() + seconds
        while not (found := until()) and time.monotonic() < ends:
            self.look()
            time.sleep(0.1)
        return found

    # --- What is done to it --------------------------------------------------------------------------

    def seed(
        self, named: str, count: int, seconds: float, fate: random.Random, *, staged: bool = True
    ) -> list[str]:
        """Reports whose first answer comes due within these seconds, in a moment; their references.

        With `staged`, some are warned and escalated meanwhile too.
        """
        moments = [fate.uniform(0, seconds) for _ in range(count)]
        rows = self.sql(
            SEED_REPORTS,
            {**self.product.like, "count": count, "named": named, "moments": moments, "lead": LEAD,
             "staged": 10 if staged else count + 1},
        )  # fmt: skip
        self.sql("ANALYZE")
        return [f"PR-{report}" for report in sorted({report for (report,) in rows})]

    def kill(self, called: str, how: Callable[[], object]) -> None:
        self.killed[called] += 1
        self.account.deaths += not called.startswith("beat")
        self._away.setdefault(called, time.time())
        how()

    def arm(self, point: str) -> None:
        """Whoever comes to this point next dies there."""
        self._armed[point] += 1
        (self.points / point).touch()

    def kill_postgres(self, down: float) -> None:
        began = time.time()
        self.killed["PostgreSQL"] += 1
        self.account.deaths += len(SWEEPERS)
        self.product.postgres.server.kill()
        time.sleep(down)
        self.product.postgres.start()
        self._spans["postgres"].append((began, time.time()))

    def kill_redis(self, down: float) -> None:
        began = time.time()
        self.killed["Redis"] += 1
        self.product.redis.server.kill()
        time.sleep(down)
        self.product.redis.start()
        self._spans["redis"].append((began, time.time() + REDIS_IS_MISSED))

    def storm(self, size: Size, fate: random.Random) -> None:
        """Everything that happens to it within `size.seconds`, in an order that the seed decides."""
        acts: list[tuple[float, Callable[[], None]]] = []

        def at_random(times: int, act: Callable[[], None], until: float = 1.0) -> None:
            acts.extend((fate.uniform(0, until) * size.seconds, act) for _ in range(times))

        at_random(size.kills, lambda: self._kill_one(fate))
        for point in POINTS:
            at_random(size.each_point, lambda point=point: self.arm(point), until=0.8)
        at_random(size.redis, lambda: self.kill_redis(fate.uniform(0.5, 2)))
        at_random(size.redis, self.product.redis.empty)
        at_random(size.postgres, lambda: self.kill_postgres(fate.uniform(0.2, 1)))
        began = time.monotonic()
        for moment, act in sorted(acts, key=lambda pair: pair[0]):
            self.watch(moment - (time.monotonic() - began), until=lambda: False)
            act()

    def _kill_one(self, fate: random.Random) -> None:
        """A worker's pool (Celery forks another) more often than a whole process, which takes seconds to start.

        On a slow machine the next one waits: with everybody dead for good there is nothing to prove.
        """
        self.watch(60, until=lambda: len(self._away.keys() & SWEEPERS) < 2)
        called = fate.choices(("worker1", "worker2", "loop", "beat1", "beat2"), (10, 10, 2, 1, 1))[
            0
        ]
        child = self.crew[called]
        pool = called.startswith("worker") and fate.random() < 0.75
        self.kill(called, child.kill_parts if pool else child.kill)

    @contextmanager
    def answering(self, references: Sequence[str], seconds: float) -> Iterator[None]:
        """Rhea answers these over REST within some seconds, each until she was acknowledged."""
        said: list[Answer] = []
        halves = [references[0::2], references[1::2]]
        pace = seconds / max(1, len(halves[0]))
        threads = [
            threading.Thread(target=self._answer, args=(half, pace, said), daemon=True)
            for half in halves
        ]
        for thread in threads:
            thread.start()
        yield
        for thread in threads:
            while thread.is_alive():
                self.look()
                thread.join(0.2)
        assert {answer.status for answer in said} <= {200, 503}, Counter(a.status for a in said)

    def _answer(self, references: Sequence[str], pace: float, said: list[Answer]) -> None:
        rhea, began = self.api("rhea"), time.monotonic()
        for number, reference in enumerate(references):
            time.sleep(max(0.0, number * pace - (time.monotonic() - began)))
            path = f"problem-reports/{reference}/respond/"
            for _ in range(600):
                answer = rhea.post(path, f"answer-{reference}", message="We look at it.")
                if answer.status != NO_ANSWER:
                    said.append(answer)
                if answer.status == 200:
                    self.account.acknowledged.add(reference)
                    break
                if answer.status not in (NO_ANSWER, 503):
                    break
                time.sleep(0.1)

    # --- What can be asked of it ---------------------------------------------------------------------

    def api(self, person: str) -> Api:
        return self.product.api(self.port)[person]

    def sql(self, statement: str, values: object = None) -> list[tuple[object, ...]]:
        return self.product.postgres.sql(statement, values, database=self.name)

    def got(self) -> list[Got]:
        return mailbox.received(self._file)

    def hurry(self) -> None:
        """Not the minutes that a retry may take: what was put off for longer than a lease leaves now."""
        rows = (
            "UPDATE channels_mail SET next_at = greatest(due_at, clock_timestamp()) WHERE state = 'pending'"
            " AND next_at > clock_timestamp() + %s * interval '1 second'"
        )
        self.sql(rows, [LEASE])

    def is_quiet(self) -> bool:
        self.look()
        self.hurry()
        return not self._armed and self.unfinished() == (0, 0, 0)

    def unfinished(self) -> tuple[object, ...]:
        """Timers that are or come due, events nobody was told of, mails that wait."""
        (row,) = self.sql(
            """
            SELECT (SELECT count(*) FROM problem_reports_timer
                    WHERE next_at < clock_timestamp() + interval '10 minutes'),
                (SELECT count(*) FROM journal_pending),
                (SELECT count(*) FROM channels_mail WHERE state = 'pending')
            """
        )
        return row

    def quiet(self, seconds: float) -> float:
        """Wait until all is told and has left; returns how long that took."""
        try:
            return eventually(self.is_quiet, seconds, "all is told and has left")
        except AssertionError as late:
            late.add_note(f"timers, events, mails that wait: {self.unfinished()}")
            late.add_note(f"armed: {dict(self._armed)}\n" + properties.in_brief(self.breaches()))
            raise

    def breaches(self) -> list[str]:
        self.account.outages = self.outages()
        with self.cursor() as cursor:
            return properties.breaches(cursor, self.got(), self.account)

    @contextmanager
    def cursor(self) -> Iterator[Any]:
        """On a transaction that is never committed."""
        with closing(self.product.postgres.connect(self.name)) as line, line.cursor() as cursor:
            yield cursor

    def lateness(self, **between: float) -> list[float]:
        with self.cursor() as cursor:
            return properties.lateness(cursor, **between)

    def said(self) -> str:
        """The last words of each of the crew."""
        return "\n".join(f"{called}: {c.said()[-600:]}" for called, c in self.crew.items())


def shifted(by: str) -> dict[str, str]:
    """What makes a process believe in another hour: its wall clock, not the one that measures spans."""
    # Not through the command `faketime`: it gives up when a killed process of the same number left its
    # shared memory behind, and this suite kills many. The library alone goes on.
    (library,) = Path("/usr/lib").glob("*/faketime/libfaketime.so.1")
    return {
        "LD_PRELOAD": str(library),
        "FAKETIME": by,
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "PYTHONPATH": str(Path(__file__).parent / "shifted"),
    }
