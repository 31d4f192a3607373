"""Editing what a report says: on a page of its own, guarded against what others changed meanwhile."""

import re

import pytest
from django.test import Client

from foundation import clock
from problem_reports import services as reports
from problem_reports.models import ProblemReport
from tests.cast import Cast
from tests.factories import ReportFactory
from tests.pages.conftest import SignIn


@pytest.fixture
def report(cast: Cast) -> ProblemReport:
    return ReportFactory(cast=cast, title="Totals differ")


@pytest.fixture
def lena(cast: Cast, sign_in: SignIn) -> Client:
    return sign_in(cast.lena)


def page(report: ProblemReport) -> str:
    return f"/problem-reports/{report.reference}/edit/"


def typed(**fields: str) -> dict[str, str]:
    return {"title": "Totals differ by one", "description": "41.20, not 41.02", **fields}


def words_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_the_form_starts_with_what_the_report_says(lena: Client, report: ProblemReport) -> None:
    html = lena.get(page(report)).text
    assert 'name="title" value="Totals differ"' in html
    assert report.description in html


def test_what_was_changed_is_kept_and_told(lena: Client, report: ProblemReport) -> None:
    answer = lena.post(page(report), typed(environment="Firefox", version="1"), follow=True)
    report.refresh_from_db()
    assert (report.title, report.environment) == ("Totals differ by one", "Firefox")
    words = words_of(answer.text)
    assert "Lena edited" in words
    assert "title: Totals differ" in words  # what it said before


def test_a_stale_form_shows_what_changed_and_keeps_what_was_typed(
    cast: Cast, lena: Client, report: ProblemReport
) -> None:
    reports.edit(
        report.pk, changes={"title": "Rounded totals"}, by=cast.leo, at=clock.now(), version=1
    )
    answer = lena.post(page(report), typed(version="1"))
    assert answer.status_code == 412
    words = words_of(answer.text)
    assert "Leo edited title" in words
    assert "It says now: Rounded totals" in words
    assert 'value="Totals differ by one"' in answer.text
    assert 'name="version" value="2"' in answer.text
    report.refresh_from_db()
    assert report.title == "Rounded totals"


def test_a_stale_form_can_be_sent_again_once_it_was_seen(
    cast: Cast, lena: Client, report: ProblemReport
) -> None:
    reports.edit(report.pk, changes={"title": "Rounded"}, by=cast.leo, at=clock.now(), version=1)
    lena.post(page(report), typed(version="1", idempotency_key="k"))
    assert lena.post(page(report), typed(version="2", idempotency_key="k")).status_code == 302


def test_an_empty_title_is_refused_and_the_rest_is_kept(
    lena: Client, report: ProblemReport
) -> None:
    answer = lena.post(page(report), typed(title="", environment="Firefox"))
    assert answer.status_code == 400
    assert 'value="Firefox"' in answer.text


@pytest.mark.parametrize("name", ["ines", "pia"])
def test_only_the_filing_team_and_the_release_manager_edit(
    cast: Cast, sign_in: SignIn, report: ProblemReport, name: str
) -> None:
    browser = sign_in(cast.everybody[name])
    for answer in (browser.get(page(report)), browser.post(page(report), typed())):
        assert answer.status_code == 403
        assert "Only the team that filed the report does this." in answer.text


def test_a_closed_report_is_not_edited(cast: Cast, lena: Client, report: ProblemReport) -> None:
    reports.assign(report.pk, assignee=cast.ines, by=cast.rhea, at=clock.now())
    closed = {"outcome": "how_to", "message": "So.", "cause": "knowledge", "hours": "1"}
    browser = Client()
    browser.force_login(cast.ines)
    browser.post(f"/problem-reports/{report.reference}/classify/", closed)
    assert lena.post(page(report), typed(version="3")).status_code == 409
