"""References that people write: PR-12, BUG-7, SP-14. The number is the primary key."""

import re
from typing import NamedTuple

# Branch names join words with - and _ ("fix-PR-12_rounding"): only a letter or a digit beside it makes
# it another word. At most 18 digits, which always fit a key.
PATTERN = re.compile(r"(?<![^\W_])(PR|BUG|SP|BI|PM)-([1-9][0-9]{0,17})(?![^\W_])", re.IGNORECASE)


class Reference(NamedTuple):
    prefix: str
    number: int

    def __str__(self) -> str:
        return f"{self.prefix}-{self.number}"


def reference(prefix: str, number: int | None) -> str:
    return f"{prefix}-{number}"


#: Where what a reference names has its page.
PAGES = {
    "PR": "problem-reports",
    "BUG": "bugs",
    "SP": "sprints",
    "BI": "backlog",
    "PM": "post-mortems",
}


def address(prefix: str, number: int | str | None) -> str:
    """The address of the page of PR-12: `/problem-reports/PR-12/`."""
    prefix = prefix.upper()
    return f"/{PAGES[prefix]}/{prefix}-{number}/"


def parse(text: str, prefix: str) -> int | None:
    """The number of a reference with this prefix, or None when `text` is anything else."""
    found = PATTERN.fullmatch(text.strip())
    if found is None or found[1].upper() != prefix:
        return None
    return int(found[2])


def whole_number(text: str, digits: int = 18) -> int | None:
    """The number that an address or a form carries: a key, a version; None when `text` is anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= digits else None


def find_all(text: str) -> list[Reference]:
    """Every reference named in a text, in order, each once."""
    named = (Reference(m[1].upper(), int(m[2])) for m in PATTERN.finditer(text))
    return list(dict.fromkeys(named))
