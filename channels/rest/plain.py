"""Values as JSON says them: moments in UTC with a Z, amounts as text, so that nothing is rounded."""

from datetime import date, datetime
from decimal import Decimal


def moment(at: datetime | None) -> str | None:
    """2026-11-21T03:28:11.123456Z, as the database gave it."""
    return at.isoformat().replace("+00:00", "Z") if at is not None else None


def day(on: date | None) -> str | None:
    return on.isoformat() if on is not None else None


def amount(value: Decimal | None) -> str | None:
    """Points or hours without empty decimals: "3", "0.5"."""
    return f"{value.normalize():f}" if value is not None else None


def hyphens(verb: str) -> str:
    """`hand_back` as addresses and `allowed` spell it."""
    return verb.replace("_", "-")
