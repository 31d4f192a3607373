"""Logs that look like the help desk's: same columns, same labels, cases of our own."""

import csv
import gzip
import random
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

COLUMNS = ["case", "activity", "timestamp", "resource", "customer", "product", "seriousness"]
COLUMNS += ["service_level", "service_type", "support_section", "workgroup"]
START = datetime(2012, 3, 5, 9, 0, tzinfo=UTC)
ASSIGN, TAKE, WAIT = "Assign seriousness", "Take in charge ticket", "Wait"
RESOLVE, CLOSED, CREATE = "Resolve ticket", "Closed", "Create SW anomaly"
FIXED = "Resolve SW anomaly"
ACTIVITIES = (
    *(ASSIGN, TAKE, TAKE, WAIT, RESOLVE, RESOLVE, CLOSED, CREATE, FIXED),
    *("Insert ticket", "Require upgrade", "INVALID", "VERIFIED", "RESOLVED", "DUPLICATE"),
)


def row(case: str, activity: str, day: float = 0, **cells: str) -> dict[str, str]:
    """One event, `day` days after the start of the log."""
    usual = {"resource": "1", "customer": "7", "product": "3", "seriousness": "2"}
    labels = {name: f"Value {usual.get(name, '1')}" for name in COLUMNS[3:]}
    moment = (START + timedelta(days=day)).isoformat()
    return {"case": case, "activity": activity, "timestamp": moment, **labels} | cells


def case(name: str, *activities: str, **cells: str) -> list[dict[str, str]]:
    """A case with one event a day."""
    return [row(name, activity, day, **cells) for day, activity in enumerate(activities)]


def write(path: Path, rows: Iterable[dict[str, str]], columns: Sequence[str] = COLUMNS) -> Path:
    """The log as a file, gzipped when its name says so."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "wt", encoding="utf-8", newline="") as file:
        lines = csv.DictWriter(file, columns)
        lines.writeheader()
        lines.writerows(rows)
    return path


def many(cases: int, seed: int) -> list[dict[str, str]]:
    """A log in which anything may follow anything, with ties, stutters and changing columns."""
    dice = random.Random(seed)
    rows = []
    for number in range(cases):
        day = dice.uniform(0, 300)
        for _ in range(dice.randint(1, 9)):
            day += dice.choice((0, 0, 0.01, 1, 20))
            labels = {
                name: f"Value {dice.randint(1, 4)}"
                for name in ("resource", "customer", "product", "seriousness")
                if dice.random() < 0.5
            }
            rows.append(row(f"Case {number}", dice.choice(ACTIVITIES), day, **labels))
            if dice.random() < 0.1:
                rows.append(dict(rows[-1]))
    return rows
