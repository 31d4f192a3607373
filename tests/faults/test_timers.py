"""Timers come due while workers, beats, Redis and PostgreSQL die: each is told once, none early, none lost.

Properties P1, P2, P3 and P7 of research/reliability.md §2.1, as SQL over what is left when all is quiet.
"""

from __future__ import annotations

import random
import time
from typing import Any

import pytest

from tests.faults.processes import eventually
from tests.faults.product import Product, in_order

pytestmark = pytest.mark.faults

SEED, REPORTS, WITHIN, KILLS = 3, 150, 12.0, 14

#: word -> how many rows break it. A row that nobody looks at any more (no `next_at`) has been told, or stopped.
PROPERTIES = {
    "LOST": "SELECT count(*) FROM problem_reports_timer WHERE next_at < clock_timestamp() - interval '1 second'",
    "BOTH": "SELECT count(*) FROM problem_reports_timer WHERE state = 'met' AND stopped_at > due_at",
    "UNTOLD": """
        SELECT count(*) FROM problem_reports_timer t WHERE t.stage >= 2 AND NOT EXISTS (
            SELECT FROM problem_reports_signal s JOIN journal_event e ON e.id = s.event_id
            WHERE s.timer_id = t.id AND s.stage = 2 AND e.name = 'problem_report.breached')
    """,
    "TWICE": """
        SELECT count(*) FROM (SELECT FROM journal_event WHERE name = 'problem_report.breached'
            GROUP BY subject, data->>'promise', data->>'epoch' HAVING count(*) > 1) AS doubled
    """,
    "UNHEARD": """
        SELECT count(*) FROM journal_event e WHERE e.name = 'problem_report.breached' AND e.id > %(after)s
            AND e.data->>'promise' IN ('first_response', 'classification') AND NOT EXISTS (
                SELECT FROM channels_notice n JOIN teams_person p ON p.id = n.person_id
                WHERE n.event_id = e.id AND p.username = 'rhea')
    """,
    "EARLY": """
        SELECT count(*) FROM problem_reports_signal s JOIN problem_reports_timer t ON t.id = s.timer_id
        JOIN journal_event e ON e.id = s.event_id WHERE s.stage = 2 AND e.recorded_at <= t.due_at
    """,
}


def broken(product: Product, after: int) -> set[str]:
    """The words of the properties that do not hold."""
    counts = {w: product.sql(sql, {"after": after})[0][0] for w, sql in PROPERTIES.items()}
    return {word for word, count in counts.items() if count}


def due_soon(product: Product, titles: str, seed: int) -> None:
    """The first answers of these reports come due at random within some seconds."""
    product.sql(
        """
        UPDATE problem_reports_timer t SET warn_at = d.at, due_at = d.at, next_at = d.at,
            escalate_at = d.at + interval '1 hour'
        FROM (SELECT r.id, clock_timestamp() + random() * %s * interval '1 second' AS at
              FROM problem_reports_problemreport r WHERE r.title LIKE %s) AS d
        WHERE t.report_id = d.id AND t.kind = 'first_response' RETURNING t.id
        """,
        [WITHIN, f"{titles}%"],
    )


def test_each_is_told_once_whatever_dies(product: Product, figure: Any) -> None:
    fate, after = random.Random(SEED), product.last_event()
    lena, rhea = product.api()["lena"], product.api()["rhea"]
    names = [lena.file(f"Comes due {n}").reference for n in range(REPORTS)]
    product.another("beat", name="beat-more")
    due_soon(product, "Comes due", SEED)
    started = time.monotonic()
    answered = iter(fate.sample(names, REPORTS * 3 // 10))
    for n in range(KILLS):
        time.sleep(fate.uniform(0.3, 1.2))
        victim = fate.choice(product.workers)
        victim.kill()
        victim.start()
        if n == KILLS // 2:
            product.redis.empty()
        if n == KILLS * 2 // 3:
            product.postgres.server.kill()
            product.postgres.start()
        for name in (next(answered, None) for _ in range(4)):
            if name is not None:
                said = rhea.post(f"problem-reports/{name}/respond/", message="We look at it.")
                assert said.status in (200, 503, 0), said.text
    eventually(lambda: time.monotonic() - started > WITHIN + 1, 60, "all have come due")
    eventually(
        lambda: broken(product, after) == set(), 40, f"all is told: {broken(product, after)}"
    )
    product.quiet(20)
    assert broken(product, after) == set()
    late = [
        float(seconds)
        for (seconds,) in product.sql(
            "SELECT (data->>'late_by')::float FROM journal_event"
            " WHERE name = 'problem_report.breached' AND id > %s ORDER BY 1",
            [after],
        )
    ]
    assert len(late) > REPORTS / 3
    figure(
        f"timers under {KILLS} killed workers, an emptied Redis and a killed PostgreSQL",
        in_order(late),
    )


TELL = """
    INSERT INTO journal_event (name, kind, subject, by_id, at, source, internal, data)
    SELECT 'problem_report.breached', 'problem_report', r.id, r.filed_by_id, clock_timestamp(), 'system', false,
        '{"promise": "first_response", "epoch": 1}'
    FROM problem_reports_timer t JOIN problem_reports_problemreport r ON r.id = t.report_id
"""


@pytest.mark.parametrize(
    ("word", "mistake"),
    [
        pytest.param(
            "UNTOLD",
            "UPDATE problem_reports_timer SET stage = 2, state = 'breached' WHERE id = ONE",
            id="it commits the stage before it tells",
        ),
        pytest.param(
            "LOST",
            "UPDATE problem_reports_timer SET state = 'armed', stopped_at = NULL, stopped_by_id = NULL,"
            " next_at = now() - interval '1 hour' WHERE id = ONE",
            id="it forgets what it claimed",
        ),
        pytest.param(
            "TWICE",
            f"{TELL} CROSS JOIN generate_series(1, 2) WHERE t.id = ONE",
            id="two of it do not see each other",
        ),
        pytest.param(
            "EARLY",
            f"WITH told AS ({TELL} WHERE t.id = ONE RETURNING id), late AS ("
            "UPDATE problem_reports_timer SET warn_at = now(), due_at = now() + interval '1 hour',"
            " escalate_at = now() + interval '2 hours' WHERE id = ONE)"
            " INSERT INTO problem_reports_signal (timer_id, stage, event_id) SELECT ONE, 2, id FROM told",
            id="it trusts a clock that runs an hour ahead",
        ),
    ],
)
def test_a_sweep_with_this_mistake_is_caught(product: Product, word: str, mistake: str) -> None:
    """What each broken sweep would leave behind, written on one timer of a copy that no process looks at."""
    copy = f"doctored_{word.lower()}"
    product.apart(copy)
    with product.postgres.connect(copy) as connection, connection.cursor() as cursor:
        assert _broken(cursor) == set()
        cursor.execute(mistake.replace("ONE", ONE))
        assert word in _broken(cursor)
        connection.rollback()


ONE = "(SELECT min(id) FROM problem_reports_timer WHERE kind = 'first_response')"


def _broken(cursor: Any) -> set[str]:
    found = set()
    for word, statement in PROPERTIES.items():
        cursor.execute(statement, {"after": 2**62})
        if cursor.fetchone()[0]:
            found.add(word)
    return found
