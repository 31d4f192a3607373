"""All reports that the reader may know of, newest first, with filters that never fail the page."""

import re

import pytest
from django.test import Client

from tests import budgets
from tests.cast import Cast
from tests.factories import ReportFactory, a_report
from tests.pages.conftest import SignIn

LIST = "/problem-reports/"


@pytest.fixture
def rhea(cast: Cast, sign_in: SignIn) -> Client:
    return sign_in(cast.rhea)


def rows(page: str) -> list[str]:
    return re.findall(r'id="row-(PR-\d+)"', page)


def test_the_open_ones_come_newest_first(cast: Cast, rhea: Client) -> None:
    first, second = ReportFactory(cast=cast), a_report(cast, "waiting")
    closed = a_report(cast, "closed")
    assert rows(rhea.get(LIST).text) == [second.reference, first.reference]
    assert rows(rhea.get(LIST, {"show": "closed"}).text) == [closed.reference]
    assert len(rows(rhea.get(LIST, {"show": "all"}).text)) == 3


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ({"state": "waiting"}, "waits"),
        ({"priority": "P0"}, "burns"),
        ({"product_area": "payments"}, "pays"),
        ({"team": "platform"}, "logs in"),
        ({"assignee": "ines"}, "waits"),
    ],
)
def test_each_filter_keeps_what_it_names(
    cast: Cast, rhea: Client, asked: dict[str, str], kept: str
) -> None:
    made = {
        "waits": a_report(cast, "waiting"),
        "burns": ReportFactory(cast=cast, impact="everyone", urgency="critical"),
        "pays": ReportFactory(cast=cast, product_area="payments"),
        "logs in": ReportFactory(cast=cast, product_area="login"),
    }
    assert rows(rhea.get(LIST, asked).text) == [made[kept].reference]


@pytest.mark.parametrize(
    "query",
    ["state=nonsense", "team=nowhere", "assignee=%00", "after=PR-x", "show=x", "priority=P9"],
)
def test_a_filter_that_makes_no_sense_chooses_nothing(cast: Cast, rhea: Client, query: str) -> None:
    report = ReportFactory(cast=cast)
    answer = rhea.get(f"{LIST}?{query}")
    assert answer.status_code == 200
    assert rows(answer.text) == [report.reference]


def test_everybody_sees_only_what_is_theirs_to_see(cast: Cast, sign_in: SignIn) -> None:
    billing = ReportFactory(cast=cast)
    platform = ReportFactory(cast=cast, product_area="login")
    seen = {
        name: rows(sign_in(cast.everybody[name]).get(LIST).text)
        for name in ("lena", "paul", "ines", "sami", "stranger")
    }
    both = [platform.reference, billing.reference]
    assert seen == {"lena": both, "paul": [], "ines": both, "sami": both[:1], "stranger": []}


def test_further_pages_keep_the_filters_and_lose_no_row(
    cast: Cast, rhea: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("triage.reports.PAGE", 2)
    made = [ReportFactory(cast=cast).reference for _ in range(5)]
    ReportFactory(cast=cast, product_area="payments")
    seen, address = [], f"{LIST}?product_area=invoicing"
    while address:
        page = rhea.get(address).text
        seen += rows(page)
        further = re.search(r'rel="next" href="([^"]+)"', page)
        address = further[1].replace("&amp;", "&") if further else ""
    assert seen == made[::-1]


def test_an_empty_list_says_why(cast: Cast, rhea: Client) -> None:
    assert "Reports appear as they are filed." in rhea.get(LIST).text
    assert "Nothing fits these filters." in rhea.get(LIST, {"priority": "P0"}).text


def test_the_list_asks_no_more_with_forty_rows_than_with_twenty(cast: Cast, rhea: Client) -> None:
    budgets.holds(
        "GET /problem-reports/",
        lambda: rhea.get(LIST),
        grow=lambda: ReportFactory(cast=cast, customer="Acme"),
    )


def test_its_choices_are_the_readers_own_whatever_was_asked_over_rest(
    cast: Cast, rhea: Client
) -> None:
    """Fields of the API's filters are kept between requests; the page once drew its choices from them."""
    filtered = {"assignee": "ines", "team": "billing", "product_area": "invoicing"}
    assert rhea.get("/api/v1/problem-reports/", filtered).status_code == 200
    page = rhea.get(LIST).text
    assert 'value="ines"' in page
    assert 'value="paul"' not in page
