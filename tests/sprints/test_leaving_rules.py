"""What to propose to leave: exact, three different ways, and never more than needed (SPR-4)."""

from decimal import Decimal
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from sprints.rules.leaving import COSTS, Piece, options

pieces = st.lists(
    st.builds(
        Piece,
        points=st.integers(0, 8).map(Decimal),
        started=st.booleans(),
        serves_goal=st.booleans(),
        value=st.integers(1, 9),
    ),
    max_size=8,
).map(lambda found: [Piece(**{**vars(p), "item": n}) for n, p in enumerate(found, start=1)])


@settings(max_examples=150)
@given(pieces, st.integers(1, 20).map(Decimal))
def test_each_option_frees_enough_and_is_the_best_of_all_sets_in_what_it_says(
    there: list[Piece], needed: Decimal
) -> None:
    useful = [p for p in there if p.points]
    every = [
        chosen
        for size in range(1, len(useful) + 1)
        for chosen in combinations(useful, size)
        if sum(p.points for p in chosen) >= needed
    ]
    offered = options(there, needed)
    assert bool(offered) == bool(every)
    assert len({o.pieces for o in offered}) == len(offered) <= 3
    for option in offered:
        assert option.points >= needed
        assert all(option.points - p.points < needed for p in option.pieces), (
            "one could have stayed"
        )
        least = min(COSTS[option.name](chosen) for chosen in every)
        assert COSTS[option.name](option.pieces) <= least


def test_the_three_ways_differ_when_the_work_does() -> None:
    there = [
        Piece(Decimal(5), item=1, title="The goal's heart", serves_goal=True, value=3),
        Piece(Decimal(3), item=2, title="Half done", started=True, value=1),
        Piece(Decimal(2), item=3, title="Dear", value=9),
        Piece(Decimal(3), item=4, title="Dearer", value=8),
    ]
    said = {o.name: [p.item for p in o.pieces] for o in options(there, Decimal(5))}
    assert said["least value lost"] == [1]
    assert 1 not in said["least risk for the goal"]
    assert "fewest things moved" not in said, "it is the first one again"


def test_what_is_marked_leaves_unasked_unless_somebody_started_it() -> None:
    one = Piece(Decimal(1), item=1)
    assert not one.leaves_unasked
    assert Piece(Decimal(1), item=1, swappable=True).leaves_unasked
    assert not Piece(Decimal(1), item=1, swappable=True, started=True).leaves_unasked
