"""Pulling forward over REST: what is proposed, and one thing at a time (SPR-8)."""

from typing import Any

import pytest

from sprints.models import Sprint
from tests.cast import Cast
from tests.factories import a_bug, a_late_sprint


def test_what_is_proposed_is_read_and_pulled_forward(cast: Cast, api: Any) -> None:
    sprint = a_late_sprint(cast)
    bug = a_bug(cast, "scheduled", priority="P2", points=3)
    ines, path = api(cast.ines), f"sprints/{sprint.reference}/pull-forward/"
    unused, etag = f"sprints/{sprint.reference}/unused-reserve/", f'"{sprint.version}"'
    shown = ines.get(unused).json()
    assert (shown["spare"], shown["kept"]) == ("10", "0")
    (thing,) = shown["proposed"]
    assert (thing["reference"], thing["points"], thing["priority"]) == (bug.reference, "3", "P2")
    answer = ines.post(path, {"If-Match": etag}, thing=bug.reference.lower())
    assert (answer.status_code, answer.json()["reserve"]["size"]) == (200, "7")
    assert ines.get(unused).json()["proposed"] == []
    assert ines.get(f"bugs/{bug.reference}/").json()["sprint"] == sprint.reference
    again = ines.post(path, {"If-Match": etag}, thing=bug.reference)
    assert again.status_code == 412


def test_the_sprint_says_that_it_is_allowed_while_it_runs(cast: Cast, api: Any) -> None:
    sprint = a_late_sprint(cast)
    bug = a_bug(cast, "scheduled", priority="P2")
    ines = api(cast.ines)
    assert "pull-forward" in ines.get(f"sprints/{sprint.reference}/").json()["allowed"]
    assert "pull-forward" not in ines.get(f"sprints/{bug.sprint.reference}/").json()["allowed"]


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({}, 400, "thing"),
        ({"thing": 7}, 400, "thing"),
        ({"thing": "BUG-1", "surprise": 1}, 400, "surprise"),
        ({"thing": "BUG-999999"}, 422, "is not pulled forward"),
        ({"thing": "PR-1"}, 422, "is not pulled forward"),
    ],
)
def test_bad_input_is_named_and_changes_nothing(
    cast: Cast, api: Any, body: dict[str, Any], status: int, said: str
) -> None:
    sprint = a_late_sprint(cast)
    answer = api(cast.pia).post(f"sprints/{sprint.reference}/pull-forward/", **body)
    assert (answer.status_code, said in answer.content.decode()) == (status, True)
    assert Sprint.objects.get(pk=sprint.pk).size == 10


def test_a_planned_sprint_has_nothing_to_pull_into(cast: Cast, api: Any) -> None:
    a_late_sprint(cast)
    bug = a_bug(cast, "scheduled", priority="P2")
    path = f"sprints/{bug.sprint.reference}/"
    assert api(cast.ines).get(f"{path}unused-reserve/").json()["proposed"] == []
    answer = api(cast.ines).post(f"{path}pull-forward/", thing=bug.reference)
    assert answer.status_code == 409
    assert "pull-forward" not in answer.json()["allowed"]
