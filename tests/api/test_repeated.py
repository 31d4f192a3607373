"""`Idempotency-Key`: a request that is sent twice happens once (CH-5)."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import encode_multipart

from problem_reports.models import ProblemReport
from tests.api.test_path import FILED
from tests.cast import Cast
from tests.factories import a_report

KEY = {"Idempotency-Key": "a-key"}


def test_filing_twice_makes_one_report_and_gives_the_same_answer(cast: Cast, api: Any) -> None:
    lena = api(cast.lena)
    first = lena.post("problem-reports/", KEY, **FILED)
    second = lena.post("problem-reports/", KEY, **FILED)
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.content == first.content
    assert (second["Location"], second["ETag"]) == (first["Location"], first["ETag"])
    assert "Idempotency-Replayed" not in first
    assert second["Idempotency-Replayed"] == "true"
    assert ProblemReport.objects.count() == 1


def test_the_same_key_with_another_body_is_422(cast: Cast, api: Any) -> None:
    lena = api(cast.lena)
    lena.post("problem-reports/", KEY, **FILED)
    other = lena.post("problem-reports/", KEY, **{**FILED, "title": "Another"})
    assert other.status_code == 422
    assert other["Content-Type"] == "application/problem+json"
    assert ProblemReport.objects.count() == 1


def test_a_key_is_of_one_person_and_one_address(cast: Cast, api: Any) -> None:
    assert api(cast.lena).post("problem-reports/", KEY, **FILED).status_code == 201
    assert api(cast.leo).post("problem-reports/", KEY, **FILED).status_code == 201
    first, second = ProblemReport.objects.order_by("pk")
    for report in (first, second):
        watched = api(cast.lena).post(f"problem-reports/{report.reference}/watch/", KEY)
        assert "Idempotency-Replayed" not in watched
    assert ProblemReport.objects.count() == 2


def test_a_verb_that_was_refused_leaves_its_key_free(cast: Cast, api: Any) -> None:
    at = f"problem-reports/{a_report(cast).reference}/"
    rhea = api(cast.rhea)
    assert rhea.post(f"{at}assign/", KEY, assignee="nobody").status_code == 400
    assert rhea.post(f"{at}assign/", KEY, assignee="ines").status_code == 200


def test_a_verb_sent_twice_is_answered_as_before_though_it_is_no_longer_possible(
    cast: Cast, api: Any
) -> None:
    at = f"problem-reports/{a_report(cast).reference}/"
    rhea = api(cast.rhea)
    first = rhea.post(f"{at}assign/", KEY, assignee="ines")
    again = rhea.post(f"{at}assign/", KEY, assignee="ines")
    assert (again.status_code, again.content) == (200, first.content)
    assert rhea.post(f"{at}assign/", assignee="ines").status_code == 409


def test_a_file_sent_again_is_kept_once_whatever_wraps_it(
    cast: Cast, api: Any, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    lena, report = api(cast.lena), a_report(cast)

    def send(boundary: str, content: bytes = b"seen at 9:40") -> Any:
        file = SimpleUploadedFile("trace.txt", content)
        return lena.client.generic(
            "POST",
            f"/api/v1/problem-reports/{report.reference}/attachments/",
            encode_multipart(boundary, {"file": file}),
            content_type=f"multipart/form-data; boundary={boundary}",
            headers=KEY,
        )

    first, again, other = send("one"), send("two"), send("three", b"another")
    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 422)
    assert again["Location"] == first["Location"]
    assert report.attachments.count() == 1
