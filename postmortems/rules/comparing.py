"""What changed between two texts, and both in one with no line lost (PM-2, PM-8). Pure."""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import SequenceMatcher
from enum import StrEnum

#: Longer texts are compared line by line: word by word the time grows with the square.
MOST_WORDS = 3000
#: So many lines beside a change say where it stands.
BESIDE = 4


class Change(StrEnum):
    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True)
class Bit:
    change: Change
    text: str


def changes(was: str, now: str) -> list[Bit]:
    """The texts word by word: leaving out what is new gives `was`, leaving out what is gone gives `now`."""
    old, new = _pieces(was), _pieces(now)
    if max(len(old), len(new)) > MOST_WORDS:
        old, new = was.splitlines(keepends=True), now.splitlines(keepends=True)
    found = []
    for op, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if op == "equal":
            found.append(Bit(Change.SAME, "".join(old[a:b])))
            continue
        if a < b:
            found.append(Bit(Change.GONE, "".join(old[a:b])))
        if c < d:
            found.append(Bit(Change.NEW, "".join(new[c:d])))
    return found


def shortened(bits: list[Bit]) -> list[Bit]:
    """Of what stayed only the lines beside a change; `…` stands for the rest."""
    last = len(bits) - 1
    return [
        Bit(bit.change, _beside(bit.text, first=n == 0, last=n == last)) if bit.change is Change.SAME else bit
        for n, bit in enumerate(bits)
    ]  # fmt: skip


def _beside(text: str, *, first: bool, last: bool) -> str:
    lines = text.split("\n")
    after, before = ([] if first else lines[:BESIDE]), ([] if last else lines[-BESIDE:])
    if len(lines) <= len(after) + len(before):
        return text
    return "\n".join([*after, "…", *before])


def both(theirs: str, mine: str) -> str:
    """One text with every line of both, in order; what both have stands there once."""
    old, new = theirs.split("\n"), mine.split("\n")
    lines: list[str] = []
    for op, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        lines += old[a:b]
        if op != "equal":
            lines += new[c:d]
    return "\n".join(lines)


def shown(value: object) -> str:
    """A value as a form shows it: what is compared is what people saw."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M")
    return "" if value is None else str(value).strip().replace("\r\n", "\n")


def stamp(value: object) -> str:
    """Stands for a version of a text: who writes says which one they read."""
    return hashlib.sha256(shown(value).encode()).hexdigest()[:16]


class Verdict(StrEnum):
    """What becomes of a text that somebody typed."""

    TAKE = "take"  # nobody else changed it, or to the same
    LEAVE = "leave"  # they did not touch it: whatever it is now stays
    CLASH = "clash"  # both changed it


def verdict(seen: str | None, typed: object, now: object) -> Verdict:
    """`seen`: the stamp of what the writer had read; nothing for who does not say (the whole has a version then)."""
    if not seen or stamp(typed) == stamp(now) or seen == stamp(now):
        return Verdict.TAKE
    return Verdict.LEAVE if stamp(typed) == seen else Verdict.CLASH


def _pieces(text: str) -> list[str]:
    return re.findall(r"\s+|[^\W_]+|[\W_]", text)
