"""Redis killed, frozen, emptied: filing does not notice, and whoever ought to hear hears once."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.faults import story
from tests.faults.checker import wrong_answers
from tests.faults.client import Attempt
from tests.faults.processes import eventually
from tests.faults.product import Product, in_order

pytestmark = pytest.mark.faults

BUGS = 5
DOWN = 8.0  # seconds: longer than the clock's beat, so that beats and nudges are really lost
QUICK = 1.0  # a filing that waited for Redis would take longer than this


def _file(product: Product, what: str, count: int, log: list[Attempt]) -> float:
    """File some reports; returns how long the slowest took."""
    lena = product.api()["lena"]
    tried = [lena.file(f"{what} {n}", key=f"{what}-{n}") for n in range(count)]
    log += tried
    assert wrong_answers(tried) == []
    assert {a.answer.status for a in tried} == {201}
    return max(a.answer.seconds for a in tried)


def test_filing_goes_on_without_redis_and_notices_wait_for_its_return(
    product: Product, figure: Any
) -> None:
    log: list[Attempt] = []
    api, before = product.api(), product.last_event()
    bugs = [story.up_to_fixed(api, f"Before Redis fell {n}", product.sprint) for n in range(BUGS)]
    product.redis.server.kill()
    fell = time.monotonic()
    slowest = _file(product, "without-redis", 20, log)
    for bug in bugs:
        story.verify(api, bug)
    time.sleep(max(0.0, DOWN - (time.monotonic() - fell)))
    slowest = max(slowest, _file(product, "still-without", 5, log))
    assert slowest < QUICK
    assert product.waiting() > BUGS
    assert [product.notices_of(bug) for bug in bugs] == [[]] * BUGS
    product.redis.start()
    back = product.quiet(10)
    assert [len(product.notices_of(bug)) for bug in bugs] == [1] * BUGS
    assert product.breaches(log) == []
    figure("filing without Redis", f"slowest of {len(log)}: {slowest:.2f} s")
    figure("Redis back after its kill", f"all told {back:.1f} s later")
    figure("lateness over that outage", in_order(product.lateness(before)))


def test_a_redis_that_hangs_holds_up_no_filing(product: Product, figure: Any) -> None:
    log: list[Attempt] = []
    _file(product, "before-the-hang", 4, log)  # both web processes hold a connection now
    product.redis.server.freeze()
    slowest = 0.0
    for n in range(4):
        slowest = max(slowest, _file(product, f"while-it-hangs-{n}", 4, log))
        time.sleep(1.1)  # a nudge is tried at most once a second
    product.redis.server.thaw()
    assert slowest < QUICK
    back = product.quiet(12)
    assert product.breaches(log) == []
    figure("filing while Redis hangs", f"slowest of {len(log)}: {slowest:.2f} s")
    figure("Redis back after its hang", f"all told {back:.1f} s later")


def test_an_emptied_redis_loses_nothing_that_was_queued(product: Product, figure: Any) -> None:
    api, before = product.api(), product.last_event()
    bugs = [story.up_to_fixed(api, f"Before it was emptied {n}", product.sprint) for n in range(2)]
    for worker in product.workers:
        worker.kill()
    for bug in bugs:
        story.verify(api, bug)
    eventually(lambda: product.redis.queued() > 0, 10, "work is queued")
    product.redis.empty()
    for worker in product.workers:
        worker.start()
    product.quiet(15)
    assert [len(product.notices_of(bug)) for bug in bugs] == [1, 1]
    assert product.breaches() == []
    figure("lateness over an emptied queue", in_order(product.lateness(before)))


def test_workers_go_on_hearing_after_redis_was_emptied_under_them(
    product: Product, figure: Any
) -> None:
    # Emptying also takes the table that says which queue a message belongs to: a nudge that relied on it
    # would be dropped without an error from then on.
    api, before = product.api(), product.last_event()
    bug = story.up_to_fixed(api, "While it was emptied", product.sprint)
    product.quiet(10)
    product.leave_only_nudges()
    product.redis.empty()
    story.verify(api, bug)
    product.quiet(5)
    assert len(product.notices_of(bug)) == 1
    assert product.breaches() == []
    figure("lateness after it was emptied", in_order(product.lateness(before)))
