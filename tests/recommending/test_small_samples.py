"""What few sprints really deliver: the table that the page quotes, found again."""

from random import Random

import pytest

from sprints.recommending.distributions import beta_share
from sprints.recommending.ladder import by_the_ladder, mean
from sprints.recommending.small_samples import DISPERSION, FOUND, MEAN, delivered

P = 1 / DISPERSION
R = MEAN * P / (1 - P)
#: P(demand <= k)
REACHED = [beta_share(R, k + 1, P) for k in range(300)]


def percentile(xs: list[float], q: float) -> float:
    """Type 7, as spreadsheets do it."""
    ordered = sorted(xs)
    place = (len(xs) - 1) * q
    low = int(place)
    high = min(low + 1, len(xs) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def demand(dice: Random) -> float:
    chance = dice.random()
    return float(next(k for k, reached in enumerate(REACHED) if reached >= chance))


@pytest.mark.parametrize("q", sorted(FOUND))
@pytest.mark.parametrize("n", [3, 6, 8, 13, 26])
def test_the_table_is_found_again(q: float, n: int) -> None:
    dice = Random(11)
    drawn = [[demand(dice) for _ in range(n)] for _ in range(400)]
    for says, at in ((by_the_ladder, 0), (percentile, 1), (mean, 2)):
        covered = sum(REACHED[int(says(xs, q) + 1e-9)] for xs in drawn) / len(drawn)
        assert covered == pytest.approx(FOUND[q][n][at], abs=0.025), says.__name__


def test_six_sprints_of_a_plain_percentile_deliver_73_where_80_is_asked() -> None:
    found = delivered(0.8, 6)
    assert found is not None
    assert (found.percentile, found.ladder, found.mean) == (0.73, 0.78, 0.56)


def test_what_was_not_simulated_is_not_claimed() -> None:
    assert delivered(0.8, 2) is None
    assert delivered(0.75, 6) is None
    assert delivered(0.8, 9) == delivered(0.8, 8)
    assert delivered(0.8, 99) == delivered(0.8, 26)
