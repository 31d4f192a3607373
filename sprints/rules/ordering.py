"""The product owner's order: a place between two neighbours, without moving anybody else. Pure."""

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
