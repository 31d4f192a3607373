"""The shape of a fact: a frozen dataclass with plain values, named in the past tense.

A subclass declares `name` (`bug.injected`), the reader-facing `words`, and `public`, the data keys
that every reader of the subject may see. Words that need other keys have `public_words` beside them,
for everybody else. Payloads are a contract: only add.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar


@dataclass(frozen=True)
class Fact:
    name: ClassVar[str] = ""
    words: ClassVar[str] = ""
    public_words: ClassVar[str] = ""
    #: Other words for a fact that holds this key, which everybody may see.
    words_with: ClassVar[Mapping[str, str]] = {}
    public: ClassVar[tuple[str, ...]] = ()
    internal: ClassVar[bool] = False
    #: False when the text of this fact is for the delivery team only.
    public_text: ClassVar[bool] = True

    @property
    def kind(self) -> str:
        return self.name.partition(".")[0]

    def as_data(self) -> dict[str, Any]:
        """The payload as JSON values: decimals and moments as strings, empty values left out."""
        data = {f.name: getattr(self, f.name) for f in fields(self)}
        return {k: _plain(v) for k, v in data.items() if v not in (None, "", (), [])}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"  # 4 and 4.00 are told as the same amount
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [_plain(v) for v in value]
    return value


def all_facts(base: type[Fact] = Fact) -> list[type[Fact]]:
    """Every declared fact class, by name."""
    found = [c for c in base.__subclasses__() for c in (c, *all_facts(c)) if c.name]
    return sorted(set(found), key=lambda c: c.name)


def fact_named(name: str) -> type[Fact] | None:
    if not _by_name or name not in _by_name:
        _by_name.update({c.name: c for c in all_facts()})
    return _by_name.get(name)


_by_name: dict[str, type[Fact]] = {}
