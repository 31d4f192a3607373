"""History as a reader may see it: one item per event, in words, with the values that are theirs to see."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from journal.facts import Fact, fact_named
from journal.models import Event


@dataclass(frozen=True)
class Item:
    """One line of a history. `verb` is the event's (`assigned`), `about` its subject's kind and number."""

    id: int
    at: datetime
    recorded_at: datetime
    name: str
    verb: str
    by: str
    by_name: str
    source: str
    words: str
    text: str
    redacted: bool
    data: Mapping[str, Any]
    about: tuple[str, int]
    internal: bool


def items(events: Iterable[Event], *, inside: bool) -> Iterator[Item]:
    """The events that a reader may see.

    `inside` readers (the delivery team) see everything; others see no internal event, only the
    public data keys, and no text that was written for the team.
    """
    for event in events:
        fact = fact_named(event.name) or Fact
        if event.internal and not inside:
            continue
        seen = {k: v for k, v in event.data.items() if inside or k in fact.public}
        words = fact.words if inside else fact.public_words or fact.words
        words = next((said for key, said in fact.words_with.items() if key in seen), words)
        text = event.text if event.text and (inside or fact.public_text) else None
        yield Item(
            id=event.pk,
            at=event.at,
            recorded_at=event.recorded_at,
            name=event.name,
            verb=event.verb,
            by=event.by.username,
            by_name=str(event.by),
            source=event.source,
            words=_as_logged(in_words(words, seen), seen),
            text=text.body if text else "",
            redacted=bool(text and text.redacted_at),
            data=seen,
            about=(event.kind, event.subject),
            internal=event.internal,
        )


def _as_logged(words: str, data: Mapping[str, Any]) -> str:
    """An imported event also says what the other system called it, to those inside."""
    activity = data.get("activity")
    return f"{words} (in the log: {activity})" if activity else words


def in_words(words: str, data: Mapping[str, Any]) -> str:
    """What happened, as a person would say it: `assigned it to ines`."""
    return words.format_map(_Readable({k: _readable(v) for k, v in data.items()}))


class _Readable(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"


def _readable(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_readable(v) for v in value)
    text = str(value)
    try:
        if len(text) == 10:
            return f"{date.fromisoformat(text):%-d %b %Y}"
        return (
            f"{datetime.fromisoformat(text):%-d %b %Y, %H:%M} UTC" if "T" in text else _plain(text)
        )
    except ValueError:
        return _plain(text)


def _plain(text: str) -> str:
    return text.replace("_", " ")
