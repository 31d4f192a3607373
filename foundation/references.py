"""References that people write: PR-12, BUG-7, SP-14. The number is the primary key."""

import re
from typing import NamedTuple

PATTERN = re.compile(r"(?<![\w-])(PR|BUG|SP)-([1-9]\d{0,17})(?![\w])", re.IGNORECASE)


class Reference(NamedTuple):
    prefix: str
    number: int

    def __str__(self) -> str:
        return f"{self.prefix}-{self.number}"


def reference(prefix: str, number: int | None) -> str:
    return f"{prefix}-{number}"


#: Where what a reference names has its page.
PAGES = {"PR": "problem-reports", "BUG": "bugs", "SP": "sprints"}


def address(prefix: str, number: int | str | None) -> str:
    """The address of the page of PR-12: `/problem-reports/PR-12/`."""
    prefix = prefix.upper()
    return f"/{PAGES[prefix]}/{prefix}-{number}/"


def parse(text: str, prefix: str) -> int | None:
    """The number of a reference with this prefix, or None when `text` is anything else."""
    found = PATTERN.fullmatch(text.strip())
    if found is None or found[1].upper() != prefix or not found[2].isascii():
        return None
    return int(found[2])


def find_all(text: str) -> list[Reference]:
    """Every reference named in a text, in order, each once."""
    named = (Reference(m[1].upper(), int(m[2])) for m in PATTERN.finditer(text) if m[2].isascii())
    return list(dict.fromkeys(named))
