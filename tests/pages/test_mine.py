"""The reporter's page: what waits on me, then my team's reports and what became of each promise."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client

from bugs import services as bugs
from foundation import clock
from problem_reports import services as reports
from tests import budgets
from tests.cast import Cast
from tests.factories import a_bug, a_report, a_running_sprint
from tests.pages.conftest import SignIn

MINE = "/problem-reports/mine/"


@pytest.fixture
def lena(cast: Cast, sign_in: SignIn) -> Client:
    return sign_in(cast.lena)


def row(page: str, reference: str) -> str:
    """The words of one filed report on the page."""
    found = re.search(rf'<li class="filed">\s*<span class="ref">{reference}<.*?</li>', page, re.S)
    assert found, f"{reference} is not listed"
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split())


def test_a_new_report_shows_two_dated_promises_that_run(cast: Cast, lena: Client) -> None:
    report = a_report(cast)
    words = row(lena.get(MINE).text, report.reference)
    assert "to be investigated" in words
    assert "First answer due" in words
    assert "Investigated by" in words


def test_an_answered_report_shows_the_promise_as_given(cast: Cast, lena: Client) -> None:
    report = a_report(cast, "investigating")
    reports.respond(report.pk, message="We look.", by=cast.ines, at=clock.now())
    assert "First answer given" in row(lena.get(MINE).text, report.reference)


def test_a_promise_that_ran_out_says_when_it_was_due(cast: Cast, lena: Client) -> None:
    long_ago = cast.now - timedelta(days=30)
    report = a_report(cast, at=long_ago, source="demo")
    words = row(lena.get(MINE).text, report.reference)
    assert "First answer was due" in words
    assert "Investigation was due" in words


def test_a_confirmed_defect_shows_what_is_promised_of_its_bug(cast: Cast, lena: Client) -> None:
    bug = a_bug(cast)
    page = lena.get(MINE).text
    assert f"{bug.reference}, to be scheduled" in page
    assert "Not scheduled yet" in page
    sprint = a_running_sprint(cast)
    bugs.inject(
        bug.pk,
        sprint_id=sprint.pk,
        points=Decimal(2),
        reason="Bites",
        by=cast.rhea,
        at=clock.now(),
    )
    assert f"Fixed in {sprint.name}, ends" in lena.get(MINE).text


def test_a_verified_fix_leaves_what_is_open_and_stays_under_all(cast: Cast, lena: Client) -> None:
    a_bug(cast, "verified")
    assert "Fixed and verified" not in lena.get(MINE).text
    assert "Fixed and verified" in lena.get(f"{MINE}?show=all").text


def test_a_question_stands_on_top_and_is_answered_right_there(cast: Cast, lena: Client) -> None:
    report = a_report(cast, "waiting")
    page = lena.get(MINE).text
    assert "Waiting on me" in page
    assert "Which invoice?" in page
    action = f"/problem-reports/{report.reference}/answer/"
    assert f'action="{action}"' in page
    lena.post(action, {"message": "Invoice 7."})
    assert "Which invoice?" not in lena.get(MINE).text


def test_a_returned_report_stands_on_top_with_the_reason(cast: Cast, lena: Client) -> None:
    report = a_report(cast, "returned")
    page = lena.get(MINE).text
    assert "sent it back" in page
    assert f'action="/problem-reports/{report.reference}/resubmit/"' in page


def test_a_colleague_of_the_same_team_sees_the_reports_and_the_questions(
    cast: Cast, sign_in: SignIn
) -> None:
    report = a_report(cast, "waiting")
    page = sign_in(cast.leo).get(MINE).text
    assert report.reference in page
    assert "Which invoice?" in page
    assert report.reference not in sign_in(cast.leo).get(f"{MINE}?show=me").text.split("Filed")[-1]


def test_another_support_team_sees_neither(cast: Cast, sign_in: SignIn) -> None:
    report = a_report(cast, "waiting")
    page = sign_in(cast.paul).get(f"{MINE}?show=all").text
    assert report.reference not in page
    assert "Which invoice?" not in page


def test_a_reporter_reads_no_note_and_no_estimate(cast: Cast, lena: Client) -> None:
    bug = a_bug(cast, "scheduled", points=13)
    page = lena.get(MINE).text
    assert bug.title not in page
    words = row(page, bug.classifications.get().report.reference)
    assert not re.search(r"(?<!\S)13(?!\S)", words)


@pytest.mark.parametrize("after", ["abc", "²", "99999999999999999999", "-1"])
def test_a_further_page_that_makes_no_sense_is_the_first(
    cast: Cast, lena: Client, after: str
) -> None:
    report = a_report(cast)
    assert report.reference in lena.get(f"{MINE}?after={after}&show=nonsense").text


def test_long_lists_are_walked_by_page(cast: Cast, lena: Client) -> None:
    filed = [a_report(cast).reference for _ in range(31)]
    first = lena.get(MINE)
    assert filed[0] not in re.findall(r"PR-\d+", first.text)
    further = first.context["pager"]["next"]
    assert filed[0] in lena.get(further).text


def test_it_takes_as_many_queries_for_40_rows_as_for_20(cast: Cast, lena: Client) -> None:
    def grow() -> None:
        a_report(cast, "waiting")
        a_bug(cast, "scheduled")

    budgets.holds("page mine", lambda: lena.get(MINE), grow=grow)
