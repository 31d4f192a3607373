"""Amounts of points and hours, as people read them."""

from decimal import Decimal


def plain(amount: Decimal | None) -> str:
    """3 instead of 3.00, and nothing for no amount."""
    return "" if amount is None else f"{amount.normalize():f}"
