"""The proof itself: each broken sweep and outbox runs as two processes and is caught by what it breaks.

A suite that cannot fail proves nothing. Each case names the one property that must be broken, so that a
mutant that merely does not start is no success; and the product passes all that catches them.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.faults.product import Product
from tests.faults.proof import LEAD, SEED, Proof
from tests.faults.properties import GRACE, PERIOD, in_brief

pytestmark = pytest.mark.faults

TIMERS, SECONDS = 60, 4.0
numbers = itertools.count(1)


@pytest.fixture
def run(alone: Product) -> Iterator[Callable[..., Proof]]:
    """Two loops with a mistake, on some timers that come due within seconds."""
    proofs: list[Proof] = []

    def raised(
        mistake: str, *clocks: str, points: tuple[str, ...] = (), mail: tuple[str, ...] = ()
    ) -> Proof:
        proof = Proof(alone, f"mutant_{next(numbers)}", *(mail or ("--slow", "0")))
        proofs.append(proof)
        proof.raise_loops(mistake, *clocks)
        for point in points:
            proof.arm(point)
        proof.seed("mutant", TIMERS, SECONDS, random.Random(SEED), staged=False)
        return proof

    yield raised
    for proof in proofs:
        proof.end()


def caught(proof: Proof, by: str) -> str:
    """That this property is broken and no other, in words. A slow machine may break P8 beside it."""
    said = proof.breaches()
    broken = {sentence.split()[0] for sentence in said}
    assert by in broken <= {by, "P8"}, in_brief(said)
    return in_brief([sentence for sentence in said if sentence.startswith(by)], samples=1)


def test_the_product_passes_what_catches_them(run: Any) -> None:
    points = ("after_sweep_before_commit", "before_send")
    proof = run("none", "+1h", "-1h", points=points, mail=("--slow", "0.05"))
    with held(proof) as report:
        proof.watch(LEAD + SECONDS, until=lambda: False)
        assert proof.watch(30, until=lambda: proof.unfinished()[0] == 1), "all but the held one"
    proof.quiet(40)
    assert set(proof.died) == set(points)
    late_by_us = f"P8 {report} "
    assert in_brief([said for said in proof.breaches() if not said.startswith(late_by_us)]) == ""


def test_it_commits_the_stage_before_it_tells(run: Any, figure: Any) -> None:
    proof = run("split", points=("between_moving_and_telling",))
    proof.quiet(40)
    figure("split in two transactions, killed between them", caught(proof, by="P3"))


def test_two_of_it_do_not_see_each_other(run: Any, figure: Any) -> None:
    proof = run("racing")
    # The last guard: with it the second of them only fails.
    proof.sql("ALTER TABLE problem_reports_signal DROP CONSTRAINT signal_once")
    proof.quiet(40)
    figure("two sweeps that do not see each other", caught(proof, by="P3"))


def test_it_trusts_a_clock_that_runs_an_hour_ahead(run: Any, figure: Any) -> None:
    proof = run("own_clock", "+1h", "+1h")
    proof.quiet(40)
    figure("a clock that is an hour ahead decides", caught(proof, by="P7"))


def test_it_trusts_a_clock_that_runs_an_hour_behind(run: Any, figure: Any) -> None:
    proof = run("own_clock", "-1h", "-1h")
    proof.watch(LEAD + SECONDS + PERIOD, until=lambda: False)
    figure("a clock that is an hour behind decides", caught(proof, by="P1"))


def test_it_waits_for_a_row_that_somebody_holds(run: Any, figure: Any) -> None:
    proof = run("patient")
    with held(proof) as report:
        proof.watch(LEAD + PERIOD + GRACE + 2, until=lambda: False)
    proof.quiet(40)
    figure("one held row holds up the others", caught(proof, by="P8"))
    assert [said for said in proof.breaches() if f" {report} " not in said]


def test_it_marks_a_mail_sent_before_it_sends_it(run: Any, figure: Any) -> None:
    proof = run("early", points=("before_send",))
    proof.quiet(40)
    figure("marked before it was sent, killed once", caught(proof, by="P4"))


def test_it_claims_a_mail_without_saying_so(run: Any, figure: Any) -> None:
    proof = run("unleased", mail=("--slow", "0.05"))
    proof.quiet(40)
    figure("claimed without a lease", caught(proof, by="P6"))


@contextmanager
def held(proof: Proof) -> Iterator[str]:
    """Another session holds the first of the timers that come due; of which report it is."""
    first = """
        SELECT 'PR-' || report_id FROM problem_reports_timer WHERE next_at IS NOT NULL
        ORDER BY next_at, id LIMIT 1 FOR UPDATE
    """
    with proof.cursor() as cursor:
        cursor.execute(first)
        yield cursor.fetchone()[0]
