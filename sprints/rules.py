"""Arithmetic of the reserve: what an injection takes, and from where. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

ZERO = Decimal(0)
CENT = Decimal("0.01")
#: What an amount column holds.
MOST = Decimal("999999.99")


@dataclass(frozen=True)
class Draw:
    """How the price of an injection is met. `missing` > 0 means that it is not met."""

    from_reserve: Decimal
    from_swaps: Decimal
    overdraft: Decimal
    missing: Decimal


def draw(
    price: Decimal, *, available: Decimal, leaving: Iterable[Decimal], may_overdraw: bool
) -> Draw:
    """Meet `price` from the reserve first, then from what leaves, then by overdraft (P0 only).

    All amounts are in the team's unit. Everything that leaves is freed, also beyond the need.
    """
    swapped = sum(leaving, ZERO)
    from_reserve = min(price, max(available, ZERO))
    beyond = price - from_reserve
    missing = max(beyond - swapped, ZERO)
    return Draw(
        from_reserve=from_reserve,
        from_swaps=min(beyond, swapped),
        overdraft=missing if may_overdraw else ZERO,
        missing=ZERO if may_overdraw else missing,
    )


def replay(entries: Iterable[tuple[str, Decimal]]) -> dict[str, Decimal]:
    """The counters that a ledger's (kind, amount) lines add up to, oldest line first."""
    size = held = spent = overdraft = ZERO
    for kind, amount in entries:
        if kind == "open":
            size = amount
        elif kind == "swap_out":
            size += amount
        elif kind == "hold":
            held += amount
        elif kind == "debit":
            held, spent = held - amount, spent + amount
        elif kind == "release":
            held -= amount
        elif kind == "overdraft":
            overdraft += amount
    return {"size": size, "held": held, "spent": spent, "overdraft": overdraft}


def out_of_range(amount: Decimal, *, least: Decimal = ZERO, most: Decimal = MOST) -> str:
    """Why an amount cannot be stored as it is said, or nothing."""
    if not amount.is_finite() or not least <= amount <= most:
        return f"Say an amount from {least} to {most}."
    if amount != amount.quantize(CENT):
        return "Say it in hundredths at most."
    return ""
