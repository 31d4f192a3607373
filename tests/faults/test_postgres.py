"""PostgreSQL killed under a load of filing clients: 503 until it is back, and nothing promised is lost."""

from __future__ import annotations

import random
import threading
import time
from typing import Any

import pytest

from tests.faults.checker import wrong_answers
from tests.faults.client import Api, Attempt
from tests.faults.product import Product

pytestmark = pytest.mark.faults

SEED, CLIENTS, KILLS = 5, 6, 3
DOWN = (0.5, 2.0)  # seconds without a database
PAUSE = 0.05  # a client asked to come back later does so at once: the load is what is wanted


class Filer(threading.Thread):
    """A client that files without end, and repeats with the same key until it is acknowledged."""

    def __init__(self, number: int, api: Api, log: list[Attempt], enough: threading.Event) -> None:
        super().__init__(daemon=True)
        self._number, self._api, self._log, self._enough = number, api, log, enough

    def run(self) -> None:
        count = 0
        while not self._enough.is_set():
            count += 1
            self._file(f"Under load {self._number}-{count}", f"load-{self._number}-{count}")

    def _file(self, title: str, key: str) -> None:
        limit = time.monotonic() + 30
        while time.monotonic() < limit:
            attempt = self._api.file(title, key)
            self._log.append(attempt)
            if attempt.reference:
                return
            time.sleep(PAUSE)


def test_a_killed_postgresql_costs_time_and_no_acknowledged_report(
    product: Product, figure: Any
) -> None:
    fate, log, enough = random.Random(SEED), list[Attempt](), threading.Event()
    api = product.api()["lena"]
    filers = [Filer(n, api, log, enough) for n in range(CLIENTS)]
    for filer in filers:
        filer.start()
    started, recovered = [], []
    for _ in range(KILLS):
        time.sleep(fate.uniform(1.0, 2.0))
        product.postgres.server.kill()
        gone = api.ask("GET", "problem-reports/")
        assert (gone.status, gone.headers["retry-after"]) == (503, "5")
        time.sleep(fate.uniform(*DOWN))
        started.append(product.postgres.start())
        recovered.append(_first_acknowledged_after(time.monotonic(), log))
        assert api.ask("GET", "problem-reports/").status == 200
    time.sleep(1)
    enough.set()
    for filer in filers:
        filer.join(40)
    assert not any(filer.is_alive() for filer in filers)
    product.quiet(20)

    statuses = {a.answer.status for a in log}
    assert wrong_answers(log) == []
    assert statuses == {201, 503}  # the load really met the outage
    assert {a.key for a in log} == {a.key for a in log if a.reference}
    assert product.breaches(log) == []
    slowest = max(a.answer.seconds for a in log)
    figure(
        f"PostgreSQL killed {KILLS} times under {CLIENTS} clients",
        f"{len(log)} requests, {sum(a.answer.status == 503 for a in log)} of them 503, slowest {slowest:.2f} s",
    )
    figure("PostgreSQL took connections", _each(started) + " after its start")
    figure("and the first report was filed", _each(recovered) + " later")


def _each(seconds: list[float]) -> str:
    return ", ".join(f"{s:.2f} s" for s in seconds)


def _first_acknowledged_after(moment: float, log: list[Attempt]) -> float:
    limit = time.monotonic() + 15
    while time.monotonic() < limit:
        for attempt in reversed(log):
            if attempt.reference and attempt.at > moment:
                return attempt.at + attempt.answer.seconds - moment
        time.sleep(0.02)
    raise AssertionError("no report was acknowledged within 15 s of the database's return")
