"""Nothing broken: the reporter hears once, within seconds; and with the nudge lost, from the clock."""

from __future__ import annotations

from typing import Any

import pytest

from tests.faults import story
from tests.faults.processes import eventually
from tests.faults.product import Product

pytestmark = pytest.mark.faults


def _heard_once(product: Product, bug: str, title: str, within: float) -> float:
    """The reporter, and nobody else, has exactly one notice; returns how late it was."""
    eventually(lambda: bool(product.notices_of(bug)), within, f"the reporter hears of {bug}")
    product.quiet(within)
    (who, words, late), *more = product.notices_of(bug)
    assert (who, words, more) == ("lena", f"Fixed and verified: {title}", [])
    assert product.breaches() == []
    return late


def test_a_nudge_alone_brings_the_reporter_one_notice(product: Product, figure: Any) -> None:
    api = product.api()
    bug = story.up_to_fixed(api, "Totals differ", product.sprint)
    product.quiet(10)
    product.leave_only_nudges()
    story.verify(api, bug)
    late = _heard_once(product, bug, "Totals differ", within=5)
    figure("told by the nudge", f"{late:.2f} s after the bug was verified")


def test_without_its_nudge_the_clock_brings_it_within_ten_seconds(
    product: Product, figure: Any
) -> None:
    # A web process whose Redis is not there: it serves as ever, and nudges nobody.
    api = product.api(product.another_web("web-no-redis", REDIS_URL=product.redis.nowhere()))
    bug = story.up_to_fixed(api, "Totals differ again", product.sprint)
    story.verify(api, bug)
    late = _heard_once(product, bug, "Totals differ again", within=10)
    figure("told by the clock", f"{late:.2f} s after the bug was verified")
