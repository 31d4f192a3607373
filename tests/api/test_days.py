"""Days that no calendar reaches are refused by every verb that takes one, and named."""

from typing import Any

import pytest
from rest_framework.serializers import DateField, DateTimeField

from channels.rest.fields import Day, Moment
from tests.cast import Cast

FAR = ("0001-01-01", "1979-12-31", "2200-01-01", "9999-12-31")


@pytest.mark.parametrize("far", FAR)
def test_a_day_out_of_reach_is_refused(cast: Cast, api: Any, far: str) -> None:
    sent = {"team": "billing", "kind": "done", "text": "Totals", "because": "PM-3"}
    answer = api(cast.ines).post("agreements/", **sent, comments_until=far)
    assert answer.status_code == 400
    assert answer.json()["fields"] == {"comments_until": ["Name a day between 1980 and 2199."]}


@pytest.mark.parametrize("far", FAR)
def test_a_moment_out_of_reach_is_refused(far: str) -> None:
    for field, sent in ((Day(), far), (Moment(), f"{far}T12:00:00Z")):
        with pytest.raises(Exception, match="Name a day between 1980 and 2199"):
            field.run_validation(sent)


def test_what_is_near_is_taken() -> None:
    for near in ("1980-01-01", "2199-12-31"):
        assert Day().run_validation(near) == DateField().run_validation(near)
        moment = f"{near}T00:00:00Z"
        assert Moment().run_validation(moment) == DateTimeField().run_validation(moment)
