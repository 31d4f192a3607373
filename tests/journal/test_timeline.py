"""History in words, to each reader what they may see."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from foundation import clock
from journal.facts import Fact
from journal.querysets import timeline
from journal.services import record
from journal.timeline import Item, in_words, items
from tests.cast import Cast


@dataclass(frozen=True)
class RoomSwapped(Fact):
    name = "room.swapped"
    words = "gave {room} to {instead}"
    public_words = "gave {room} away"
    public = ("room",)
    public_text = False
    room: str
    instead: str


@dataclass(frozen=True)
class RoomWhispered(Fact):
    name = "room.whispered"
    words = "whispered"
    internal = True


def told(cast: Cast, *, inside: bool) -> list[Item]:
    by, at = cast.ines, clock.now()
    record(RoomSwapped("Attic", "Board"), subject=5, by=by, at=at, text="They were louder.")
    record(RoomWhispered(), subject=5, by=by, at=at, text="Do not tell.")
    record(RoomSwapped("Cellar", "Board"), subject=6, by=by, at=at)
    return list(items(timeline([("room", 5)]), inside=inside))


def test_the_team_reads_everything_in_order(cast: Cast) -> None:
    first, second = told(cast, inside=True)
    assert (first.verb, first.words, first.text) == (
        "swapped",
        "gave Attic to Board",
        "They were louder.",
    )
    assert first.data == {"room": "Attic", "instead": "Board"}
    assert (second.verb, second.text, second.internal) == ("whispered", "Do not tell.", True)
    assert (first.by, first.by_name, first.about) == ("ines", "Ines", ("room", 5))


def test_others_read_neither_notes_nor_private_values_nor_words_for_the_team(cast: Cast) -> None:
    (only,) = told(cast, inside=False)
    assert (only.words, only.text, only.data) == ("gave Attic away", "", {"room": "Attic"})


def test_a_value_that_is_missing_does_not_break_the_sentence() -> None:
    assert in_words("gave {room} to {instead}", {"room": "Attic"}) == "gave Attic to …"


def test_values_are_said_as_people_say_them() -> None:
    data = {
        "day": date(2026, 3, 1).isoformat(),
        "moment": datetime(2026, 3, 1, 9, 5, tzinfo=UTC).isoformat(),
        "state": "to_be_scheduled",
        "many": ["BUG-1", "BUG-2"],
    }
    assert in_words("{day}; {moment}; {state}; {many}", data) == (
        "1 Mar 2026; 1 Mar 2026, 09:05 UTC; to be scheduled; BUG-1, BUG-2"
    )


def test_history_of_nothing_is_empty(cast: Cast) -> None:
    assert list(timeline([])) == []
