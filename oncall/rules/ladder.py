"""The ladder to a duty (ONC-7): stages, and what has to be seen before the next one. Pure.

Gates are about what was seen, never about how long it took. Nothing here compares people.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

OBSERVE, SHADOW, REVERSE_SHADOW, SOLO, MENTOR = (
    "observe", "shadow", "reverse_shadow", "solo", "mentor",
)  # fmt: skip
STAGES = (OBSERVE, SHADOW, REVERSE_SHADOW, SOLO, MENTOR)
#: From here on somebody takes turns alone.
QUALIFIED = frozenset({SOLO, MENTOR})
#: Where somebody may begin whom the team has known for long: senior people first (source 004).
BEGINS = (OBSERVE, SOLO, MENTOR)
INCIDENTS = ("P0", "P1", "P2")


@dataclass(frozen=True)
class Gate:
    """What has to be there before a stage: shifts accompanied and incidents seen in the stage before, and words."""

    shifts: int = 0
    incidents: tuple[str, ...] = ()
    mentor_word: bool = False
    own_word: bool = False


#: What a team begins with; each team edits its own.
GATES: Mapping[str, Gate] = {
    SHADOW: Gate(own_word=True),
    REVERSE_SHADOW: Gate(shifts=2, mentor_word=True, own_word=True),
    SOLO: Gate(shifts=2, incidents=("P1",), mentor_word=True, own_word=True),
    MENTOR: Gate(own_word=True),
}


@dataclass(frozen=True)
class Seen:
    """What somebody has behind them in their present stage."""

    shifts: int = 0
    incidents: frozenset[str] = frozenset()
    mentor_word: bool = False
    own_word: bool = False


def following(stage: str) -> str | None:
    """The stage after this one; None after the last."""
    place = STAGES.index(stage) + 1
    return STAGES[place] if place < len(STAGES) else None


def missing(gate: Gate, seen: Seen) -> list[str]:
    """What is still to be seen, in words; empty when the gate is open."""
    found = []
    if (left := gate.shifts - seen.shifts) > 0:
        found.append(f"{left} more accompanied {'shift' if left == 1 else 'shifts'}")
    found += [f"a {kind} seen" for kind in gate.incidents if kind not in seen.incidents]
    if gate.mentor_word and not seen.mentor_word:
        found.append("a mentor's word")
    if gate.own_word and not seen.own_word:
        found.append("their own word")
    return found


def qualified_over(
    steps: Iterable[tuple[int, str, date]], days: Sequence[date]
) -> list[tuple[date, int]]:
    """How many people could take turns alone by the end of each day: the measure of the ladder, without names."""
    since: dict[int, date] = {}
    for person, stage, day in steps:
        if stage in QUALIFIED:
            since[person] = min(day, since.get(person, day))
    return [(day, sum(first <= day for first in since.values())) for day in days]
