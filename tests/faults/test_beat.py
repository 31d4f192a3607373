"""The clock doubled, or one of two clocks dead: nobody hears twice, and nobody hears late."""

from __future__ import annotations

import time
from typing import Any

import pytest

from foundation.backlog import ENOUGH
from tests.faults import story
from tests.faults.processes import eventually
from tests.faults.product import Product, in_order
from tests.faults.proof import shifted

pytestmark = pytest.mark.faults

BEATS = 4
ROUND = 5.0  # seconds between two sweeps of one clock


def test_four_clocks_at_once_tell_everybody_once_and_pile_up_no_work(
    product: Product, figure: Any
) -> None:
    api, before = product.api(), product.last_event()
    for number in range(len(product.beats) + 1, BEATS + 1):
        product.another("beat", name=f"beat{number}")
    for number in range(4):
        bug = story.up_to_fixed(api, f"Under four clocks {number}", product.sprint)
        story.verify(api, bug)
    time.sleep(ROUND + 1)  # so that each of them has swept
    product.quiet(5)
    assert product.redis.queued() <= BEATS
    assert len(product.lateness(before)) == 4
    assert product.breaches() == []
    figure("lateness under four clocks", in_order(product.lateness(before)))


def test_clocks_that_differ_by_two_hours_lose_nothing_that_beat_asks_for(product: Product) -> None:
    # An expiry would: a worker that is ahead of beat throws away all that it takes.
    apart = product.apart("two_hours_apart")
    product.another("worker", name="worker-ahead", **apart, **shifted("+1h"))
    product.another("beat", name="beat-behind", **apart, **shifted("-1h"))
    due = """
        UPDATE problem_reports_timer SET warn_at = d.at, due_at = d.at, next_at = d.at
        FROM (SELECT clock_timestamp() AS at) d WHERE report_id = %s AND kind = 'first_response'
    """
    told = """
        SELECT count(*) FROM journal_event e JOIN channels_notice n ON n.event_id = e.id
        WHERE e.name = 'problem_report.breached' AND e.subject = %s
    """
    report = [product.like["free"]]
    product.postgres.sql(due, report, database="two_hours_apart")
    eventually(
        lambda: product.postgres.sql(told, report, database="two_hours_apart") == [(1,)], 60, "told"
    )


def test_beats_fall_silent_while_no_worker_is_there(product: Product, figure: Any) -> None:
    for worker in product.workers:
        worker.kill()
    lena = product.api()["lena"]

    def full() -> bool:
        lena.file("While nobody works")  # each a nudge as well
        return product.redis.queued("celery") >= ENOUGH

    eventually(full, 90, "as much waits as may")
    for _ in range(20):
        lena.file("While nobody works")
        time.sleep(ROUND / 10)
    # Some may have looked at the same moment.
    assert product.redis.queued("celery") <= ENOUGH + len(product.beats)
    # What waits to be sent silences no sweep; a slow minute may fill its own queue as well.
    assert 0 < product.redis.queued("promises") <= ENOUGH + len(product.beats)
    for worker in product.workers:
        worker.start()
    took = eventually(lambda: product.redis.queued() < len(product.beats) * 2, 60, "all is done")
    figure("what had piled up without workers was done", f"{took:.1f} s after their start")


def test_with_one_clock_killed_the_other_finds_what_no_nudge_told(product: Product) -> None:
    product.beats[0].kill()
    api = product.api()
    bug = story.up_to_fixed(api, "One clock is left", product.sprint)
    product.quiet(10)
    product.stage("verify-one", bug, REDIS_URL=product.redis.nowhere())
    product.quiet(10)
    assert len(product.notices_of(bug)) == 1
    assert product.breaches() == []
