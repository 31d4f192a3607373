"""Arithmetic of the reserve: a draw meets its price, and a replay of the ledger gives the counters (SPR-3)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sprints.rules.reserve import Draw, draw, out_of_range, replay

amounts = st.decimals(min_value=0, max_value=1000, places=2)
prices = st.decimals(min_value="0.01", max_value=1000, places=2)


@given(prices, amounts, st.lists(amounts, max_size=4), st.booleans())
def test_a_draw_meets_its_price_exactly_or_says_what_is_missing(
    price: Decimal, available: Decimal, leaving: list[Decimal], may_overdraw: bool
) -> None:
    drawn = draw(price, available=available, leaving=leaving, may_overdraw=may_overdraw)
    assert price == drawn.from_reserve + drawn.from_swaps + drawn.overdraft + drawn.missing
    assert min(vars(drawn).values()) >= 0
    assert drawn.from_reserve <= available
    assert drawn.from_swaps <= sum(leaving)
    # The reserve first, then what leaves, then the overdraft: nothing is used before what comes before it.
    assert drawn.from_swaps == 0 or drawn.from_reserve == available
    assert drawn.overdraft + drawn.missing == max(price - available - sum(leaving), 0)
    assert (drawn.missing == 0) if may_overdraw else (drawn.overdraft == 0)


def test_an_overdrawn_reserve_gives_nothing() -> None:
    drawn = draw(Decimal(2), available=Decimal(-3), leaving=[], may_overdraw=True)
    assert drawn == Draw(Decimal(0), Decimal(0), overdraft=Decimal(2), missing=Decimal(0))


Ledger = list[tuple[str, Decimal]]


@st.composite
def lives(draw_: st.DrawFn) -> tuple[Ledger, dict[str, Decimal], list[dict[str, Decimal]]]:
    """A sprint's reserve as it is lived: lines as the services write them, and the counters kept beside them."""
    size = draw_(amounts)
    now = {"size": size, "held": Decimal(0), "spent": Decimal(0), "overdraft": Decimal(0)}
    ledger: Ledger = [("open", size)]
    moments, holds = [dict(now)], []
    for act in draw_(st.lists(st.sampled_from(["inject", "use", "free", "set"]), max_size=12)):
        if act == "inject":
            price, swapped = draw_(prices), draw_(amounts)
            available = now["size"] + now["overdraft"] - now["held"] - now["spent"]
            drawn = draw(price, available=available, leaving=[swapped], may_overdraw=True)
            ledger += [("swap_out", swapped), ("overdraft", drawn.overdraft), ("hold", price)]
            now["size"] += swapped
            now["overdraft"] += drawn.overdraft
            now["held"] += price
            holds.append(price)
        elif act == "set":
            now["size"] = draw_(amounts) + now["held"] + now["spent"]
            ledger.append(("open", now["size"]))
        elif holds:
            price = holds.pop()
            now["held"] -= price
            now["spent"] += price if act == "use" else 0
            ledger.append(("debit" if act == "use" else "release", price))
        moments.append(dict(now))
    return ledger, now, moments


@given(lives())
def test_replay_gives_the_counters_and_never_an_amount_below_zero(
    life: tuple[Ledger, dict[str, Decimal], list[dict[str, Decimal]]],
) -> None:
    ledger, now, moments = life
    assert replay(ledger) == now
    for then in moments:
        assert then["held"] + then["spent"] <= then["size"] + then["overdraft"]


@given(lives(), st.data())
def test_replay_of_a_part_gives_a_past_day(
    life: tuple[Ledger, dict[str, Decimal], list[dict[str, Decimal]]], data: st.DataObject
) -> None:
    ledger, now, _ = life
    cut = data.draw(st.integers(0, len(ledger)))
    past, since = replay(ledger[:cut]), ledger[cut:]
    assert past["spent"] + sum(a for kind, a in since if kind == "debit") == now["spent"]


@pytest.mark.parametrize("amount", ["0", "0.01", "999999.99", "12.5", "1E+2"])
def test_an_amount_that_fits_is_not_refused(amount: str) -> None:
    assert out_of_range(Decimal(amount)) == ""


@pytest.mark.parametrize("amount", ["-0.01", "0.001", "1000000", "NaN", "-Infinity", "1E+30"])
def test_an_amount_that_does_not_fit_is_refused_in_words(amount: str) -> None:
    assert out_of_range(Decimal(amount)).startswith("Say ")
