"""The clock doubled, or one of two clocks dead: nobody hears twice, and nobody hears late."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.faults import story
from tests.faults.product import Product, in_order

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


def test_with_one_clock_killed_the_other_finds_what_no_nudge_told(product: Product) -> None:
    product.beats[0].kill()
    api = product.api()
    bug = story.up_to_fixed(api, "One clock is left", product.sprint)
    product.quiet(10)
    product.stage("verify-one", bug, REDIS_URL=product.redis.nowhere())
    product.quiet(10)
    assert len(product.notices_of(bug)) == 1
    assert product.breaches() == []
