"""Arithmetic of the reserve: what an injection takes, and from where. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from functools import reduce

ZERO = Decimal(0)
CENT = Decimal("0.01")
#: What an amount column holds.
MOST = Decimal("999999.99")


@dataclass(frozen=True)
class Draw:
    """How the price of an injection is met; `overdraft` is what neither reserve nor swaps cover."""

    from_reserve: Decimal
    from_swaps: Decimal
    overdraft: Decimal


def draw(price: Decimal, *, available: Decimal, leaving: Iterable[Decimal] = ()) -> Draw:
    """Meet `price` from the reserve first, then from what leaves; the rest is an overdraft.

    All amounts are in the team's unit. Everything that leaves is freed, also beyond the need.
    """
    swapped = sum(leaving, ZERO)
    from_reserve = min(price, max(available, ZERO))
    beyond = price - from_reserve
    return Draw(
        from_reserve=from_reserve,
        from_swaps=min(beyond, swapped),
        overdraft=max(beyond - swapped, ZERO),
    )


def in_unit(hours: Decimal, hours_per_unit: Decimal) -> Decimal:
    """Hours in the unit of a sprint, to the hundredth, and never nothing for something."""
    return max((hours / hours_per_unit).quantize(CENT, ROUND_HALF_UP), CENT)


@dataclass(frozen=True)
class Line:
    """One line of the ledger as the arithmetic needs it; `of_hold` when a bug's hold is what it moves."""

    kind: str
    amount: Decimal
    of_hold: bool = True


#: kind -> what it adds to (size, held, spent, overdraft, carried), per unit of its amount. `debit` and
#: `credit` of work without a hold move only what is spent. The statement that posts is built of this table.
EFFECTS: dict[str, tuple[int, int, int, int, int]] = {
    "hold": (0, 1, 0, 0, 0),
    "true_up": (0, 1, 0, 0, 0),
    "debit": (0, -1, 1, 0, 0),
    "credit": (0, 1, -1, 0, 0),
    "release": (0, -1, 0, 0, 0),
    "carry_out": (0, -1, 0, 0, 0),
    "carry_in": (0, 0, 0, 0, 1),
    "overdraft": (0, 0, 0, 1, 0),
    "make_good": (0, 0, 0, -1, 0),
    "swap_out": (1, 0, 0, 0, 0),
    "pull_forward": (-1, 0, 0, 0, 0),
}


@dataclass(frozen=True)
class Counters:
    """The reserve at a moment, in the team's unit."""

    size: Decimal = ZERO
    held: Decimal = ZERO
    spent: Decimal = ZERO
    overdraft: Decimal = ZERO
    carried: Decimal = ZERO

    @property
    def available(self) -> Decimal:
        """What it can still promise."""
        return self.size + self.carried + self.overdraft - self.held - self.spent

    def after(self, line: Line) -> "Counters":
        """The reserve after one more line. `open` sets the size; the others move it by their effect."""
        if line.kind == "open":
            return replace(self, size=line.amount)
        size, held, spent, overdraft, carried = EFFECTS[line.kind]
        return Counters(
            self.size + size * line.amount,
            self.held + held * line.amount * line.of_hold,
            self.spent + spent * line.amount,
            self.overdraft + overdraft * line.amount,
            self.carried + carried * line.amount,
        )


def replay(lines: Iterable[Line]) -> Counters:
    """What a ledger's lines add up to, oldest line first."""
    return reduce(Counters.after, lines, Counters())


def commit_limit(
    capacity: Decimal,
    *,
    release_manager_duty: Decimal = ZERO,
    on_call_duty: Decimal = ZERO,
    reserve: Decimal = ZERO,
    stock_stream: Decimal = ZERO,
    carried: Decimal = ZERO,
) -> Decimal:
    """What may be planned (SPR-2): on-call time *supplies* the reserve and is not taken twice.

    Source 001: capacity 40 of which on-call duty 8, reserve 10, commit 30.
    """
    taken = release_manager_duty + max(on_call_duty, reserve) + stock_stream + carried
    return max(capacity - taken, ZERO)


def out_of_range(amount: Decimal, *, least: Decimal = ZERO, most: Decimal = MOST) -> str:
    """Why an amount cannot be stored as it is said, or nothing."""
    if not amount.is_finite() or not least <= amount <= most:
        return f"Say an amount from {least} to {most}."
    if amount != amount.quantize(CENT):
        return "Say it in hundredths at most."
    return ""
