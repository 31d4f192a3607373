"""The recommended reserve over REST."""

from typing import Any

import pytest

from insights.api import EXAMPLE
from tests.cast import Cast
from tests.insights.played import a_past

PATH = "teams/billing/recommended-reserve/"


def test_it_says_amount_method_band_and_back_tests(cast: Cast, api: Any) -> None:
    a_past(cast, *[4, 6, 5] * 3, 7)
    told = api(cast.pia).get(PATH).json()
    assert set(told) == set(EXAMPLE)
    assert (told["method"], told["n"], told["unit"]) == ("harrell_davis", 10, "points")
    assert told["band"]["low"] <= told["figure"] <= told["band"]["high"]
    assert told["delivered"] == {"asked": 0.67, "ladder": 0.68, "percentile": 0.66, "mean": 0.56}
    (tried,) = told["backtests"]
    assert set(tried) == set(EXAMPLE["backtests"][0])  # type: ignore[index]
    assert (tried["window"], tried["n"]) == (13, 2)
    assert {score["method"] for score in tried["scores"]} >= {"ladder", "mean", "largest", "own"}


def test_a_chance_may_be_asked_for(cast: Cast, api: Any) -> None:
    a_past(cast, 6, 9, 7)
    pia = api(cast.pia)
    assert pia.get(f"{PATH}?q=0.9").json()["q"] == 0.9
    assert pia.get(f"{PATH}?q=0.9").json()["figure"] > pia.get(PATH).json()["figure"]


@pytest.mark.parametrize("query", ["q=2", "q=nan", "q=much", "window=3", "q=0"])
def test_what_is_no_chance_is_named(cast: Cast, api: Any, query: str) -> None:
    answer = api(cast.pia).get(f"{PATH}?{query}")
    assert answer.status_code == 400
    assert query.partition("=")[0] in answer.json()["fields"]


def test_without_a_record_nothing_is_made_up(cast: Cast, api: Any) -> None:
    told = api(cast.pia).get(PATH).json()
    assert (told["amount"], told["figure"], told["band"], told["backtests"]) == (
        *(None, None, None),
        [],
    )
    assert told["method"] == "guess"
