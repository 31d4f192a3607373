"""Which facts make which notices: higher floors register, the fan-out asks."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from journal.models import Event


@dataclass(frozen=True)
class Letter:
    """One notice before it has a row: who hears it, in which words, and where it leads."""

    person_id: int
    subject: str
    body: str
    url: str = ""


Writer = Callable[[Event], Iterable[Letter]]
_writers: dict[str, list[Writer]] = {}


def tells(event_name: str) -> Callable[[Writer], Writer]:
    """Register a function event -> letters for one event name."""

    def register(writer: Writer) -> Writer:
        writers = _writers.setdefault(event_name, [])
        if writer not in writers:
            writers.append(writer)
        return writer

    return register


def letters_for(event: Event) -> list[Letter]:
    return [letter for writer in _writers.get(event.name, ()) for letter in writer(event)]
