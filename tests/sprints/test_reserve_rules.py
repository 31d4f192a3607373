"""Arithmetic of the reserve: a draw meets its price, and a replay of the ledger gives the counters (SPR-3)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sprints.rules.reserve import (
    Counters,
    Draw,
    Line,
    commit_limit,
    draw,
    in_unit,
    out_of_range,
    replay,
)

amounts = st.decimals(min_value=0, max_value=1000, places=2)
prices = st.decimals(min_value="0.01", max_value=1000, places=2)


@given(prices, amounts, st.lists(amounts, max_size=4))
def test_a_draw_meets_its_price_exactly(
    price: Decimal, available: Decimal, leaving: list[Decimal]
) -> None:
    drawn = draw(price, available=available, leaving=leaving)
    assert price == drawn.from_reserve + drawn.from_swaps + drawn.overdraft
    assert min(vars(drawn).values()) >= 0
    assert drawn.from_reserve <= available
    assert drawn.from_swaps <= sum(leaving)
    # The reserve first, then what leaves, then the overdraft: nothing is used before what comes before it.
    assert drawn.from_swaps == 0 or drawn.from_reserve == available
    assert drawn.overdraft == max(price - available - sum(leaving), 0)


def test_an_overdrawn_reserve_gives_nothing() -> None:
    assert draw(Decimal(2), available=Decimal(-3)) == Draw(
        Decimal(0), Decimal(0), overdraft=Decimal(2)
    )


Ledger = list[Line]
ACTS = (
    "inject",
    "log",
    "log without a bug",
    "take back",
    "fix",
    "free",
    "set",
    "make good",
    "pull",
    "carry",
)


@st.composite
def lives(draw_: st.DrawFn) -> tuple[Ledger, list[Counters]]:
    """A reserve as it is lived: any sequence of acts, as the services write them, with each moment."""
    ledger: Ledger = [Line("open", draw_(amounts))]
    moments = [replay(ledger)]
    holds: list[Decimal] = []
    logged: list[tuple[Decimal, bool]] = []

    def write(*lines: Line) -> None:
        for line in lines:
            if line.amount or line.kind == "open":
                ledger.append(line)
                moments.append(moments[-1].after(line))

    def beyond(more: Decimal) -> Line:
        return Line("overdraft", max(more - max(moments[-1].available, Decimal(0)), Decimal(0)))

    for act in draw_(st.lists(st.sampled_from(ACTS), max_size=14)):
        now, amount = moments[-1], draw_(prices)
        if act == "inject":
            write(Line("swap_out", draw_(amounts)))
            write(Line("overdraft", draw(amount, available=moments[-1].available).overdraft))
            write(Line("hold", amount))
            holds.append(amount)
        elif act == "log" and holds:
            held = holds.pop()
            more = max(amount - held, Decimal(0))
            write(beyond(more), Line("true_up", more), Line("debit", amount))
            holds.append(held + more - amount)
            logged.append((amount, True))
        elif act == "log without a bug":
            write(beyond(amount), Line("debit", amount, of_hold=False))
            logged.append((amount, False))
        elif act == "take back" and logged:
            amount, of_hold = logged.pop()
            write(Line("credit", amount, of_hold))
            if of_hold and holds:
                holds.append(holds.pop() + amount)
            elif of_hold:
                write(Line("release", amount))
        elif act in ("fix", "free") and holds:
            write(Line("debit" if act == "fix" else "release", holds.pop()))
        elif act == "set":
            write(
                Line(
                    "open",
                    max(now.held + now.spent - now.carried - now.overdraft, Decimal(0)) + amount,
                )
            )
        elif act == "make good":
            good = min(amount, now.overdraft)
            write(Line("swap_out", amount), Line("make_good", good))
        elif act == "pull":
            write(Line("pull_forward", min(amount, max(now.available, Decimal(0)), now.size)))
        elif act == "carry":
            write(Line("carry_in", amount))
    return ledger, moments


@given(lives())
def test_replay_equals_the_balance_and_nothing_is_ever_below_zero(
    life: tuple[Ledger, list[Counters]],
) -> None:
    """Without a named overdraft the reserve never promises more than it has."""
    ledger, moments = life
    assert replay(ledger) == moments[-1]
    for then in moments:
        assert min(vars(then).values()) >= 0
        assert then.available >= 0


@given(lives(), st.data())
def test_replay_of_a_part_gives_a_past_day(
    life: tuple[Ledger, list[Counters]], data: st.DataObject
) -> None:
    ledger, moments = life
    cut = data.draw(st.integers(1, len(ledger)))
    assert replay(ledger[:cut]) == moments[cut - 1]


def test_the_example_of_source_001_comes_out() -> None:
    """Capacity 40, of which on-call duty 8; reserve 10; commit 30: duty hours are not taken off twice."""
    forty, eight, ten = Decimal(40), Decimal(8), Decimal(10)
    assert commit_limit(forty, on_call_duty=eight, reserve=ten) == 30
    assert commit_limit(forty, on_call_duty=Decimal(12), reserve=ten) == 28
    assert (
        commit_limit(
            forty,
            release_manager_duty=Decimal(4),
            on_call_duty=eight,
            reserve=ten,
            stock_stream=Decimal(2),
            carried=Decimal(3),
        )
        == 21
    )
    assert commit_limit(ten, reserve=forty) == 0


@pytest.mark.parametrize(
    ("hours", "per_unit", "units"),
    [("6", "6", "1"), ("1", "6", "0.17"), ("0.01", "6", "0.01"), ("2.5", "1", "2.5")],
)
def test_hours_in_the_unit_of_the_sprint(hours: str, per_unit: str, units: str) -> None:
    assert in_unit(Decimal(hours), Decimal(per_unit)) == Decimal(units)


@pytest.mark.parametrize("amount", ["0", "0.01", "999999.99", "12.5", "1E+2"])
def test_an_amount_that_fits_is_not_refused(amount: str) -> None:
    assert out_of_range(Decimal(amount)) == ""


@pytest.mark.parametrize("amount", ["-0.01", "0.001", "1000000", "NaN", "-Infinity", "1E+30"])
def test_an_amount_that_does_not_fit_is_refused_in_words(amount: str) -> None:
    assert out_of_range(Decimal(amount)).startswith("Say ")
