"""The form that files a report: one column, no script needed, nothing typed is lost."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from problem_reports.models import Attachment, ProblemReport
from tests import budgets
from tests.cast import Cast
from tests.factories import ReportFactory
from tests.pages.conftest import SignIn

FILE = "/problem-reports/file/"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


@pytest.fixture
def lena(cast: Cast, sign_in: SignIn) -> Client:
    return sign_in(cast.lena)


def typed(**fields: Any) -> dict[str, Any]:
    return {
        "title": "Export stops at row 1000",
        "description": "The export has only 1000 rows.",
        "product_area": "invoicing",
        "impact": "some_users",
        "urgency": "high",
        "idempotency_key": "once",
        **fields,
    }


def a_file(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_a_sent_form_becomes_a_report_with_everything_that_was_said(lena: Client) -> None:
    said = {
        "customer": "Cora",
        "version": "4.2",
        "environment": "Firefox",
        "steps": "Export",
        "expected": "All rows",
        "actual": "1000 rows",
    }
    answer = lena.post(FILE, typed(**said), follow=True)
    report = ProblemReport.objects.get()
    assert answer.redirect_chain == [(f"/problem-reports/{report.reference}/", 302)]
    assert (report.title, report.affected_version) == ("Export stops at row 1000", "4.2")
    assert (report.environment, report.steps) == ("Firefox", "Export")
    assert (report.expected, report.actual) == ("All rows", "1000 rows")
    assert report.affected.get().customer.name == "Cora"
    assert f"Filed as {report.reference}. First answer due" in answer.text


def test_a_form_sent_twice_makes_one_report_and_leads_to_the_same_page(lena: Client) -> None:
    first = lena.post(FILE, typed())
    second = lena.post(FILE, typed())
    assert ProblemReport.objects.count() == 1
    assert first["Location"] == second["Location"]


def test_the_same_form_sent_again_with_other_words_is_told_so_and_keeps_them(lena: Client) -> None:
    lena.post(FILE, typed())
    again = lena.post(FILE, typed(title="Export stops at row 2000"))
    assert again.status_code == 409
    assert "sent before, with other words" in again.text
    assert "Export stops at row 2000" in again.text
    assert ProblemReport.objects.count() == 1


def test_the_form_that_comes_back_can_be_sent_again_for_another_report(lena: Client) -> None:
    lena.post(FILE, typed())
    again = lena.post(FILE, typed(title="Another one"))
    key = re.search(r'name="idempotency_key" value="([^"]+)"', again.text)
    assert key
    lena.post(FILE, typed(title="Another one", idempotency_key=key[1]))
    assert set(ProblemReport.objects.values_list("title", flat=True)) == {
        "Export stops at row 1000",
        "Another one",
    }


def test_a_form_without_a_title_says_so_and_keeps_the_rest(lena: Client) -> None:
    answer = lena.post(FILE, typed(title="", steps="1. Export"))
    assert answer.status_code == 400
    assert "Please look again at: What is wrong, in one line." in answer.text
    assert "1. Export" in answer.text
    assert re.search(r'value="high"[^>]*checked', answer.text)
    assert not ProblemReport.objects.exists()


def test_several_files_are_kept_with_the_report(lena: Client) -> None:
    files = [a_file("screen.png", PNG), a_file("server.log", b"seen at 9:40")]
    lena.post(FILE, typed(attachments=files))
    kept = Attachment.objects.order_by("name").values_list("name", "content_type")
    assert list(kept) == [("screen.png", "image/png"), ("server.log", "text/plain")]


def test_a_file_that_is_not_what_it_is_named_keeps_nothing_and_is_named(lena: Client) -> None:
    files = [a_file("good.log", b"seen"), a_file("screen.png", b"MZ not a picture")]
    answer = lena.post(FILE, typed(attachments=files))
    assert answer.status_code == 400
    assert "screen.png: Attach png, jpeg" in answer.text
    assert "good.log:" not in answer.text
    assert not ProblemReport.objects.exists()


def test_eleven_files_are_one_too_many(lena: Client) -> None:
    files = [a_file(f"{n}.log", b"seen") for n in range(11)]
    answer = lena.post(FILE, typed(attachments=files))
    assert answer.status_code == 400
    assert "at most 10 files" in answer.text
    assert "The export has only 1000 rows." in answer.text


def test_a_file_beyond_ten_megabytes_is_refused(lena: Client) -> None:
    answer = lena.post(FILE, typed(attachments=[a_file("big.log", b"x" * (10 * 2**20 + 1))]))
    assert answer.status_code == 400
    assert "big.log: a file may have at most 10 MB." in answer.text


@pytest.mark.parametrize("field", ["title", "description", "customer", "idempotency_key"])
def test_a_nul_in_a_field_never_becomes_a_server_error(lena: Client, field: str) -> None:
    assert lena.post(FILE, typed(**{field: "a\0b"})).status_code in (302, 400)


def test_support_may_choose_the_areas_of_every_delivery_team(lena: Client) -> None:
    page = lena.get(FILE).text
    assert re.findall(r'<optgroup label="(\w+)">', page) == ["Billing", "Platform"]


def test_a_developer_finds_the_areas_of_the_own_team_first(cast: Cast, sign_in: SignIn) -> None:
    page = sign_in(cast.sami).get(FILE).text
    assert re.findall(r'<option value="([\w-]+)">', page) == ["login"]
    page = sign_in(cast.ines).get(FILE).text
    assert re.findall(r'<option value="([\w-]+)">', page) == ["invoicing", "payments", "login"]


def test_an_area_that_one_may_not_see_cannot_be_filed_into(cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in(cast.sami).post(FILE, typed())
    assert answer.status_code == 400
    assert not ProblemReport.objects.exists()


def test_who_belongs_to_no_team_reads_why_there_is_no_form(cast: Cast, sign_in: SignIn) -> None:
    page = sign_in(cast.stranger).get(FILE).text
    assert "Nothing to file into yet" in page
    assert 'name="title"' not in page


def test_the_form_asks_for_no_script(lena: Client) -> None:
    page = lena.get(FILE).text
    assert "onsubmit" not in page
    assert not re.search(r"<script(?![^>]*src=)", page)


def test_it_takes_as_many_queries_for_40_reports_as_for_20(cast: Cast, lena: Client) -> None:
    budgets.holds("page file", lambda: lena.get(FILE), grow=lambda: ReportFactory(cast=cast))
