"""Amounts of points and hours, as people read them."""

from decimal import Decimal


def plain(amount: Decimal | None) -> str:
    """3 instead of 3.00, and nothing for no amount."""
    return "" if amount is None else f"{amount.normalize():f}"


def with_unit(amount: Decimal, unit: str) -> str:
    """1 point, 2 points, 0.5 hours."""
    return f"{plain(amount)} {unit_of(amount, unit)}"


def unit_of(amount: Decimal, unit: str) -> str:
    """The word beside an amount; `unit` is the plural, as teams have it."""
    return unit.removesuffix("s") if amount == 1 else unit


def are(amount: Decimal, one: str = "is", many: str = "are") -> str:
    """1 point *is*, 2 points *are*."""
    return one if amount == 1 else many
