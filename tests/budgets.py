"""How many queries an address may ask: one committed file, tests/query_budgets.json, name -> count.

`UPDATE_QUERY_BUDGETS=1` writes the counts anew; the diff then shows who pays more than before.
"""

import fcntl
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

FILE = Path(__file__).with_name("query_budgets.json")
ROWS = 20


def holds(
    name: str,
    ask: Callable[[], Any],
    *,
    grow: Callable[[], Any] | None = None,
    status: int = 200,
    warm: bool = True,
) -> None:
    """The request takes its budget, and with `grow` the same at 20 rows and at 40.

    `warm` asks once before counting, so that what a process keeps is there, also what it keeps only once it
    is committed; not for acts done once.
    """
    counts = []
    for _ in range(2 if grow else 1):
        for _ in range(ROWS if grow else 0):
            grow()  # type: ignore[misc]
        if warm:
            with TestCase.captureOnCommitCallbacks(execute=True):
                ask()
        asked = _asked(ask, status)
        counts.append(len(asked))
    assert len(set(counts)) == 1, (
        f"“{name}” asks {counts[0]} queries at 20 rows, {counts[1]} at 40."
    )
    _compare(name, asked)


def _asked(ask: Callable[[], Any], status: int) -> list[str]:
    with CaptureQueriesContext(connection) as asked:
        answer = ask()
    assert answer.status_code == status, f"{answer.status_code} instead of {status}"
    # Tests wrap everything in a transaction of their own: its savepoints are no work of the page;
    # a statement is prepared once per connection.
    said = [query["sql"] for query in asked]
    return [sql for sql in said if not sql.startswith(("SAVEPOINT", "RELEASE", "PREPARE"))]


def _compare(name: str, asked: list[str]) -> None:
    """More and fewer both need a word in the diff."""
    count = len(asked)
    if os.environ.get("UPDATE_QUERY_BUDGETS"):
        _write(name, count)
        return
    budgets = json.loads(FILE.read_text())
    assert name in budgets, f"No budget for “{name}”: run with UPDATE_QUERY_BUDGETS=1."
    listed = "\n".join(sql[:160] for sql in asked)
    assert count == budgets[name], (
        f"“{name}” asks {count} queries, its budget is {budgets[name]}:\n{listed}"
    )


def _write(name: str, count: int) -> None:
    # Several workers write at once.
    with FILE.open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        budgets = json.loads(file.read() or "{}") | {name: count}
        file.truncate(0)
        file.write(json.dumps(budgets, indent=2, sort_keys=True) + "\n")
