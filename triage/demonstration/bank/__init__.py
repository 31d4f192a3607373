"""What people wrote: one TOML file per product area, read into tellings.

A telling is one report in somebody's words and what becomes of it. An `again` is the same problem
told by somebody else. Unknown words in a file are refused, so that a typing mistake cannot hide.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PHRASES = "phrases.toml"

#: The cause when a text names none.
CAUSES = {
    "bug": "code",
    "limitation": "usability",
    "configuration": "configuration",
    "how_to": "knowledge",
    "third_party": "third_party",
    "already_fixed": "code",
    "evolution": "usability",
}


@dataclass(frozen=True)
class BugText:
    """A confirmed defect. `fate`: queue, postponed, declined, waits (in its sprint, for
    the last day), comes_back (after it was verified); empty: as the weeks allow."""

    title: str
    how: str
    points: float = 3
    priority: str = ""
    why: str = ""
    fate: str = ""


@dataclass(frozen=True)
class Judgement:
    """How a report ends: the outcome, and the evidence that it asks for."""

    outcome: str
    message: str = ""
    cause: str = ""
    hours: float = 0
    fixed_in: str = ""
    original: str = ""
    same_bug: bool = False
    bug: BugText | None = None


@dataclass(frozen=True)
class Telling:
    """One report. Fields that end a story early (`state`) belong to the open ones of today."""

    key: str
    area: str
    title: str
    says: str
    stated: str = "one_user normal"
    steps: str = ""
    expected: str = ""
    actual: str = ""
    version: str = ""
    env: str = ""
    customer: str = ""
    by: str = ""
    joins: int = 0
    log: str = ""
    picture: bool = False
    # What the release manager does with it.
    filed_in: str = ""
    priority: str = ""
    why: str = ""
    late: bool = False
    returned: str = ""
    filled_in: str = ""
    snoozed: str = ""
    # What is said, as "ask: …", "answer: …", "respond: …", "note: …" ("rm: …" by the release manager).
    talk: tuple[str, ...] = ()
    handed_back: str = ""
    # How it ends; and again, after a dispute or when the team reopens it.
    first: Judgement | None = None
    dispute: str = ""
    reopen: str = ""
    second: Judgement | None = None
    again: tuple["Telling", ...] = ()
    # How it stands today, and since how many working hours.
    state: str = ""
    since: float = 0
    assignee: str = ""

    @property
    def outcome(self) -> str:
        return self.first.outcome if self.first else ""

    @property
    def impact(self) -> str:
        return self.stated.split()[0]

    @property
    def urgency(self) -> str:
        return self.stated.split()[1]


JUDGED = {f.name for f in fields(Judgement)}
KNOWN = JUDGED | {f.name for f in fields(Telling)}
INHERITED = ("area", "stated", "env", "priority", "version")


def tellings() -> Iterator[Telling]:
    """Every report of the bank, by file and in order; an `again` is inside its original."""
    for path in sorted(HERE.glob("*.toml")):
        if path.name == PHRASES:
            continue
        read = tomllib.loads(path.read_text("utf-8"))
        common = {k: v for k, v in read.items() if k != "report"}
        for nth, entry in enumerate(read["report"], 1):
            yield _telling({**common, "key": f"{path.stem}-{nth}", **entry})


@cache
def phrases() -> dict[str, list[str]]:
    """Sentences that many people say: greetings, reasons, customers, environments."""
    found: dict[str, list[str]] = tomllib.loads((HERE / PHRASES).read_text("utf-8"))
    return found


def _telling(entry: dict[str, Any]) -> Telling:
    if unknown := set(entry) - KNOWN:
        raise ValueError(f"{entry['key']}: nothing reads {', '.join(sorted(unknown))}.")
    again = [
        {k: entry[k] for k in INHERITED if k in entry}
        | {"key": f"{entry['key']}-again-{nth}", "original": entry["key"], "outcome": "duplicate"}
        | {"why": "The same as the report that came first."}
        | other
        for nth, other in enumerate(entry.get("again", ()), 1)
    ]
    judged = {k: v for k, v in entry.items() if k in JUDGED}
    rest = {k: v for k, v in entry.items() if k not in JUDGED}
    rest["talk"] = _in_turn(entry)
    rest["first"] = _judgement(judged) if "outcome" in judged else None
    rest["second"] = _judgement(entry["second"]) if "second" in entry else None
    rest["again"] = tuple(_telling(a) for a in again)
    return Telling(**rest)


def _judgement(entry: dict[str, Any]) -> Judgement:
    bug = entry.get("bug")
    return Judgement(**{**entry, "bug": BugText(**bug) if bug else None})


def _in_turn(entry: dict[str, Any]) -> tuple[str, ...]:
    """The lines of the talk; an answer follows a question, as the lifecycle wants it."""
    before = ""
    for line in entry.get("talk", ()):
        verb = line.partition(": ")[0]
        if verb not in ("ask", "answer", "respond", "note", "rm"):
            raise ValueError(f"{entry['key']}: nobody can “{verb}”.")
        if verb == "answer" and before != "ask":
            raise ValueError(f"{entry['key']}: an answer without a question.")
        before = before if verb == "note" else verb
    return tuple(entry.get("talk", ()))
