"""My desk: what a developer holds, the one next thing, what may be taken, and their duties."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from psycopg2.extras import DateTimeTZRange

from foundation import clock
from oncall.models import Duty, DutyKind
from problem_reports import services as reports
from tests import budgets
from tests.cast import Cast
from tests.factories import ReportFactory, a_bug, a_report
from tests.pages.conftest import SignIn

MINE = "/desk/mine/"


@pytest.fixture
def ines(cast: Cast, sign_in: SignIn) -> Client:
    return sign_in(cast.ines)


def words_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def next_thing(html: str) -> str:
    found = re.search(r'<section class="nextthing".*?</section>', html, re.S)
    return words_of(found[0]) if found else ""


def prioritised(cast: Cast, **fields: str) -> str:
    report = ReportFactory(cast=cast, **fields)
    reports.prioritise(report.pk, priority=report.priority, by=cast.rhea, at=clock.now())
    return report.reference


def test_what_one_investigates_is_the_next_thing_and_ends_in_a_classification(
    cast: Cast, ines: Client
) -> None:
    a_report(cast, "assigned", title="Given to me")
    report = a_report(cast, "investigating", title="What I look into")
    html = ines.get(MINE).text
    assert "What I look into" in next_thing(html)
    assert f'href="/problem-reports/{report.reference}/classify/"' in html
    assert html.count("verb--next") == 1


def test_what_was_assigned_is_next_when_nothing_is_begun(cast: Cast, ines: Client) -> None:
    report = a_report(cast, "assigned", title="Given to me")
    html = ines.get(MINE).text
    assert "Given to me" in next_thing(html)
    assert f'action="/problem-reports/{report.reference}/start/"' in html


def test_with_free_hands_the_next_thing_is_what_may_be_taken(cast: Cast, ines: Client) -> None:
    prioritised(cast, title="Not so bad", impact="one_user", urgency="low")
    prioritised(cast, title="Rather bad", impact="many_users", urgency="critical")
    html = ines.get(MINE).text
    assert "Rather bad" in next_thing(html)
    assert "Take" in next_thing(html)
    assert "Not so bad" in words_of(html)


def test_at_the_limit_nothing_more_can_be_taken(cast: Cast, ines: Client) -> None:
    a_report(cast, "investigating")
    reference = prioritised(cast, title="Must wait")
    html = ines.get(MINE).text
    assert "Must wait" in words_of(html)
    assert f"{reference}/take/" not in html
    assert "You hold 1 of 1" in words_of(html)


def test_what_waits_or_rests_is_held_and_says_so(cast: Cast, ines: Client) -> None:
    a_report(cast, "waiting", title="Asked Lena")
    a_report(cast, "snoozed", title="Put aside")
    words = words_of(ines.get(MINE).text)
    assert re.search(r"Asked Lena .*?waiting on Services", words)
    assert re.search(r"Put aside .*?snoozed", words)
    assert next_thing(ines.get(MINE).text) == ""
    assert "Nothing waits on you" in words


def test_what_nobody_prioritised_is_not_offered(cast: Cast, ines: Client) -> None:
    ReportFactory(cast=cast, title="As it came in")
    assert "As it came in" not in words_of(ines.get(MINE).text)


def test_another_teams_reports_are_not_offered(cast: Cast, ines: Client) -> None:
    report = ReportFactory(cast=cast, title="Platform's", product_area="login")
    reports.prioritise(report.pk, priority="P2", by=cast.sami, at=clock.now())
    assert "Platform&#x27;s" not in ines.get(MINE).text


def test_bugs_to_fix_and_to_verify_are_named(cast: Cast, ines: Client) -> None:
    fixing = a_bug(cast, "in_sprint")
    fixed_by_ines = a_bug(cast, "fixed")
    words = words_of(ines.get(MINE).text)
    assert re.search(rf"To fix in this sprint .*{fixing.reference}", words)
    assert fixed_by_ines.reference not in words


def test_whoever_did_not_fix_it_is_asked_to_verify(cast: Cast, sign_in: SignIn) -> None:
    fixed = a_bug(cast, "fixed")
    words = words_of(sign_in(cast.otto).get(MINE).text)
    assert re.search(rf"To verify: somebody else fixed it .*{fixed.reference}", words)


def test_ones_duties_are_listed_with_their_end(cast: Cast, sign_in: SignIn) -> None:
    coming = DateTimeTZRange(
        clock.now() + timedelta(days=40), clock.now() + timedelta(days=47), "[)"
    )
    Duty.objects.create(team=cast.billing, duty=DutyKind.ON_CALL, person=cast.ines, during=coming)
    assert re.search(
        r"On call, Billing \w{3} \d+ \w{3}.*until", words_of(sign_in(cast.ines).get(MINE).text)
    )
    assert "On call, Billing now, until" in words_of(sign_in(cast.otto).get(MINE).text)


def test_who_has_no_duty_ahead_is_told_so(ines: Client) -> None:
    assert "None in the next eight weeks." in words_of(ines.get(MINE).text)


def test_my_desk_asks_no_more_with_forty_offers_than_with_twenty(cast: Cast, ines: Client) -> None:
    a_report(cast, "investigating")
    budgets.holds("GET /desk/mine/", lambda: ines.get(MINE), grow=lambda: prioritised(cast))
