"""The chance of a goal, from the team's own sprints: never better for more to do (SPR-4)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from sprints.rules.chance import ENOUGH, Rest, chance, in_words

amounts = some.decimals(0, 60, places=2)
records = some.lists(some.builds(Rest, done=amounts, came=amounts), min_size=ENOUGH, max_size=26)
seeds = some.integers(0, 10**9)


def of(past: list[Rest], goal: Decimal, promised: Decimal, seed: int = 1) -> float:
    found = chance(past, goal=goal, promised=promised, seed=seed)
    assert found is not None
    return found


@given(records, amounts, amounts, amounts, seeds)
def test_more_to_do_never_raises_it(
    past: list[Rest], goal: Decimal, promised: Decimal, more: Decimal, seed: int
) -> None:
    now = of(past, goal, promised, seed)
    assert of(past, goal + more, promised, seed) <= now
    assert of(past, goal, promised + more, seed) <= now


@given(records, amounts, amounts, seeds)
def test_the_same_seed_gives_the_same_answer_between_none_and_all(
    past: list[Rest], goal: Decimal, promised: Decimal, seed: int
) -> None:
    first = of(past, goal, promised, seed)
    assert first == of(past, goal, promised, seed)
    assert 0 <= first <= 1


@given(records, seeds)
def test_a_team_that_always_finishes_more_than_it_needs_has_it_and_one_that_never_does_has_not(
    past: list[Rest], seed: int
) -> None:
    least = min(r.done for r in past) - max(r.came for r in past)
    most = max(r.done for r in past) - min(r.came for r in past)
    assert of(past, least, Decimal(0), seed) == 1
    assert of(past, most + 1, Decimal(0), seed) == 0


@given(records, amounts, amounts, seeds)
def test_it_is_near_the_share_of_all_pairs_of_sprints(
    past: list[Rest], goal: Decimal, promised: Decimal, seed: int
) -> None:
    pairs = [a.done - b.came >= goal + promised for a in past for b in past]
    assert abs(of(past, goal, promised, seed) - sum(pairs) / len(pairs)) < 0.1


@pytest.mark.parametrize("n", range(ENOUGH))
def test_of_fewer_than_eight_sprints_nothing_is_said(n: int) -> None:
    past = [Rest(Decimal(30), Decimal(3))] * n
    assert chance(past, goal=Decimal(1), promised=Decimal(0), seed=1) is None


def test_it_is_fast_enough_to_stand_beside_a_button() -> None:
    import time

    past = [Rest(Decimal(n), Decimal(n % 7)) for n in range(26)]
    best = 1.0
    for _ in range(5):
        before = time.perf_counter()
        of(past, Decimal(5), Decimal(3))
        best = min(best, time.perf_counter() - before)
    assert best < 0.02


@pytest.mark.parametrize(
    ("share", "said"),
    [(0, "below 5 %"), (0.044, "below 5 %"), (0.05, "5 %"), (0.714, "71 %"), (0.95, "95 %")],
)
def test_in_words(share: float, said: str) -> None:
    assert in_words(share) == said


def test_a_certainty_is_not_claimed() -> None:
    assert in_words(1) == "above 95 %"
