"""Versions as ETags: what guards an edit, and what saves an answer."""

from datetime import timedelta
from typing import Any

import pytest

from foundation import clock
from problem_reports.models import ProblemReport
from tests.cast import Cast
from tests.factories import a_bug, a_report, a_running_sprint


@pytest.fixture
def at(cast: Cast) -> str:
    return f"problem-reports/{a_report(cast).reference}/"


@pytest.mark.parametrize("tag", ['"1"', 'W/"1"', "1", "*", '"7", "1"', 'W/"9",W/"1"', ' "1" '])
def test_an_edit_goes_through_with_the_version_that_it_is_based_on(
    cast: Cast, api: Any, at: str, tag: str
) -> None:
    answer = api(cast.lena).patch(at, {"If-Match": tag}, title="Better")
    assert answer.status_code == 200
    assert answer["ETag"] == '"2"'
    assert answer.json()["title"] == "Better"
    assert answer.json()["version"] == 2


@pytest.mark.parametrize(
    "tag", ['"2"', '"0"', '"abc"', "x y", '"2", "3"', '"99999999999999"', '"١"']
)
def test_an_edit_of_another_version_is_412_and_told_the_version(
    cast: Cast, api: Any, at: str, tag: str
) -> None:
    answer = api(cast.lena).patch(at, {"If-Match": tag}, title="Better")
    assert answer.status_code == 412
    assert answer.json()["version"] == 1
    assert ProblemReport.objects.get().title != "Better"


@pytest.mark.parametrize("headers", [{}, {"If-Match": ""}, {"If-Match": " , "}])
def test_an_edit_without_a_version_is_428(
    cast: Cast, api: Any, at: str, headers: dict[str, str]
) -> None:
    assert api(cast.lena).patch(at, headers, title="Better").status_code == 428


def test_who_may_not_edit_is_told_that_and_not_to_send_a_version(
    cast: Cast, api: Any, at: str
) -> None:
    assert api(cast.ines).patch(at, title="Better").status_code == 403


def test_an_edit_names_the_fields_that_it_does_not_know(cast: Cast, api: Any, at: str) -> None:
    answer = api(cast.lena).patch(at, {"If-Match": "*"}, titel="Better", state="closed")
    assert answer.status_code == 400
    assert set(answer.json()["fields"]) == {"titel", "state"}


def test_the_affected_version_goes_in_by_either_name_and_comes_out_beside_the_rows(
    cast: Cast, api: Any, at: str
) -> None:
    lena = api(cast.lena)
    first = lena.patch(at, {"If-Match": "*"}, version="5.1").json()
    assert (first["affected_version"], first["version"]) == ("5.1", 2)
    second = lena.patch(at, {"If-Match": "*"}, affected_version="5.2").json()
    assert (second["affected_version"], second["version"]) == ("5.2", 3)
    both = lena.patch(at, {"If-Match": "*"}, affected_version="5.2", version="6")
    assert both.status_code == 400


def test_a_verb_may_name_the_version_and_is_412_when_it_is_old(
    cast: Cast, api: Any, at: str
) -> None:
    rhea = api(cast.rhea)
    assert rhea.post(f"{at}assign/", {"If-Match": '"9"'}, assignee="ines").status_code == 412
    done = rhea.post(f"{at}assign/", {"If-Match": '"1"'}, assignee="ines")
    assert (done.status_code, done["ETag"]) == (200, '"2"')


def test_what_is_already_known_is_304(cast: Cast, api: Any, at: str) -> None:
    lena = api(cast.lena)
    assert lena.get(at)["ETag"] == '"1"'
    again = lena.get(at, If_None_Match='"1"')
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", '"1"')
    assert lena.get(at, If_None_Match='"0"').status_code == 200


def test_a_promise_that_has_passed_is_told_although_nothing_was_done(
    cast: Cast, api: Any, at: str
) -> None:
    late = clock.now() - timedelta(seconds=1)
    ProblemReport.objects.update(due_at=late)
    assert api(cast.lena).get(at, If_None_Match='"1"').status_code == 200


def test_what_became_of_the_bug_is_told_although_the_report_is_the_same(
    cast: Cast, api: Any
) -> None:
    bug = a_bug(cast)
    report = ProblemReport.objects.get()
    known = {"If_None_Match": f'"{report.version}"'}
    assert bug.state == "to_be_scheduled"
    answer = api(cast.lena).get(f"problem-reports/{report.reference}/", **known)
    assert answer.status_code == 200


def test_bugs_and_sprints_carry_their_versions_too(cast: Cast, api: Any) -> None:
    rhea, bug, sprint = api(cast.rhea), a_bug(cast), a_running_sprint(cast)
    for path, version in (
        (f"bugs/{bug.reference}/", bug.version),
        (f"sprints/{sprint.reference}/", sprint.version),
    ):
        answer = rhea.get(path)
        assert answer["ETag"] == f'"{version}"'
        assert answer.json()["version"] == version
        assert rhea.get(path, If_None_Match=answer["ETag"]).status_code == 304
