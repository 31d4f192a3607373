"""Planned work that could leave a sprint, and which of it to propose (SPR-4). Pure.

The exact optimiser of research/flow.md §4: of all sets that free enough, three that each are least in
something; up to 20 pieces by trying every set, beyond that among the 20 that are cheapest to lose.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

ZERO = Decimal(0)
#: Every set of this many is tried: a million sums, well under a second, and far more than fits a sprint.
MOST_PIECES = 16


@dataclass(frozen=True)
class Piece:
    """A bug or an item that is planned in the running sprint; `points` in its unit.

    `value` is what the product owner loses: the first of the backlog is worth most.
    """

    points: Decimal
    bug: int | None = None
    item: int | None = None
    title: str = ""
    swappable: bool = False
    started: bool = False
    serves_goal: bool = False
    worked_on_by: int | None = None
    value: int = 0
    injected: bool = False

    @property
    def leaves_unasked(self) -> bool:
        """Marked at planning, and nobody has started it."""
        return self.swappable and not self.started

    @property
    def reference(self) -> str:
        return f"BUG-{self.bug}" if self.bug else f"BI-{self.item}"


@dataclass(frozen=True)
class Option:
    """A set that frees enough; `name` says in what it is the least."""

    name: str
    pieces: tuple[Piece, ...]

    @property
    def points(self) -> Decimal:
        return sum((p.points for p in self.pieces), ZERO)

    @property
    def goal_pieces(self) -> int:
        return sum(p.serves_goal for p in self.pieces)


Cost = Callable[[Sequence[Piece]], tuple[Decimal | int, ...]]


def _value(pieces: Sequence[Piece]) -> int:
    return sum(p.value for p in pieces)


def _goal(pieces: Sequence[Piece]) -> int:
    return sum(p.serves_goal for p in pieces)


def _started(pieces: Sequence[Piece]) -> int:
    return sum(p.started for p in pieces)


def _freed(pieces: Sequence[Piece]) -> Decimal:
    return sum((p.points for p in pieces), ZERO)


#: name -> what is least in it, then what decides between equals.
COSTS: dict[str, Cost] = {
    "least value lost": lambda s: (_value(s), _started(s), _goal(s), len(s), _freed(s)),
    "least risk for the goal": lambda s: (_goal(s), _started(s), _value(s), len(s), _freed(s)),
    "fewest things moved": lambda s: (len(s), _goal(s), _started(s), _value(s), _freed(s)),
}


def options(pieces: Sequence[Piece], needed: Decimal) -> list[Option]:
    """Up to three different sets that free at least `needed`; none when all together free too little.

    A set in which one piece could stay is never offered. Pieces without points free nothing, and stay.
    """
    useful = sorted(
        (p for p in pieces if p.points > 0),
        key=lambda p: (p.serves_goal, p.started, p.value, p.reference),
    )[:MOST_PIECES]
    if needed <= 0 or _freed(useful) < needed:
        return []
    enough = _minimal_sets(useful, needed)
    found: list[Option] = []
    for name, cost in COSTS.items():
        best = min(enough, key=lambda s: (cost(s), [p.reference for p in s]))
        if all(best != o.pieces for o in found):
            found.append(Option(name, best))
    return found


def _minimal_sets(pieces: Sequence[Piece], needed: Decimal) -> list[tuple[Piece, ...]]:
    """Every set that frees enough and from which no piece can stay, by growing only what is too little."""
    enough: list[tuple[Piece, ...]] = []
    growing: list[tuple[tuple[Piece, ...], Decimal, int]] = [((), ZERO, 0)]
    while growing:
        chosen, freed, start = growing.pop()
        for index in range(start, len(pieces)):
            now = (*chosen, pieces[index])
            total = freed + pieces[index].points
            if total < needed:
                growing.append((now, total, index + 1))
            elif total - min(p.points for p in now) < needed:
                enough.append(now)
    return enough
