"""Thousands of timers come due while everything dies: eight properties hold, at two sizes.

Small as CI runs it; `LARGE=1 make test-faults ARGS=tests/faults/test_proof.py` for 10,000 timers and 500 kills.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from typing import Any

import pytest

from foundation.failpoints import POINTS
from tests.faults import properties
from tests.faults.product import Product, in_order
from tests.faults.proof import LARGE, SEED, SMALL, Proof

pytestmark = pytest.mark.faults

SIZE = LARGE if os.environ.get("LARGE") else SMALL
ANSWERED = 0.3
A_MISSED_ONE = """
    SELECT max(t.id) FROM problem_reports_timer t JOIN problem_reports_signal s ON s.timer_id = t.id
    WHERE t.state = 'breached' AND t.stopped_at IS NULL
"""
DRAINED = (
    90.0 if SIZE is SMALL else 600.0
)  # seconds, after the last fault, until all is told and has left


@pytest.fixture(scope="module")
def proof(alone: Product) -> Iterator[Proof]:
    """One crew for the whole page."""
    proof = Proof(alone, "proof")
    proof.raise_it()
    yield proof
    proof.end()


def test_without_faults_nothing_is_later_than_a_sweep(proof: Proof, figure: Any) -> None:
    fate, began = random.Random(SEED), time.time()
    names = proof.seed("calm", SIZE.calm, SIZE.calm_seconds, fate)
    with proof.answering(fate.sample(names, int(SIZE.calm * ANSWERED)), SIZE.calm_seconds):
        time.sleep(SIZE.calm_seconds + 3)
    proof.quiet(DRAINED)
    assert properties.in_brief(proof.breaches()) == ""
    figure(f"lateness of {SIZE.calm} timers without faults", in_order(proof.lateness(since=began)))


#: What the database itself refuses, or no mutant does: written on the tables, and nobody keeps it.
DOCTORED = {
    "P2": [
        "ALTER TABLE problem_reports_timer DROP CONSTRAINT timer_breached_is_told",
        "ALTER TABLE problem_reports_timer DROP CONSTRAINT timer_met_in_time",
        # It may still wait for its escalation.
        "ALTER TABLE problem_reports_timer DROP CONSTRAINT timer_looked_at_while_it_runs",
        f"UPDATE problem_reports_timer SET state = 'met' WHERE id = ({A_MISSED_ONE})",
    ],
    "P3": [f"DELETE FROM problem_reports_signal WHERE timer_id = ({A_MISSED_ONE})"],
    "P5": [
        """
        INSERT INTO channels_notice (event_id, person_id, channel, state, subject, body, url, made_at)
        SELECT e.id, p.id, 'in_app', 'sent', 'Late', '', '', clock_timestamp()
        FROM (SELECT max(id) AS id FROM journal_event WHERE name = 'problem_report.breached') e,
            teams_person p WHERE p.username = 'stranger'
        """
    ],
}


def test_what_is_doctored_is_seen(proof: Proof) -> None:
    proof.seed("doctored", 20, 1, random.Random(SEED))
    proof.quiet(DRAINED)
    for name, statements in DOCTORED.items():
        with proof.cursor() as cursor:
            assert (
                properties.in_brief(properties.breaches(cursor, proof.got(), proof.account)) == ""
            )
            cursor.execute(
                "SET LOCAL session_replication_role = replica"
            )  # history refuses a DELETE
            for statement in statements:
                cursor.execute(statement)
            said = properties.breaches(cursor, proof.got(), proof.account)
        assert name in {sentence.split()[0] for sentence in said}, name


def test_whatever_dies_eight_properties_hold(proof: Proof, figure: Any) -> None:
    fate, began = random.Random(SEED + 1), time.time()
    names = proof.seed("storm", SIZE.timers, SIZE.seconds, fate)
    with proof.answering(fate.sample(names, int(SIZE.timers * ANSWERED)), SIZE.seconds):
        proof.storm(SIZE, fate)
    ended = time.time()
    drained = proof.quiet(DRAINED)
    assert properties.in_brief(proof.breaches()) == ""
    assert set(proof.died) == set(POINTS)
    assert sum(proof.died.values()) == SIZE.each_point * len(POINTS)
    figure(
        f"{SIZE.timers} timers, killed",
        ", ".join(f"{what} {times}×" for what, times in sorted(proof.killed.items())),
    )
    figure("and at the named points", f"{sum(proof.died.values())} deaths")
    figure(f"lateness of {SIZE.timers} timers with faults", in_order(proof.lateness(since=began)))
    got = proof.got()
    figure("mails", f"{len(got)} received, {properties.copies(got)} of them copies")
    figure("time", f"{ended - began:.0f} s of faults, quiet {drained:.0f} s later")
