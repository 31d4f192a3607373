"""Whether the level moved: change points against ruptures 1.1.10 (not a dependency), and false alarms."""

from random import Random

from sprints.recommending.drift import change_points, drift_of
from sprints.recommending.ladder import steadied

STEPS = [5, 7, 4, 6, 5, 15, 18, 14, 17, 16, 15, 2, 3, 1, 2]


def test_steps_are_found_where_pelt_finds_them() -> None:
    roots = [steadied(x) for x in STEPS]
    assert change_points(roots) == [5, 11]
    drift = drift_of(roots)
    assert drift is not None
    assert (drift.since, drift.rising) == (11, False)
    assert 0.1 < drift.ratio < 0.15


def test_a_level_series_has_none() -> None:
    assert drift_of([steadied(6)] * 20) is None
    assert drift_of([]) is None
    assert drift_of([2.0]) is None


def test_of_steady_teams_about_one_in_twenty_is_told_of_a_drift() -> None:
    """As in the simulation of small samples: gamma demand of mean 12 and variance 48."""
    dice = Random(5)
    told = sum(
        drift_of([steadied(dice.gammavariate(3, 4)) for _ in range(26)]) is not None
        for _ in range(400)
    )
    assert 0.01 < told / 400 < 0.10
