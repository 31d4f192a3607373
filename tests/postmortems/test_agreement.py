"""Agreement of two coders, and likeness of post-mortems: the arithmetic (PM-9)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from postmortems.rules.agreement import LEAST, Pair, agreement, cohens_kappa, in_words
from postmortems.rules.similar import MOST, Marks, similar

CATEGORIES = ["code", "data", "testing"]
PAIRS = st.lists(st.tuples(st.sampled_from(CATEGORIES), st.sampled_from(CATEGORIES)), max_size=60)


def table(yes_yes: int, yes_no: int, no_yes: int, no_no: int) -> list[Pair]:
    counts = zip(
        (("y", "y"), ("y", "n"), ("n", "y"), ("n", "n")),
        (yes_yes, yes_no, no_yes, no_no),
        strict=True,
    )
    return [pair for pair, n in counts for _ in range(n)]


@pytest.mark.parametrize(
    ("pairs", "kappa"),
    [
        (table(20, 5, 10, 15), 0.4),
        (table(45, 15, 25, 15), 0.1304),
        (table(25, 35, 5, 35), 0.2593),
        (table(10, 0, 0, 10), 1.0),
        (table(0, 10, 10, 0), -1.0),
        (table(5, 5, 5, 5), 0.0),
    ],
)
def test_kappa_of_tables_that_textbooks_reckon(pairs: list[Pair], kappa: float) -> None:
    assert cohens_kappa(pairs) == pytest.approx(kappa, abs=5e-5)


def test_where_both_always_say_the_same_one_thing_there_is_nothing_to_measure() -> None:
    assert cohens_kappa(table(30, 0, 0, 0)) is None
    assert cohens_kappa([]) is None


@given(PAIRS, st.randoms())
def test_kappa_is_at_most_one_and_the_same_in_any_order_and_for_either_coder(
    pairs: list[Pair], chance: object
) -> None:
    kappa = cohens_kappa(pairs)
    assert kappa is None or -1 <= kappa <= 1
    mixed = list(pairs)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert cohens_kappa(mixed) == kappa
    assert cohens_kappa([(b, a) for a, b in pairs]) == kappa


@given(PAIRS)
def test_only_those_who_agree_on_everything_reach_one(pairs: list[Pair]) -> None:
    assert (cohens_kappa(pairs) == 1) <= all(a == b for a, b in pairs)


@given(PAIRS)
def test_equal_and_confused_pairs_are_all_pairs_and_few_have_no_kappa(pairs: list[Pair]) -> None:
    told = agreement(pairs)
    assert told.equal + sum(n for _, n in told.confused) == told.n == len(pairs)
    assert told.enough == (len(pairs) >= LEAST)
    if not told.enough:
        assert told.kappa is None


def test_the_words_for_a_kappa() -> None:
    assert in_words(0.85) == "almost perfect"
    assert in_words(0.5) == "moderate"
    assert in_words(-0.2) == "no better than chance"


def marks(key: int, area: int, *categories: str) -> Marks:
    return Marks(key, area, frozenset(categories))


def test_the_most_alike_come_first_and_of_equals_the_later_one() -> None:
    mine = marks(9, 1, "code", "testing")
    others = [
        marks(1, 1),  # the area alone
        marks(2, 2, "testing"),  # a category alone
        marks(3, 1, "code", "testing"),
        marks(4, 2, "data"),  # nothing
        marks(5, 2, "code", "testing"),
    ]
    assert [like.key for like in similar(mine, others)] == [3, 5, 2, 1]
    assert similar(mine, others)[1].shared == ("code", "testing")
    assert similar(mine, others)[0].same_area


def test_it_is_not_like_itself_and_a_page_shows_few() -> None:
    mine = marks(1, 1, "code")
    assert similar(mine, [mine]) == []
    assert len(similar(mine, [marks(n, 1) for n in range(2, 30)])) == MOST
