"""Files of a report: for who sees the report, always as a download that no browser runs (PR-15)."""

import pytest
from django.test import Client

from foundation import clock
from problem_reports import services as reports
from problem_reports.models import Attachment
from tests.cast import Cast
from tests.factories import a_report
from tests.pages.conftest import SignIn

PAGE = b'{"a": "<script>alert(1)</script>"}'


@pytest.fixture
def attached(cast: Cast) -> Attachment:
    return reports.attach(
        a_report(cast).pk, name='säge "1".json', content=PAGE, by=cast.lena, at=clock.now()
    )


def address(attached: Attachment) -> str:
    return f"/attachments/{attached.pk}/"


def test_a_file_comes_as_a_download_under_its_own_name(
    cast: Cast, sign_in: SignIn, attached: Attachment
) -> None:
    answer = sign_in(cast.ines).get(address(attached))
    assert b"".join(answer.streaming_content) == PAGE
    assert answer["Content-Disposition"].startswith("attachment; filename")
    assert "s%C3%A4ge" in answer["Content-Disposition"]
    assert answer["Content-Type"] == "application/json"


def test_no_browser_may_run_or_sniff_or_keep_it(
    cast: Cast, sign_in: SignIn, attached: Attachment
) -> None:
    answer = sign_in(cast.ines).get(address(attached))
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("name", ["sami", "paul", "stranger"])
def test_who_does_not_see_the_report_does_not_see_its_files(
    cast: Cast, sign_in: SignIn, attached: Attachment, name: str
) -> None:
    assert sign_in(cast.everybody[name]).get(address(attached)).status_code == 404


def test_nobody_gets_a_file_without_signing_in(attached: Attachment) -> None:
    assert Client().get(address(attached)).status_code == 302


def test_a_file_that_is_gone_from_the_disk_is_404(
    cast: Cast, sign_in: SignIn, attached: Attachment
) -> None:
    attached.file.storage.delete(attached.file.name)
    assert sign_in(cast.ines).get(address(attached)).status_code == 404


def test_the_files_are_kept_outside_of_what_the_server_serves(
    cast: Cast, sign_in: SignIn, attached: Attachment
) -> None:
    assert sign_in(cast.ines).get(f"/media/{attached.file.name}").status_code == 404
