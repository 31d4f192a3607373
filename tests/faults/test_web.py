"""A web process killed in the middle of a request: who asks again with the same key has one report."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.faults.checker import wrong_answers
from tests.faults.client import NO_ANSWER, Attempt
from tests.faults.processes import eventually
from tests.faults.product import DATABASE, Product

pytestmark = pytest.mark.faults


class InFlight:
    """One filing, asked by a thread of its own."""

    def __init__(self, product: Product, title: str) -> None:
        self._lena, self.title, self.key = product.api()["lena"], title, f"key of {title}"
        self.log: list[Attempt] = []
        self._thread = threading.Thread(target=self.again, daemon=True)
        self._thread.start()

    def again(self) -> Attempt:
        self.log.append(self._lena.file(self.title, self.key))
        return self.log[-1]

    def first(self) -> Attempt:
        self._thread.join(30)
        return self.log[0]


@contextmanager
def nobody_writes_history(product: Product) -> Iterator[None]:
    """Hold the history's table: a filing has written its report by then, and waits uncommitted."""
    line = product.postgres.connect(DATABASE)
    try:
        with line.cursor() as cursor:
            cursor.execute("LOCK TABLE journal_event IN EXCLUSIVE MODE")
        yield
    finally:
        line.close()


@contextmanager
def nobody_hears_of_a_commit(product: Product) -> Iterator[None]:
    """Make commits wait for a standby that does not exist: they are written, and their answer is held."""
    _set_standby(product, "'nobody'")
    try:
        yield
    finally:
        _set_standby(product, "DEFAULT")


def _set_standby(product: Product, name: str) -> None:
    product.sql(f"ALTER SYSTEM SET synchronous_standby_names = {name}")
    product.sql("SELECT pg_reload_conf()")


def _waits(product: Product, kind: str, name: str) -> bool:
    rows = product.sql(
        "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = %s AND wait_event = %s",
        [kind, name],
    )
    return bool(rows)


def test_killed_before_it_committed_it_leaves_nothing_and_a_retry_files_once(
    product: Product,
) -> None:
    with nobody_writes_history(product):
        filing = InFlight(product, "Cut off before the commit")
        eventually(lambda: _waits(product, "Lock", "relation"), 10, "the filing is under way")
        assert product.web.kill_parts()
        assert filing.first().answer.status == NO_ANSWER
    assert _reports(product, filing.title) == 0
    _retry_until_acknowledged(filing)
    _filed_once(product, filing)


def test_killed_after_it_committed_a_retry_is_told_of_the_report_that_is_there(
    product: Product,
) -> None:
    with nobody_hears_of_a_commit(product):
        filing = InFlight(product, "Cut off after the commit")
        eventually(lambda: _waits(product, "IPC", "SyncRep"), 10, "the filing commits")
        assert product.web.kill_parts()
        assert filing.first().answer.status == NO_ANSWER
    eventually(lambda: _reports(product, filing.title) == 1, 10, "the commit is seen")
    _retry_until_acknowledged(filing)
    _filed_once(product, filing)


def _filed_once(product: Product, filing: InFlight) -> None:
    assert _reports(product, filing.title) == 1
    assert wrong_answers(filing.log, may_fall=True) == []
    product.quiet(15)
    assert product.breaches(filing.log) == []


def _reports(product: Product, title: str) -> int:
    rows = product.sql(
        "SELECT count(*) FROM problem_reports_problemreport WHERE title = %s", [title]
    )
    return int(rows[0][0])


def _retry_until_acknowledged(filing: InFlight) -> None:
    eventually(lambda: bool(filing.again().reference), 20, "a retry is acknowledged")
