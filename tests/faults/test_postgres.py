"""PostgreSQL killed under a load of filing clients: 503 until it is back, and nothing promised is lost."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.faults.checker import wrong_answers
from tests.faults.client import Api, Attempt, Browser, hidden
from tests.faults.product import Product

pytestmark = pytest.mark.faults

SEED, CLIENTS, KILLS = 5, 6, 3
DOWN = (0.5, 2.0)  # seconds without a database
FORM = "/problem-reports/file/"
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


@contextmanager
def under_load(product: Product, log: list[Attempt]) -> Iterator[None]:
    """Clients that file all the while; at the end each finishes what it has begun."""
    lena, enough = product.api()["lena"], threading.Event()
    filers = [Filer(n, lena, log, enough) for n in range(CLIENTS)]
    for filer in filers:
        filer.start()
    try:
        yield
    finally:
        enough.set()
        for filer in filers:
            filer.join(40)
    assert not any(filer.is_alive() for filer in filers)


def test_a_killed_postgresql_costs_time_and_no_acknowledged_report(
    product: Product, figure: Any
) -> None:
    fate, log, lena = random.Random(SEED), list[Attempt](), product.api()["lena"]
    started, recovered = [], []
    with under_load(product, log):
        for _ in range(KILLS):
            time.sleep(fate.uniform(1.0, 2.0))
            product.postgres.server.kill()
            gone = lena.ask("GET", "problem-reports/")
            assert (gone.status, gone.headers.get("retry-after")) == (503, "5")
            time.sleep(fate.uniform(*DOWN))
            started.append(product.postgres.start())
            recovered.append(_first_acknowledged_after(time.monotonic(), log))
            assert lena.ask("GET", "problem-reports/").status == 200
        time.sleep(1)
    product.quiet(20)

    assert wrong_answers(log) == []
    assert {a.answer.status for a in log} == {201, 503}  # the load really met the outage
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


def test_a_form_that_met_the_outage_is_sent_again_and_files_once(product: Product) -> None:
    # The settings of a checkout: a page of production wants its static files collected first.
    port = product.another_web("web-with-pages", DJANGO_SETTINGS_MODULE="triage.settings.dev")
    browser = Browser(port)
    browser.sign_in("lena", "demo")
    page = browser.ask("GET", FORM).text
    typed = {
        "title": "Typed into a form",
        "description": "The export says 41.20, the screen says 41.02.",
        "product_area": "invoicing",
        "impact": "some_users",
        "urgency": "high",
        **hidden(page, "csrfmiddlewaretoken", "idempotency_key"),
    }

    product.postgres.server.kill()
    for gone in (browser.ask("GET", FORM), browser.ask("POST", FORM, typed)):
        assert (gone.status, gone.headers.get("retry-after")) == (503, "5")
        assert gone.headers["content-type"].startswith("text/html")
        assert "Nothing that was confirmed is lost" in gone.text
    product.postgres.start()

    first, again = (browser.ask("POST", FORM, typed) for _ in range(2))
    assert (first.status, again.status) == (302, 302)
    assert first.headers["location"] == again.headers["location"]
    filed = "SELECT count(*) FROM problem_reports_problemreport WHERE title = %s"
    assert product.sql(filed, [typed["title"]]) == [(1,)]
