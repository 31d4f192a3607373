"""The product owner's order: a place between two neighbours, without moving anybody else. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

#: What the column holds: ten digits after the point.
STEP = Decimal("0.0000000001")
GAP = Decimal(1)


def between(before: Decimal | None, after: Decimal | None) -> Decimal | None:
    """A position after `before` and before `after`; None when there is no room left between them.

    A missing neighbour is an end of the order: there is always room beyond it.
    """
    if before is None and after is None:
        return GAP
    if before is None:
        assert after is not None
        return after - GAP
    if after is None:
        return before + GAP
    middle = ((before + after) / 2).quantize(STEP, ROUND_FLOOR)
    return middle if before < middle < after else None


@dataclass(frozen=True)
class Move:
    """A step in the order, as a button says it: behind which item (`after`, empty for the top)."""

    label: str
    icon: str
    after: str


def moves(ordered: Sequence[tuple[str, str]], n: int) -> tuple[Move, ...]:
    """Where the nth of these (reference, title) can go from here: to the top, up, down."""
    title = ordered[n][1]
    found = []
    if n > 0:
        found.append(Move(f"Move “{title}” to the top", "chevrons-up", ""))
        above = ordered[n - 2][0] if n > 1 else ""
        found.append(Move(f"Move “{title}” up", "chevron-up", above))
    if n + 1 < len(ordered):
        found.append(Move(f"Move “{title}” down", "chevron-down", ordered[n + 1][0]))
    return tuple(found)
