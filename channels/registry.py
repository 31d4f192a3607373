"""Which facts make which notices: higher floors register, the fan-out asks."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

from channels.lifecycle import Topic
from journal.models import Event


@dataclass(frozen=True)
class Letter:
    """One notice before it has a row: who hears it, in which words, and where it leads.

    `topic` is what the reader chooses e-mail by. `thread` is what mail programs group by (`PR-12`).
    `quotes` shows what was written with the event (its text) below our words, for as long as nobody
    redacts it: only for who may read it. `late_by` says how late this comes, when the writer knows.
    """

    person_id: int
    subject: str
    body: str
    url: str = ""
    topic: str = Topic.MESSAGE
    thread: str = ""
    quotes: bool = False
    late_by: timedelta | None = None


Writer = Callable[[Event], Iterable[Letter]]
_writers: dict[str, list[Writer]] = {}


def tells(*event_names: str) -> Callable[[Writer], Writer]:
    """Register a function event -> letters for these event names."""

    def register(writer: Writer) -> Writer:
        for name in event_names:
            writers = _writers.setdefault(name, [])
            if writer not in writers:
                writers.append(writer)
        return writer

    return register


def letters_for(event: Event) -> list[Letter]:
    """One letter per person: who hears of an event in two roles hears what the first writer says."""
    written = (letter for writer in _writers.get(event.name, ()) for letter in writer(event))
    first: dict[int, Letter] = {}
    for letter in written:
        first.setdefault(letter.person_id, letter)
    return list(first.values())
