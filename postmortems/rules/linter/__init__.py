"""The linter of words (PM-5): it finds phrasings that blame people, says why, and offers another way to say it.

`masking` hides what is no prose (code, quotes, addresses), `naming` knows the people of the team, `language` says
what a rule is, `english` holds the rules as data, `checking` applies them. A language is one more module of data.

Precision comes first: a rule speaks only when a person is the one who failed. It claims what it found and no more.
"""

from postmortems.rules.linter.checking import (
    CANNOT_SEE,
    HELD_OUT_FOUND,
    Finding,
    check,
    must_be_answered,
)
from postmortems.rules.linter.english import ENGLISH
from postmortems.rules.linter.language import Level
from postmortems.rules.linter.naming import Names

__all__ = [
    "CANNOT_SEE",
    "ENGLISH",
    "HELD_OUT_FOUND",
    "Finding",
    "Level",
    "Names",
    "check",
    "must_be_answered",
]
