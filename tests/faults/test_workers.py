"""Workers killed, at random and at the worst moments: every notice once, and none is left behind."""

from __future__ import annotations

import random
import time
from typing import Any

import pytest

from tests.faults.processes import eventually
from tests.faults.product import MANY, Product, in_order

pytestmark = pytest.mark.faults

SEED, KILLS = 20, 12
PACE = 0.12  # seconds between two verified bugs: they keep coming while workers die
MOMENTS = ("claimed", "told", "committed")


def test_workers_killed_at_random_tell_everybody_once(product: Product, figure: Any) -> None:
    fate = random.Random(SEED)
    before = product.last_event()
    ((fixed,),) = product.sql("SELECT count(*) FROM bugs_bug WHERE state = 'fixed'")
    assert fixed > MANY / 2
    stage = product.in_the_wings("verify", str(PACE))
    for _ in range(KILLS):
        time.sleep(fate.uniform(0.2, 1.5))
        worker = fate.choice(product.workers)
        # The whole worker, its pool alone (Celery forks another), or its head alone.
        how = fate.choice((worker.kill, worker.kill_parts, worker.kill_alone))
        how()
        if not worker.runs():
            worker.start()
    eventually(lambda: not stage.runs(), 60, "every bug is verified")
    back = product.quiet(20)
    verified = product.sql(
        "SELECT count(*) FROM journal_event WHERE name = 'bug.verified' AND id > %s", [before]
    )
    assert verified == [(fixed,)]
    late = product.lateness(before)
    assert len(late) > fixed  # each reporter, and Leo who watches every fourth
    assert product.breaches() == []
    figure(f"{KILLS} workers killed at random", in_order(late))
    figure("told after the last kill", f"{back:.1f} s")


def test_a_worker_that_dies_at_the_worst_moments_repeats_nothing(product: Product) -> None:
    apart = product.apart("worst_moments")
    product.stage("verify", **apart)
    product.another(
        "worker",
        name="worker-that-dies",
        app="tests.faults.variants",
        FAULTS_DIE_AT=",".join(MOMENTS),
        FAULTS_NOTES=str(product.folder),
        **apart,
    )
    product.another("beat", name="beat-apart", **apart)
    for moment in MOMENTS:
        note = product.folder / f"died-{moment}"
        eventually(note.exists, 15, f"the worker has died once after it had {moment}")
    eventually(lambda: product.breaches(database="worst_moments") == [], 15, "all is told once")
