"""What a rotation is, and what is worked out of it. Plain values: people by their keys, moments in UTC. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cached_property
from typing import NamedTuple
from zoneinfo import ZoneInfo

from teams.rules import Hours

#: Why a stretch is held by whom it is, or by nobody.
TURN = "turn"
SWAP = "swap"
OVERRIDE = "override"
AWAY = "away"  # nobody: who would have it is away, and no layer below covers
OPEN = "open"  # nobody: no layer reaches there


@dataclass(frozen=True)
class Layer:
    """Turns of `length` units of the wall clock of `zone`, counted from `starts` at `handoff`, in this order.

    With `hours` the layer is on duty only then, and turns that lie wholly outside of them are no turns: the
    weekend uses up nobody's day.
    """

    name: str
    zone: ZoneInfo
    starts: date
    handoff: time
    unit: str
    length: int
    participants: tuple[int, ...]
    hours: frozenset[Hours] = frozenset()

    @cached_property
    def anchor(self) -> datetime:
        """The wall-clock start of turn 0."""
        return datetime.combine(self.starts, self.handoff)


@dataclass(frozen=True)
class Version:
    """The layers from `since` on, the first one first: a layer is asked where those before have nobody."""

    since: datetime
    layers: tuple[Layer, ...]


class Override(NamedTuple):
    """Somebody in the place of whoever would be on duty; of several the later made (larger key) wins."""

    key: int
    start: datetime
    end: datetime
    who: int


class Absence(NamedTuple):
    who: int
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Rota:
    """Everything that says who is on duty: versions by their `since`, overrides, absences, swapped shifts.

    `swapped` maps the slot of a shift to who took it: it follows the shift, wherever that moves.
    """

    versions: tuple[Version, ...]
    overrides: tuple[Override, ...] = ()
    absences: tuple[Absence, ...] = ()
    swapped: Mapping[str, int] = field(default_factory=dict)


class Segment(NamedTuple):
    """One stretch [start, end) with one answer; `who` is None where nobody is on duty.

    `slot` names the shift that it is a part of; `instead_of` whose it was before a swap, or who is away.
    """

    start: datetime
    end: datetime
    who: int | None
    why: str
    slot: str = ""
    instead_of: int | None = None


#: What a segment says beside its span: two neighbours that say the same are one.
def answer(segment: Segment) -> tuple[int | None, str, str, int | None]:
    return segment[2:]
