"""Pages under faults: no step told twice, none lost, whoever dies in between (ONC-6).

Minutes are shortened: the test brings every page's next moment forward, and the product's own workers move it.
"""

from __future__ import annotations

import os
import random
import time
from typing import Any

import pytest

from tests.faults.processes import eventually
from tests.faults.product import Product

pytestmark = pytest.mark.faults

LARGE = bool(os.environ.get("LARGE"))
#: A worker that died takes seconds of a core to come back: more kills only make it slower to watch.
PAGES, KILLS = (1000, 25) if LARGE else (60, 8)
PATIENCE = 600  # for a busy machine; alone it takes a fraction
STEPS = 3  # of the policy that the cast publishes
SEED = 6
POINT = "after_page_step_before_commit"

TOLD_TWICE = """
    SELECT 'TWICE page ' || subject || ' step ' || (data->>'step') FROM journal_event
    WHERE name = 'page.told' AND id > %s GROUP BY subject, data->>'step' HAVING count(*) > 1
"""
LOST = """
    SELECT 'LOST page ' || p.id || ' was told ' || count(DISTINCT s.step) || ' steps, ' || p.state
    FROM oncall_page p LEFT JOIN oncall_pagestep s ON s.page_id = p.id
    WHERE p.id > %s GROUP BY p.id HAVING count(DISTINCT s.step) <> %s OR p.state <> 'exhausted'
"""
NOT_HEARD = """
    SELECT 'UNHEARD page ' || s.page_id || ' step ' || s.step FROM oncall_pagestep s
    WHERE s.page_id > %s AND (SELECT count(*) FROM channels_notice n
        WHERE n.event_id = s.event_id AND n.person_id = s.person_id AND n.channel = 'in_app') <> 1
"""
ENDED_TWICE = """
    SELECT 'ENDED TWICE page ' || subject FROM journal_event
    WHERE name = 'page.exhausted' AND id > %s GROUP BY subject HAVING count(*) > 1
"""


def test_a_killed_worker_pages_neither_twice_nor_not_at_all(product: Product, figure: Any) -> None:
    fate = random.Random(SEED)
    ((last_page,),) = product.sql("SELECT coalesce(max(id), 0) FROM oncall_page")
    before = product.last_event()
    armed = product.folder / "failpoints"
    armed.mkdir(exist_ok=True)
    dying = product.another("worker", name="worker-that-dies", FAILPOINTS=str(armed))
    stage = product.in_the_wings("pages", str(PAGES))
    died = 0
    for number in range(KILLS):
        time.sleep(fate.uniform(0.2, 1.0))
        (armed / POINT).touch()
        _bring_forward(product, last_page)
        if number % 3 == 0:
            product.redis.empty()
        worker = fate.choice(product.workers)
        fate.choice((worker.kill, worker.kill_parts, worker.kill_alone))()
        for child in (worker, dying):
            if not child.runs():
                died += 1
                child.start()
    eventually(lambda: not stage.runs(), PATIENCE, "every report is filed")
    (armed / POINT).unlink(missing_ok=True)
    began = time.monotonic()

    def over() -> bool:
        time.sleep(1)
        _bring_forward(product, last_page)
        ((running,),) = product.sql(
            "SELECT count(*) FROM oncall_page WHERE state = 'paging' AND id > %s", [last_page]
        )
        return bool(running == 0)

    eventually(over, PATIENCE, "every page has told all its steps")
    product.quiet(PATIENCE)
    ((count,),) = product.sql("SELECT count(*) FROM oncall_page WHERE id > %s", [last_page])
    assert count == PAGES
    broken = [
        *product.sql(TOLD_TWICE, [before]),
        *product.sql(LOST, [last_page, STEPS]),
        *product.sql(NOT_HEARD, [last_page]),
        *product.sql(ENDED_TWICE, [before]),
    ]
    assert broken == []
    figure(f"{PAGES} pages, {died} processes died", f"over {time.monotonic() - began:.1f} s later")


def _bring_forward(product: Product, after: int) -> None:
    """Their moments have come. What is due or held by a worker is left to it: a sweep that finds rows locked
    by this hand would think that it is through."""
    product.sql(
        "UPDATE oncall_page SET next_at = clock_timestamp() WHERE id IN (SELECT id FROM oncall_page"
        " WHERE state = 'paging' AND next_at > clock_timestamp() AND id > %s ORDER BY id"
        " FOR UPDATE SKIP LOCKED) RETURNING id",
        [after],
    )
