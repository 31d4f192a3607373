"""What a person was told, and one button that marks all of it read."""

import pytest
from django.test import Client

from channels import services
from channels.models import Notice
from tests import budgets
from tests.cast import Cast
from tests.factories import a_bug, a_running_sprint
from tests.pages.conftest import SignIn


@pytest.fixture
def lena(cast: Cast, sign_in: SignIn) -> Client:
    return sign_in(cast.lena)


def test_the_reporter_reads_that_it_is_fixed_with_a_link_to_the_report(
    cast: Cast, lena: Client
) -> None:
    bug = a_bug(cast, "verified")
    services.fan_out()
    report = bug.classifications.get().report
    page = lena.get("/notices/").text
    assert f"Fixed and verified: {report.title}" in page
    assert f'href="/problem-reports/{report.reference}/"' in page


def test_marking_all_read_leaves_nothing_new_and_touches_nobody_else(
    cast: Cast, lena: Client, sign_in: SignIn
) -> None:
    a_bug(cast, "verified")
    a_bug(cast, "verified", by=cast.leo)
    services.fan_out()
    page = lena.post("/notices/read/", follow=True).text
    assert "notice--new" not in page
    assert "Mark all read" not in page
    assert not Notice.objects.filter(person=cast.leo, read_at__isnull=False).exists()
    assert "Mark all read" in sign_in(cast.leo).get("/notices/").text


def test_notices_of_others_are_not_shown(cast: Cast, sign_in: SignIn) -> None:
    a_bug(cast, "verified")
    services.fan_out()
    assert "Fixed and verified" not in sign_in(cast.leo).get("/notices/").text


def test_an_empty_page_says_what_will_be_here(lena: Client) -> None:
    assert "When something that you filed or watch is fixed" in lena.get("/notices/").text


def test_marking_read_by_a_link_is_refused(lena: Client) -> None:
    assert lena.get("/notices/read/").status_code == 405


def test_it_takes_as_many_queries_for_40_notices_as_for_20(cast: Cast, lena: Client) -> None:
    a_running_sprint(cast, reserve=40)

    def grow() -> None:
        a_bug(cast, "verified", points=1)
        services.fan_out()

    budgets.holds("page notices", lambda: lena.get("/notices/"), grow=grow)
