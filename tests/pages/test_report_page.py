"""The page of one report: story, one timeline, facts, the next verb as one button and the others behind it."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from foundation import clock
from problem_reports import policy
from problem_reports import services as reports
from problem_reports.lifecycle import State
from problem_reports.models import ProblemReport
from problem_reports.querysets import viewer
from tests import budgets
from tests.cast import Cast
from tests.factories import ReportFactory, a_bug, a_report
from tests.pages.conftest import SignIn

READERS = ("lena", "rhea", "ines", "otto", "pia", "adam")


def page_of(report: ProblemReport, verb: str = "") -> str:
    return f"/problem-reports/{report.reference}/{verb}{'/' if verb else ''}"


def words_of(html: str) -> str:
    """What a person reads, without the mark-up."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def offered_by(html: str, report: ProblemReport) -> set[str]:
    """Every verb that the page offers: the addresses of its forms, buttons and links."""
    named = re.findall(rf'(?:form)?(?:action|href)="{page_of(report)}([a-z-]+)/"', html)
    return {verb.replace("-", "_") for verb in named}


def test_the_page_tells_the_story_the_facts_and_what_happened(cast: Cast, sign_in: SignIn) -> None:
    report = ReportFactory(
        cast=cast,
        title="Export stops",
        description="It *stops*.",
        steps="Press export",
        expected="All rows",
        actual="1000 rows",
        customer="Acme",
        affected_version="4.2",
        environment="Firefox",
    )
    words = words_of(sign_in(cast.ines).get(page_of(report)).text)
    for said in ("Export stops", "Press export", "All rows", "1000 rows", "Acme", "4.2", "Firefox"):
        assert said in words
    for said in (
        "Invoicing, Billing",
        "Some users, high urgency",
        "P2, as stated",
        "Lena, Services",
    ):
        assert said in words
    assert "Lena filed the report" in words


def test_texts_are_markdown_made_safe_with_references_as_links(cast: Cast, sign_in: SignIn) -> None:
    told = "It *stops*, see PR-1 and BUG-7.\n\n<script>alert(1)</script> [x](javascript:alert(1))"
    report = ReportFactory(cast=cast, description=told)
    html = sign_in(cast.ines).get(page_of(report)).text
    assert "<em>stops</em>" in html
    assert 'href="/problem-reports/PR-1/"' in html
    assert 'href="/bugs/BUG-7/"' in html
    assert "<script>alert" not in html
    assert 'href="javascript:' not in html


def test_both_promises_are_dated_and_say_how_they_came_about(cast: Cast, sign_in: SignIn) -> None:
    report = ReportFactory(cast=cast)
    words = words_of(sign_in(cast.lena).get(page_of(report)).text)
    assert "First answer due" in words
    assert "Investigated by" in words
    assert "A P2 has 8 hours, in the working time of Office." in words
    assert "Counted from" in words


def test_a_promise_that_moved_says_what_it_was_and_why(cast: Cast, sign_in: SignIn) -> None:
    report = ReportFactory(cast=cast)
    reports.prioritise(
        report.pk, priority="P3", reason="One user only", by=cast.rhea, at=clock.now()
    )
    words = words_of(sign_in(cast.lena).get(page_of(report)).text)
    assert re.search(r"was \w{3} .*, until it got another priority", words)
    assert "One user only" in words


def test_the_event_that_stopped_a_clock_is_named(cast: Cast, sign_in: SignIn) -> None:
    report = ReportFactory(cast=cast)
    reports.respond(report.pk, message="We look at it.", by=cast.rhea, at=clock.now())
    words = words_of(sign_in(cast.lena).get(page_of(report)).text)
    assert "First answer given" in words
    assert "It was stopped when Rhea wrote." in words


def test_a_promise_that_passed_stands_in_the_timeline(cast: Cast, sign_in: SignIn) -> None:
    long_ago = clock.now() - timedelta(days=30)
    report = ReportFactory(cast=cast, at=long_ago, source="demo")
    words = words_of(sign_in(cast.ines).get(page_of(report)).text)
    assert "The first answer was due" in words
    assert "The findings were due" in words


def test_notes_and_the_teams_own_figures_stay_inside(cast: Cast, sign_in: SignIn) -> None:
    report = a_report(cast, "closed")
    reports.note(report.pk, message="Smells of rounding", by=cast.ines, at=clock.now())
    inside = words_of(sign_in(cast.otto).get(page_of(report)).text)
    outside = words_of(sign_in(cast.lena).get(page_of(report)).text)
    for secret in ("Smells of rounding", "Knowledge", "0.5 h"):
        assert secret in inside
        assert secret not in outside
    assert "Use the rounded column." in outside


def test_the_timeline_names_people_by_their_names(cast: Cast, sign_in: SignIn) -> None:
    report = a_report(cast, "assigned")
    assert "Rhea assigned it to Ines" in words_of(sign_in(cast.lena).get(page_of(report)).text)


def test_a_report_that_became_a_bug_shows_it_to_the_team_and_its_promise_to_support(
    cast: Cast, sign_in: SignIn
) -> None:
    bug = a_bug(cast, "in_sprint")
    report = ProblemReport.objects.get(living__bug=bug)
    inside = words_of(sign_in(cast.otto).get(page_of(report)).text)
    outside = sign_in(cast.lena).get(page_of(report)).text
    assert "Rounding of totals" in inside
    assert "Rounding of totals" not in words_of(outside)
    assert f'href="/bugs/{bug.reference}/"' in outside
    assert f"Fixed in {bug.sprint.name}" in words_of(outside)


def test_duplicates_are_linked_only_as_far_as_the_reader_sees_them(
    cast: Cast, sign_in: SignIn
) -> None:
    original = ReportFactory(cast=cast, title="The first one", by=cast.paul)
    double = a_report(cast, "investigating", title="The same again")
    reports.classify(
        double.pk,
        outcome="duplicate",
        message="Known already.",
        hours=Decimal(0),
        duplicate_of=original.pk,
        by=cast.ines,
        at=clock.now(),
    )
    assert "The first one" in words_of(sign_in(cast.ines).get(page_of(double)).text)
    assert "The same again" in words_of(sign_in(cast.ines).get(page_of(original)).text)
    seen = words_of(sign_in(cast.lena).get(page_of(double)).text)
    assert "The first one" not in seen
    assert original.reference not in seen


@pytest.mark.parametrize("state", [str(s) for s in State])
@pytest.mark.parametrize("name", READERS)
def test_every_allowed_verb_has_its_button_and_no_other_has(
    cast: Cast, sign_in: SignIn, name: str, state: str
) -> None:
    report = a_report(cast, state)
    who = cast.everybody[name]
    html = sign_in(who).get(page_of(report)).text
    report.refresh_from_db()
    assert offered_by(html, report) == set(policy.allowed(viewer(who, clock.now()), report))


@pytest.mark.parametrize("state", [str(s) for s in State])
@pytest.mark.parametrize("name", READERS)
def test_at_most_one_verb_is_the_next_one(
    cast: Cast, sign_in: SignIn, name: str, state: str
) -> None:
    report = a_report(cast, state)
    html = sign_in(cast.everybody[name]).get(page_of(report)).text
    assert html.count("verb--next") <= 1


@pytest.mark.parametrize(
    ("name", "state", "label"),
    [
        ("rhea", "to_be_investigated", "Assign"),
        ("ines", "assigned", "Start"),
        ("ines", "investigating", "Classify"),
        ("lena", "waiting", "Answer"),
        ("lena", "returned", "Resubmit"),
    ],
)
def test_the_next_verb_is_the_one_that_the_reader_can_do(
    cast: Cast, sign_in: SignIn, name: str, state: str, label: str
) -> None:
    html = sign_in(cast.everybody[name]).get(page_of(a_report(cast, state))).text
    found = re.search(r'verb--next"[^>]*>(\w+)', html)
    assert found
    assert found[1] == label


def test_a_developer_below_the_limit_takes_what_was_prioritised(
    cast: Cast, sign_in: SignIn
) -> None:
    report = ReportFactory(cast=cast)
    reports.prioritise(report.pk, priority="P2", by=cast.rhea, at=clock.now())
    html = sign_in(cast.ines).get(page_of(report)).text
    found = re.search(r'verb--next"[^>]*>(\w+)', html)
    assert found
    assert found[1] == "Take"


def test_the_assign_list_says_one_honest_line_about_each_developer(
    cast: Cast, sign_in: SignIn
) -> None:
    a_report(cast, "assigned")
    words = words_of(sign_in(cast.rhea).get(page_of(ReportFactory(cast=cast))).text)
    assert "Ines Expert for Invoicing, 1 of 1 open" in words
    assert "Otto 0 of 1 open, on call" in words


def test_the_assign_list_says_how_often_somebody_worked_in_the_area(
    cast: Cast, sign_in: SignIn
) -> None:
    a_report(cast, "closed", product_area="payments")
    report = ReportFactory(cast=cast, product_area="payments")
    words = words_of(sign_in(cast.rhea).get(page_of(report)).text)
    assert "Ines Knows Payments (1 report), 0 of 1 open" in words


def test_what_one_watches_already_is_not_offered_again(cast: Cast, sign_in: SignIn) -> None:
    report = ReportFactory(cast=cast)
    reports.watch(report.pk, by=cast.lena, at=clock.now())
    assert "watch" not in offered_by(sign_in(cast.lena).get(page_of(report)).text, report)


def test_a_long_history_shows_its_newest_part_and_a_way_to_the_rest(
    cast: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("problem_reports.web.told.NEWEST", 3)
    report = ReportFactory(cast=cast)
    for number in range(5):
        reports.respond(report.pk, message=f"Word {number}", by=cast.rhea, at=clock.now())
    lena = sign_in(cast.lena)
    short = words_of(lena.get(page_of(report)).text)
    assert "3 earlier" in short
    assert "Word 0" not in short
    assert "Word 4" in short
    assert "Word 0" in words_of(lena.get(page_of(report), {"history": "all"}).text)


def test_the_exact_moment_and_zone_stand_behind_every_time(cast: Cast, sign_in: SignIn) -> None:
    html = sign_in(cast.lena).get(page_of(ReportFactory(cast=cast))).text
    assert re.search(r'data-exact="\w+ \d+ \w+ \d{4}, \d\d:\d\d CES?T"', html)


@pytest.mark.parametrize(
    "name", ["PR-999999", "PR-0", "BUG-1", "nonsense", "PR-9223372036854775808"]
)
def test_a_name_of_nothing_is_404(cast: Cast, sign_in: SignIn, name: str) -> None:
    assert sign_in(cast.rhea).get(f"/problem-reports/{name}/").status_code == 404


def test_who_is_not_signed_in_is_asked_to_and_led_back(cast: Cast) -> None:
    report = ReportFactory(cast=cast)
    answer = Client().get(page_of(report))
    assert answer["Location"] == f"/accounts/login/?next={page_of(report)}"


def test_the_page_asks_no_more_with_a_longer_history(cast: Cast, sign_in: SignIn) -> None:
    report = a_report(cast, "investigating")
    ines = sign_in(cast.ines)

    def say() -> Any:
        reports.respond(report.pk, message="We look at it.", by=cast.ines, at=clock.now())
        reports.join(report.pk, customer=f"C{clock.now()}", by=cast.lena, at=clock.now())

    budgets.holds("GET /problem-reports/PR-1/", lambda: ines.get(page_of(report)), grow=say)


def test_the_pane_and_the_release_managers_page_have_budgets(cast: Cast, sign_in: SignIn) -> None:
    report = ReportFactory(cast=cast)
    rhea = sign_in(cast.rhea)
    budgets.holds("GET /problem-reports/PR-1/ (to assign)", lambda: rhea.get(page_of(report)))
    budgets.holds("GET /problem-reports/PR-1/pane/", lambda: rhea.get(page_of(report, "pane")))
