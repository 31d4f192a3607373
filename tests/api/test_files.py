"""Files of a report over REST: kept with it, and always a download (PR-15)."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.cast import Cast
from tests.factories import a_report

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def at(cast: Cast) -> str:
    return f"/api/v1/problem-reports/{a_report(cast).reference}/attachments/"


def _sent(caller: Any, at: str, name: str, content: bytes, **more: Any) -> Any:
    return caller.client.post(at, {"file": SimpleUploadedFile(name, content), **more})


def test_a_file_is_kept_listed_and_given_back_as_a_download(cast: Cast, api: Any, at: str) -> None:
    lena = api(cast.lena)
    answer = _sent(lena, at, "shot.png", PNG)
    assert answer.status_code == 201
    (listed,) = answer.json()["attachments"]
    assert answer["Location"].endswith(listed["url"])
    assert (listed["name"], listed["content_type"], listed["size"]) == ("shot.png", "image/png", 28)
    assert listed["attached_by"] == "lena"
    file = lena.get(listed["url"])
    assert b"".join(file.streaming_content) == PNG
    assert file["Content-Disposition"] == 'attachment; filename="shot.png"'
    assert file["X-Content-Type-Options"] == "nosniff"
    assert file["Content-Security-Policy"].startswith("sandbox")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("shot.png", b"<html>"),
        ("page.html", b"<html>"),
        ("run.exe", b"MZ"),
        ("empty.txt", b""),
        ("data.json", b"{"),
        ("deep.json", b"[" * 100_000),
        ("log.txt", b"a\0b"),
    ],
)
def test_what_is_not_what_its_name_says_is_refused(
    cast: Cast, api: Any, at: str, name: str, content: bytes
) -> None:
    answer = _sent(api(cast.lena), at, name, content)
    assert answer.status_code == 400, answer.content
    assert set(answer.json()["fields"]) == {"file"}


def test_more_than_ten_megabytes_are_refused(cast: Cast, api: Any, at: str) -> None:
    lena = api(cast.lena)
    over = _sent(lena, at, "log.txt", b"x" * (10 * 1024 * 1024 + 1))
    assert over.status_code == 400
    far_over = _sent(lena, at, "log.txt", b"x" * (12 * 1024 * 1024))
    assert far_over.status_code == 413
    assert far_over["Content-Type"] == "application/problem+json"


def test_the_eleventh_file_is_422(cast: Cast, api: Any, at: str) -> None:
    lena = api(cast.lena)
    for n in range(10):
        assert _sent(lena, at, f"{n}.txt", b"seen").status_code == 201
    assert _sent(lena, at, "11.txt", b"seen").status_code == 422


def test_a_body_without_one_file_is_refused_with_a_problem(cast: Cast, api: Any, at: str) -> None:
    lena = api(cast.lena)
    as_json = lena.send("POST", at, '{"file": "x"}', {})
    assert as_json.status_code == 415
    none = lena.client.post(at, {"other": "x"})
    assert (none.status_code, set(none.json()["fields"])) == (400, {"other"})
    broken = lena.client.generic("POST", at, b"--x", content_type="multipart/form-data; boundary=x")
    assert broken.status_code == 400
    unbounded = lena.client.generic("POST", at, b"--x", content_type="multipart/form-data")
    assert unbounded.status_code == 400
    two = [SimpleUploadedFile("a.txt", b"a"), SimpleUploadedFile("b.txt", b"b")]
    assert lena.client.post(at, {"file": two}).status_code == 400
    for answer in (as_json, none, broken, unbounded):
        assert answer["Content-Type"] == "application/problem+json"


def test_a_file_of_a_report_that_one_may_not_see_is_404(cast: Cast, api: Any, at: str) -> None:
    url = _sent(api(cast.lena), at, "shot.png", PNG).json()["attachments"][0]["url"]
    for person in (cast.paul, cast.sami, cast.stranger):
        assert api(person).get(url).status_code == 404
    assert (
        api(cast.lena).get("attachments/00000000-0000-0000-0000-000000000000/").status_code == 404
    )
    assert api(cast.lena).get("attachments/nope/").status_code == 404


def test_a_file_that_is_gone_from_the_disk_is_404(
    cast: Cast, api: Any, at: str, settings: Any, tmp_path: Path
) -> None:
    url = _sent(api(cast.lena), at, "shot.png", PNG).json()["attachments"][0]["url"]
    for kept in tmp_path.rglob("*"):
        if kept.is_file():
            kept.unlink()
    assert api(cast.lena).get(url).status_code == 404
