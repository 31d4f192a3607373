"""Names of people and customers are hidden from a text (PM-8). Pure; what it does not know it cannot hide.

Words of the text are looked up one by one, so that the time does not grow with the number of names.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

PERSON, CUSTOMER, ADDRESS = "somebody", "a customer", "an address"
_WORD = re.compile(r"[^\W_]+")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_HANDLE = re.compile(r"(?<!\w)@[\w.+-]*\w")
#: What may stand between the words of a name: "ines.dubois", "**Ines** Dubois", a line break.
_BETWEEN = r"[\W_]{1,6}"
_SENTENCE_BEGINS = re.compile(r"(?:^|[.!?:]\s+|\n\s*)[\"'“‘(*_-]*\Z")
#: Of these fields the words are ours, and no name stands in them.
OURS = frozenset(
    (
        *("bug", "size", "at", "known", "kind", "category", "control", "key", "cause", "effect"),
        *("item", "means", "due_on", "done"),
        *(
            "area",
            "since",
            "until",
            "was_there",
            "fixed_at",
            "repaired_at",
            "investigated_at",
            "resolved_at",
        ),
    )
)


@dataclass(frozen=True)
class Name:
    """`near`: of somebody around the incident, hidden in any case; of others a lone word is hidden as it is
    written in the name, so that "we will" stays while a Will is of another team."""

    words: str
    instead: str
    near: bool = False


@dataclass(frozen=True)
class _Known:
    pattern: re.Pattern[str]
    instead: str


class Hider:
    """Hides a set of names from any number of texts."""

    def __init__(self, names: Iterable[Name]) -> None:
        self._by_word: dict[str, list[_Known]] = defaultdict(list)
        self._handles: dict[str, str] = {}
        self._without_words: list[tuple[str, str]] = []
        for name in sorted(set(names), key=lambda n: (-len(n.words), n.words, not n.near)):
            self._learn(name)

    def _learn(self, name: Name) -> None:
        plain = unicodedata.normalize("NFC", name.words).strip()
        if plain.startswith("@"):
            self._handles[plain.casefold()] = name.instead
            return
        words = _WORD.findall(plain)
        if not words:
            return
        if plain.upper() == plain.lower() and not plain.isdecimal():
            self._without_words.append((plain, name.instead))  # a script without cases and spaces
            return
        if len(plain) < 2:
            return
        anyhow = len(words) > 1 or (name.near and len(plain) > 2)
        spelled = _BETWEEN.join(re.escape(word) for word in words)
        if not anyhow:
            spelled = "|".join({spelled, re.escape(plain.upper()), re.escape(plain.capitalize())})
        pattern = re.compile(f"(?:{spelled})(?![^\\W_])", re.IGNORECASE if anyhow else 0)
        self._by_word[words[0].casefold()].append(_Known(pattern, name.instead))

    def hide(self, text: str) -> str:
        text = _EMAIL.sub(ADDRESS, unicodedata.normalize("NFC", text))
        text = _HANDLE.sub(lambda found: self._handles.get(found[0].casefold(), found[0]), text)
        for name, instead in self._without_words:
            text = text.replace(name, instead)
        done, at = [], 0
        for word in _WORD.finditer(text):
            if word.start() < at:
                continue
            known = self._at(text, word)
            if known is None:
                continue
            end, instead = known
            said = instead
            if _SENTENCE_BEGINS.search(text[max(0, word.start() - 20) : word.start()]):
                said = instead[0].upper() + instead[1:]
            done.append(text[at : word.start()] + said)
            at = end
        return "".join(done) + text[at:]

    def _at(self, text: str, word: re.Match[str]) -> tuple[int, str] | None:
        """Where the longest known name that begins at this word ends, and what stands instead."""
        known = self._by_word.get(word[0].casefold(), ())
        found = [
            (m.end(), one.instead) for one in known if (m := one.pattern.match(text, word.start()))
        ]
        return max(found, default=None, key=lambda pair: pair[0])

    def body(self, value: Any, field: str = "") -> Any:
        """A published body with the names hidden in every text of it; a field that it does not know is a text."""
        if isinstance(value, dict):
            return {name: self.body(part, name) for name, part in value.items()}
        if isinstance(value, list):
            return [self.body(part, field) for part in value]
        return self.hide(value) if isinstance(value, str) and field not in OURS else value


def of_person(first: str, last: str, username: str, *, near: bool) -> Sequence[Name]:
    """Every way in which a person may be named. The username `will` of somebody far away is a word like any
    other; as `@will` it names them."""
    told = [first, last, f"{first} {last}", f"{last} {first}"] if first and last else [first, last]
    if near or username.casefold() not in (first.casefold(), last.casefold()):
        told.append(username)
    names = [Name(words, PERSON, near) for words in told if words.strip()]
    return [*names, Name(f"@{username}", PERSON, near)]
