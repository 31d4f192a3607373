"""Amounts as people read them: one point, two points."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.amounts import are, plain, unit_of, with_unit


@pytest.mark.parametrize(
    ("amount", "unit", "said"),
    [
        ("1.00", "points", "1 point"),
        ("1", "hours", "1 hour"),
        ("2", "points", "2 points"),
        ("0", "points", "0 points"),
        ("0.50", "hours", "0.5 hours"),
        ("10", "points", "10 points"),
    ],
)
def test_one_is_one_and_everything_else_is_many(amount: str, unit: str, said: str) -> None:
    assert with_unit(Decimal(amount), unit) == said


@given(st.decimals(0, 999_999, places=2))
def test_what_is_said_reads_back_as_the_same_amount(amount: Decimal) -> None:
    number, unit = with_unit(amount, "points").split(" ")
    assert Decimal(number) == amount
    assert number == plain(amount)
    assert (unit == "point") == (are(amount) == "is") == (unit_of(amount, "points") == "point")
