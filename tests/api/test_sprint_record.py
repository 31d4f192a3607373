"""Planned against unplanned over closed sprints, over REST."""

from typing import Any

from insights.sprint_record.api import EXAMPLE
from tests.cast import Cast
from tests.insights.test_sprint_record import a_full_sprint

PATH = "teams/billing/sprint-record/"


def test_a_closed_sprint_is_told_with_every_part(cast: Cast, api: Any) -> None:
    sprint = a_full_sprint(cast)
    told = api(cast.pia).get(PATH).json()
    assert set(told) == set(EXAMPLE)
    (found,) = told["sprints"]
    assert set(found) == set(EXAMPLE["sprints"][0])
    assert (found["sprint"], found["planned_done"], found["unplanned_done"]) == (
        sprint.reference, "5", "4.5",
    )  # fmt: skip
    assert found["used_by"] == {
        "p0": "0", "p1": "3", "other": "0", "reports": "1", "requests": "0.5", "pages": "0",
    }  # fmt: skip
    assert (found["carried"], found["goal_met"]) == ({"n": 2, "amount": "12"}, False)


def test_a_team_whose_sprints_are_not_yours_is_not_there(cast: Cast, api: Any) -> None:
    answer = api(cast.sami).get(PATH)
    assert (answer.status_code, answer.json()["detail"]) == (
        404, "There is no such team, or its figures are not yours to see.",
    )  # fmt: skip
