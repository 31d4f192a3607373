"""The people of a team, as a text may name them. Names that are also words or tools need more to count."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from postmortems.rules.linter.language import Language
from postmortems.rules.linter.masking import NAME

#: A word with the dots, hyphens and the at-sign of a user name; never longer than a name can be.
_WORD = re.compile(r"@?\w[\w.-]{0,60}")
_SENTENCE_GOES_ON = re.compile(r"[\w,;)]\s$")
Span = tuple[int, int]


@dataclass(frozen=True)
class Names:
    """First, last and user names of the people whom a text may name, in lower case."""

    firsts: frozenset[str] = frozenset()
    lasts: frozenset[str] = frozenset()
    users: frozenset[str] = frozenset()
    fulls: frozenset[tuple[str, str]] = frozenset()

    @classmethod
    def of(cls, people: Iterable[tuple[str, str, str]]) -> "Names":
        """`people` are (first, last, user name); any of the three may be empty."""
        cleaned = [tuple(part.strip().lower() for part in person) for person in people]
        return cls(
            firsts=frozenset(first for first, _, _ in cleaned if len(first) > 1),
            lasts=frozenset(last for _, last, _ in cleaned if len(last) > 1),
            users=frozenset(user for _, _, user in cleaned if user),
            fulls=frozenset((first, last) for first, last, _ in cleaned if first and last),
        )


def named(text: str, names: Names, language: Language) -> Iterator[Span]:
    """Where the text names somebody, in order, each once."""
    words = [(found.start(), found[0].rstrip(".-")) for found in _WORD.finditer(text)]
    taken = 0
    for index, (start, word) in enumerate(words):
        if start < taken:
            continue
        following = words[index + 1] if index + 1 < len(words) else None
        end = _ends(text, start, word, following, names, language)
        if end:
            yield start, end
            taken = end


def _ends(
    text: str,
    start: int,
    word: str,
    following: tuple[int, str] | None,
    names: Names,
    language: Language,
) -> int:
    """Where the name that starts here ends; 0 when this is no name."""
    said, end = word.lower(), start + len(word)
    if following and _full(text, end, said, following, names) and word[0].isupper():
        return following[0] + len(following[1])
    if said.startswith("@"):
        return end if said[1:] in names.users else 0
    common = said in language.ordinary_words
    if said in names.users and not common and len(said) > 3:
        return end
    if said not in names.firsts | names.lasts or not word[0].isupper():
        return 0
    if said in language.tools:
        return 0
    # At the start of a sentence every word has a capital.
    if common and not _SENTENCE_GOES_ON.search(text, max(0, start - 2), start):
        return 0
    return end


def _full(text: str, end: int, said: str, following: tuple[int, str], names: Names) -> bool:
    start, last = following
    one_gap = start == end + 1 and text[end].isspace()
    return one_gap and (said, last.lower()) in names.fulls


def names_marked(text: str, spans: Iterable[Span]) -> str:
    """Each name as a run of one sign, so that rules find people without knowing them."""
    pieces, last = [], 0
    for start, end in spans:
        pieces += [text[last:start], NAME * (end - start)]
        last = end
    return "".join([*pieces, text[last:]])
