"""What a language brings: words, and rules made of them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from postmortems.rules.linter.masking import NAME, PERSON

#: Between two words: within a line or over its end, never over an empty line; bounded, so that it costs no time.
GAP = r"(?:[^\S\n]{1,4}(?:\n[^\S\n]{0,4})?|\n[^\S\n]{0,4})"
_PART = re.compile(r"\{([a-z_]+)\}")


class Level(StrEnum):
    """How much a finding asks: blame is mended or kept with a reason, advice may stay, a note is only said."""

    BLAME = "blame"
    ADVICE = "advice"
    NOTE = "note"


@dataclass(frozen=True)
class Rule:
    """Patterns are written in words: a space is a gap between words, `{who}` a part of the language."""

    code: str
    level: Level
    title: str
    why: str
    instead: str
    patterns: tuple[str, ...]


@dataclass(frozen=True)
class Language:
    code: str
    #: Named pieces of patterns; a part may use other parts.
    parts: Mapping[str, str]
    rules: tuple[Rule, ...]
    #: A person named outside of the timeline.
    person_named: Rule
    #: Names that are also words (Mark, Will) and names that are also tools (Jenkins), in lower case.
    ordinary_words: frozenset[str]
    tools: frozenset[str]

    @cached_property
    def people(self) -> re.Pattern[str]:
        """Who is a person without a name: roles, he, she."""
        return re.compile(self._spelled("{people}"), re.IGNORECASE)

    @cached_property
    def compiled(self) -> tuple[tuple[Rule, re.Pattern[str]], ...]:
        return tuple((rule, self._compiled(rule)) for rule in self.rules)

    def _compiled(self, rule: Rule) -> re.Pattern[str]:
        alternatives = "|".join(f"(?:{self._spelled(p)})" for p in rule.patterns)
        # Every pattern starts with a word or a name: within words nothing is tried, which saves most of the time.
        return re.compile(
            rf"(?<!\w)(?=[\w{NAME}{PERSON}])(?:{alternatives})", re.IGNORECASE | re.MULTILINE
        )

    def _spelled(self, pattern: str) -> str:
        while _PART.search(pattern):
            pattern = _PART.sub(lambda part: f"(?:{self.parts[part[1]]})", pattern)
        # A lookbehind needs one width: there a space is a space.
        pieces = re.split(r"(\(\?<[=!][^)]*\))", _marked(pattern))
        return "".join(p if p.startswith("(?<") else p.replace(" ", GAP) for p in pieces)


def _marked(pattern: str) -> str:
    """`<name>` and `<person>` as a whole run of their signs."""
    name, person = f"(?<!{NAME}){NAME}++", f"(?<![{NAME}{PERSON}])[{NAME}{PERSON}]++"
    return pattern.replace("<name>", name).replace("<person>", person)
