"""How many queries a page may ask: one committed file, tests/query_budgets.json, name -> count.

`UPDATE_QUERY_BUDGETS=1` writes the counts anew; the diff then shows who pays more than before.
"""

import fcntl
import json
import os
from pathlib import Path
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

FILE = Path(__file__).with_name("query_budgets.json")


def within(name: str, count: int) -> None:
    """Compare a count with its budget; more and fewer both need a word in the diff."""
    if os.environ.get("UPDATE_QUERY_BUDGETS"):
        _write(name, count)
        return
    budgets = json.loads(FILE.read_text())
    assert name in budgets, f"No budget for “{name}”: run with UPDATE_QUERY_BUDGETS=1."
    assert count == budgets[name], f"“{name}” asks {count} queries, its budget is {budgets[name]}."


def queries_of(client: Client, path: str, name: str = "", **headers: Any) -> int:
    """The queries of one GET that answers 200; compared with the budget `name` when there is one."""
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(path, **headers)
    assert answer.status_code == 200, answer.status_code
    if name:
        within(name, len(asked))
    return len(asked)


def _write(name: str, count: int) -> None:
    # Several workers write at once.
    with FILE.open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        budgets = json.loads(file.read() or "{}") | {name: count}
        file.truncate(0)
        file.write(json.dumps(budgets, indent=2, sort_keys=True) + "\n")
