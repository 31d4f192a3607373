"""The harness itself: a fan-out with a known mistake must fail it, and so must every doctored table.

A suite that cannot fail proves nothing. Each case says which breach it expects, so that a variant that
merely does not start is no success.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from tests.faults import checker
from tests.faults.client import Answer, Attempt
from tests.faults.processes import eventually
from tests.faults.product import DATABASE, FEW, Product

pytestmark = pytest.mark.faults

#: The notices of verified bugs, whose hearers the checker knows; people hear of other things too.
TOLD = """channels_notice n JOIN journal_event e ON e.id = n.event_id AND e.name = 'bug.verified'"""
HEARERS = FEW + FEW // 4  # each reporter, and Leo who watches every fourth


def _run_the_forgetful_variant(product: Product, name: str, dies_at: str) -> list[str]:
    """Verify the few bugs, let the variant fan them out, and check once nothing is pending."""
    apart = product.apart(name)
    product.stage("verify", **apart)
    notes = product.folder / name
    notes.mkdir()
    product.another(
        "worker",
        name=f"worker-{name}",
        app="tests.faults.variants",
        FAULTS_VARIANT="forgetful",
        FAULTS_DIE_AT=dies_at,
        FAULTS_NOTES=str(notes),
        **apart,
    )

    def nothing_is_pending() -> bool:
        return not any(said.startswith("WAITS") for said in product.breaches(database=name))

    eventually(nothing_is_pending, 30, "the variant has taken everything")
    if dies_at:
        eventually((notes / f"died-{dies_at}").exists, 10, "the variant has died")
    else:
        rows = f"SELECT count(*) FROM {TOLD}"
        eventually(
            lambda: product.postgres.sql(rows, database=name) == [(HEARERS,)], 10, "all are told"
        )
    return product.breaches(database=name)


def test_a_fan_out_that_commits_twice_is_right_as_long_as_nobody_kills_it(product: Product) -> None:
    assert _run_the_forgetful_variant(product, "forgetful_left_alone", dies_at="") == []


def test_a_fan_out_that_commits_twice_loses_notices_when_it_dies_in_between(
    product: Product, figure: Any
) -> None:
    said = _run_the_forgetful_variant(product, "forgetful_killed", dies_at="between")
    assert len(said) == HEARERS
    assert {sentence.split()[0] for sentence in said} == {"LOST"}
    figure("the forgetful variant, killed once", f"{len(said)} notices lost, and seen to be")


def test_a_database_that_acknowledges_before_it_has_written_is_seen_to_forget_reports(
    product: Product, figure: Any
) -> None:
    apart = product.apart("acknowledges_early")
    product.sql("ALTER DATABASE acknowledges_early SET synchronous_commit = off")
    # Nobody else may write the log to disk meanwhile either.
    lazy = {"wal_writer_delay": "10s", "wal_writer_flush_after": "1GB", "bgwriter_lru_maxpages": "0",
            "autovacuum": "off"}  # fmt: skip
    for name, value in lazy.items():
        product.sql(f"ALTER SYSTEM SET {name} = '{value}'")
    product.sql("SELECT pg_reload_conf()")
    try:
        lena = product.api(product.another_web("web-acknowledged-early", **apart))["lena"]
        log = [lena.file(f"Acknowledged too early {n}", key=f"early-{n}") for n in range(40)]
        product.postgres.server.kill()
    finally:
        product.postgres.start()
        for name in lazy:
            product.sql(f"ALTER SYSTEM RESET {name}")
        product.sql("SELECT pg_reload_conf()")
    assert all(attempt.reference for attempt in log)
    product.stage("tell", **apart)
    said = product.breaches(log, database="acknowledges_early")
    assert {sentence.split()[0] for sentence in said} == {"FORGOTTEN"}
    figure("acknowledged before it was written", f"{len(said)} of 40 reports lost, and seen to be")


# --- Each property, on data doctored to break it and only it ----------------------------------------

A_NOTICE = f"(SELECT max(n.id) FROM {TOLD})"
AN_EVENT = "(SELECT max(id) FROM journal_event WHERE name = 'bug.verified')"
A_REPORT = "(SELECT max(id) FROM problem_reports_problemreport)"
COLUMNS = "event_id, person_id, channel, state, subject, body, url, made_at"

DOCTORED = {
    "WAITS": [f"INSERT INTO journal_pending (event_id) VALUES ({AN_EVENT})"],
    "LOST": [f"DELETE FROM channels_notice WHERE id = {A_NOTICE}"],
    "TWICE": [
        "ALTER TABLE channels_notice DROP CONSTRAINT notice_once",
        f"INSERT INTO channels_notice ({COLUMNS}) SELECT {COLUMNS} FROM channels_notice"
        f" WHERE id = {A_NOTICE}",
    ],
    "GHOST": [
        f"INSERT INTO channels_notice ({COLUMNS}) SELECT event_id, p.id, channel, state, subject, body,"
        f" url, made_at FROM channels_notice n, teams_person p WHERE n.id = {A_NOTICE}"
        " AND p.username = 'stranger'",
    ],
    "HALF": [f"DELETE FROM problem_reports_timer WHERE report_id = {A_REPORT}"],
}


@pytest.fixture
def told_once(product: Product) -> Iterator[Any]:
    """A cursor on data with notices, whose changes nobody keeps."""
    if not product.sql(f"SELECT 1 FROM {TOLD} LIMIT 1"):
        product.stage("verify-one", "BUG-1")
        product.quiet(10)
    line = product.postgres.connect(DATABASE)
    try:
        with line.cursor() as cursor:
            # Only here: history refuses DELETE in every other role.
            cursor.execute("SET LOCAL session_replication_role = replica")
            yield cursor
    finally:
        line.rollback()
        line.close()


@pytest.mark.parametrize("breach", DOCTORED)
def test_the_checker_sees_what_was_doctored_and_nothing_else(told_once: Any, breach: str) -> None:
    assert checker.breaches(told_once) == []
    for statement in DOCTORED[breach]:
        told_once.execute(statement)
    assert [said.split()[0] for said in checker.breaches(told_once)] == [breach]


numbers = itertools.count(1)


def _attempt(status: int, *, title: str = "", reference: str = "PR-1", key: str = "") -> Attempt:
    text = f'{{"reference": "{reference}", "status": {status}}}'
    return Attempt(key or f"key {next(numbers)}", title or "Never filed", Answer(status, text), 0.0)


def test_the_checker_misses_a_report_that_was_acknowledged(told_once: Any) -> None:
    said = checker.breaches(told_once, [_attempt(201, reference="PR-999999")])
    assert [s.split()[0] for s in said] == ["FORGOTTEN"]


def test_the_checker_sees_a_report_that_was_refused_and_filed_all_the_same(
    product: Product, told_once: Any
) -> None:
    filed = product.api()["lena"].file("Said to be refused")
    assert filed.reference
    said = checker.breaches(told_once, [_attempt(422, title=filed.title)])
    assert "UNASKED" in {s.split()[0] for s in said}


def test_the_checker_sees_a_key_that_made_two_reports(product: Product, told_once: Any) -> None:
    log = [product.api()["lena"].file("Sent twice, with two keys") for _ in range(2)]
    said = checker.breaches(told_once, [replace(attempt, key="one key") for attempt in log])
    assert [s.split()[0] for s in said if s.startswith("DOUBLED")] == ["DOUBLED"] * 2


@pytest.mark.parametrize(
    "answer",
    [
        Answer(500, "<h1>Server Error (500)</h1>"),
        Answer(503, '{"status": 503}', {"content-type": "application/problem+json"}),
        Answer(503, "<h1>Back soon</h1>", {"content-type": "text/html", "retry-after": "5"}),
        Answer(0),
        Answer(409, '{"status": 409}', {"content-type": "application/problem+json"}),
    ],
    ids=["a 500", "no word of when to come back", "a page for a tool", "no answer", "a refusal"],
)
def test_an_answer_that_no_client_should_see_is_named(answer: Answer) -> None:
    (said,) = checker.wrong_answers([Attempt("key", "A title", answer, 0.0)])
    assert said.startswith(f"ANSWERED {answer.status}")
