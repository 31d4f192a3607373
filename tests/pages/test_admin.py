"""The operator's site: lists of reports, bugs, sprints and timers, read only, leading to the product."""

import pytest
from django.test import Client

from problem_reports.models import Timer
from teams.models import Person
from tests import budgets
from tests.cast import Cast
from tests.factories import a_bug, a_report
from tests.pages.conftest import SignIn

LISTS = ("problem_reports/problemreport", "problem_reports/timer", "bugs/bug", "sprints/sprint")


@pytest.fixture
def operator(cast: Cast, sign_in: SignIn) -> Client:
    Person.objects.filter(pk=cast.adam.pk).update(is_staff=True)
    return sign_in(Person.objects.get(pk=cast.adam.pk))


@pytest.mark.parametrize("things", LISTS)
def test_the_operator_looks_and_changes_nothing(cast: Cast, operator: Client, things: str) -> None:
    bug = a_bug(cast, "scheduled")
    keys = {
        "bugs/bug": bug.pk,
        "sprints/sprint": bug.sprint_id,
        "problem_reports/problemreport": bug.classifications.get().report_id,
        "problem_reports/timer": Timer.objects.first().pk,
    }
    one = f"/admin/{things}/{keys[things]}/"
    assert operator.get(f"/admin/{things}/").status_code == 200
    page = operator.get(f"{one}change/")
    assert page.status_code == 200
    assert 'name="_save"' not in page.text
    assert operator.post(f"{one}change/", {"title": "Mine"}).status_code == 403
    assert operator.post(f"{one}delete/", {"post": "yes"}).status_code == 403
    assert operator.get(f"/admin/{things}/add/").status_code == 403


def test_the_lists_lead_to_the_pages_and_the_site_to_the_desk(cast: Cast, operator: Client) -> None:
    report = a_report(cast)
    page = operator.get("/admin/problem_reports/problemreport/").text
    assert f'href="/problem-reports/{report.reference}/"' in page
    assert 'href="/desk/"' in page


def test_the_lists_filter_by_state_and_find_a_reference(cast: Cast, operator: Client) -> None:
    waiting, other = a_report(cast, "waiting"), a_report(cast)
    address = "/admin/problem_reports/problemreport/"
    page = operator.get(f"{address}?state__exact=waiting").text
    assert waiting.reference in page
    assert other.reference not in page
    page = operator.get(f"{address}?q={other.reference}").text
    assert f">{other.reference}<" in page
    assert f">{waiting.reference}<" not in page


def test_an_admin_of_a_team_who_is_no_operator_is_refused(cast: Cast, sign_in: SignIn) -> None:
    adam = sign_in(cast.adam)
    assert adam.get("/admin/", follow=True).status_code == 403
    assert adam.get("/admin/bugs/bug/", follow=True).status_code == 403


def test_who_is_not_signed_in_comes_to_our_own_page(cast: Cast) -> None:
    answer = Client().get("/admin/", follow=True)
    assert answer.redirect_chain[-1][0].startswith("/accounts/login/")


def test_staff_without_more_rights_make_no_accounts(cast: Cast, operator: Client) -> None:
    assert operator.get("/admin/teams/person/").status_code == 403


def test_the_lists_take_as_many_queries_for_40_rows_as_for_20(cast: Cast, operator: Client) -> None:
    def grow() -> None:
        a_report(cast, "assigned")

    address = "/admin/problem_reports/problemreport/"
    budgets.holds("page admin reports", lambda: operator.get(address), grow=grow)
    budgets.holds("page admin timers", lambda: operator.get("/admin/problem_reports/timer/"))
