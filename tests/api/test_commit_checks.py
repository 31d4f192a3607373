"""The golden rule as an answer: code is never written on a Problem Report (PR-3)."""

from decimal import Decimal
from typing import Any

import pytest

from foundation import clock
from problem_reports import services as reports
from problem_reports.models import ProblemReport
from tests.cast import Cast
from tests.factories import a_bug, a_report


def _check(caller: Any, text: str) -> dict[str, Any]:
    answer = caller.post("commit-checks/", text=text)
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    assert set(found) == {"allowed", "reason", "use", "references"}
    return found


def test_a_report_that_is_a_bug_is_refused_with_the_bug_to_use(cast: Cast, api: Any) -> None:
    bug = a_bug(cast, "in_progress")
    report = ProblemReport.objects.get()
    said = _check(api(cast.ines), f"{report.reference}: round once")
    assert said["allowed"] is False
    assert said["use"] == bug.reference
    assert bug.reference in said["reason"]
    assert said["references"] == [report.reference]


def test_naming_the_bug_beside_the_report_does_not_help(cast: Cast, api: Any) -> None:
    bug = a_bug(cast, "in_progress")
    report = ProblemReport.objects.get()
    said = _check(api(cast.ines), f"{bug.reference}: round once, as in {report.reference}")
    assert said["allowed"] is False
    assert said["references"] == [bug.reference, report.reference]


def test_a_report_that_is_not_classified_is_refused(cast: Cast, api: Any) -> None:
    said = _check(api(cast.ines), f"feature/{a_report(cast).reference.lower()}-rounding")
    assert (said["allowed"], said["use"]) == (False, None)
    assert "not classified yet" in said["reason"]


def test_a_report_that_is_no_bug_is_refused_with_what_it_was(cast: Cast, api: Any) -> None:
    said = _check(api(cast.ines), a_report(cast, "closed").reference)
    assert (said["allowed"], said["use"]) == (False, None)
    assert "how to" in said["reason"]


def test_a_duplicate_is_refused_with_the_bug_of_its_original(cast: Cast, api: Any) -> None:
    bug = a_bug(cast, "in_progress")
    original = ProblemReport.objects.get()
    copy = a_report(cast, "assigned")
    reports.classify(
        copy.pk,
        outcome="duplicate",
        message="Known.",
        hours=Decimal(0),
        duplicate_of=original.pk,
        by=cast.ines,
        at=clock.now(),
    )
    assert _check(api(cast.ines), copy.reference)["use"] == bug.reference


@pytest.mark.parametrize(
    ("state", "warned"),
    [("to_be_scheduled", True), ("in_sprint", False), ("in_progress", False), ("fixed", True)],
)
def test_a_bug_passes_with_a_warning_when_nobody_should_be_at_it(
    cast: Cast, api: Any, state: str, warned: bool
) -> None:
    bug = a_bug(cast, state)
    said = _check(api(cast.ines), f"fix-{bug.reference}_rounding")
    assert (said["allowed"], said["use"], bool(said["reason"])) == (True, None, warned)


@pytest.mark.parametrize("text", ["", "round once", "PR-999999 and BUG-999999", "SUPR-1", "PR-0"])
def test_what_names_nothing_that_is_there_passes(cast: Cast, api: Any, text: str) -> None:
    a_report(cast)
    assert _check(api(cast.ines), text)["allowed"] is True


def test_what_the_caller_may_not_see_passes_as_if_it_were_not_there(cast: Cast, api: Any) -> None:
    report = a_report(cast)
    said = _check(api(cast.sami), report.reference)
    unknown = _check(api(cast.sami), "PR-999999")
    assert (said["allowed"], said["reason"], said["use"]) == (
        unknown["allowed"],
        unknown["reason"],
        unknown["use"],
    )


def test_a_thousand_references_are_no_thousand_queries(
    cast: Cast, api: Any, django_assert_max_num_queries: Any
) -> None:
    keys = [a_report(cast).reference for _ in range(20)]
    ines = api(cast.ines)
    with django_assert_max_num_queries(8):
        _check(ines, " ".join([*keys, *(f"BUG-{n}" for n in range(1, 1000))]))
