"""What is held for an injected bug stands on what such bugs took, when enough of them are known (SPR-3)."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from sprints.rules.holds import ENOUGH, SHARE, Suggestion, percentile, suggest

taken = st.lists(st.decimals("0.01", 100, places=2), min_size=1, max_size=30)
SAID = {"area": "Invoicing", "priority": "P1"}


def amounts(*values: int) -> list[Decimal]:
    return [Decimal(v) for v in values]


def test_the_70th_percentile_lies_between_its_neighbours_in_proportion() -> None:
    assert percentile(amounts(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11), SHARE) == 8
    assert percentile(amounts(8, 1, 2, 3, 4, 5, 6, 7), SHARE) == Decimal("5.9")
    assert percentile(amounts(5), SHARE) == 5


@given(taken)
def test_it_is_never_beyond_what_was_seen_and_most_lie_at_or_below_it(
    values: list[Decimal],
) -> None:
    found = percentile(values, SHARE)
    assert min(values) <= found <= max(values)
    assert sum(v <= found + Decimal("0.01") for v in values) >= SHARE * (len(values) - 1)


def test_of_the_area_when_there_are_enough_else_of_the_priority_else_the_estimate() -> None:
    few, many = amounts(*range(1, ENOUGH)), amounts(*range(1, ENOUGH + 1))
    assert suggest(many, many, Decimal(2), **SAID) == Suggestion(
        Decimal("5.9"), "what 7 of 10 P1 bugs in Invoicing took", ENOUGH
    )
    said = suggest(few, many, Decimal(2), **SAID)
    assert said
    assert (said.basis, said.n) == ("what 7 of 10 P1 bugs took", ENOUGH)
    assert suggest(few, few, Decimal(2), **SAID) == Suggestion(
        Decimal(2), "the developers' estimate"
    )
    assert suggest(few, few, None, **SAID) is None
