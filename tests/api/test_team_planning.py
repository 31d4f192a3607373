"""What a team reckons with when it plans, over REST."""

from typing import Any

import pytest

from sprints.api.planning import EXAMPLE
from sprints.models import Planning
from tests.cast import Cast
from tests.factories import a_sprint

PATH = "teams/billing/planning/"


def test_it_is_read_and_what_is_named_is_set(cast: Cast, api: Any) -> None:
    pia = api(cast.pia)
    told = pia.get(PATH)
    assert set(told.json()) == set(EXAMPLE)
    assert told.json()["hours_per_point"] == "6"
    done = pia.post(PATH, {"If-Match": told["ETag"]}, focus_percent=65, stock_hours="12.50")
    assert (done.status_code, done.json()["focus_percent"]) == (200, 65)
    assert (done.json()["stock_hours"], done.json()["on_call_percent"]) == ("12.5", 50)
    assert pia.post(PATH, {"If-Match": told["ETag"]}, focus_percent=66).status_code == 412
    assert pia.post(PATH, default_reserve=None).json()["default_reserve"] is None


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({"focus_percent": 0}, 400, "focus_percent"),
        ({"hours_per_point": "0"}, 400, "hours_per_point"),
        ({"hours_per_point": None}, 400, "hours_per_point"),
        ({"unit": "stones"}, 400, "unit"),
        ({"unit": "hours"}, 422, "they would be read as hours"),
        ({"surprise": 1}, 400, "surprise"),
    ],
)
def test_bad_input_is_named(
    cast: Cast, api: Any, body: dict[str, Any], status: int, said: str
) -> None:
    a_sprint(cast)
    answer = api(cast.pia).post(PATH, **body)
    assert (answer.status_code, said in answer.content.decode()) == (status, True)
    assert not Planning.objects.exists()


def test_it_is_their_own_peoples_to_read(cast: Cast, api: Any) -> None:
    assert api(cast.sami).get(PATH).status_code == 404
    assert api(cast.ines).get(PATH).status_code == 200
    assert api(cast.ines).post(PATH, focus_percent=50).status_code == 403
