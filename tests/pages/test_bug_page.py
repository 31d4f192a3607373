"""A bug's page and its verbs, the price before the click, and what readers outside may know."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from bugs import services as bugs
from bugs.models import Bug
from foundation import clock
from problem_reports import services as reports
from sprints import services as sprints
from sprints.models import Overdraft
from tests import budgets
from tests.cast import Cast
from tests.factories import a_bug, a_report, a_running_sprint, a_sprint
from tests.pages.conftest import SignIn


@pytest.fixture
def rhea(cast: Cast, sign_in: SignIn) -> Client:
    return sign_in(cast.rhea)


@pytest.fixture
def ines(cast: Cast, sign_in: SignIn) -> Client:
    return sign_in(cast.ines)


def url(bug: Bug, verb: str = "") -> str:
    return f"/bugs/{bug.reference}/{verb}/" if verb else f"/bugs/{bug.reference}/"


def estimated(cast: Cast, points: int, priority: str = "P1", **fields: Any) -> Bug:
    bug = a_bug(cast, priority=priority, **fields)
    return bugs.estimate(bug.pk, points=Decimal(points), by=cast.ines, at=clock.now())


def planned_in(cast: Cast, points: int) -> Bug:
    """A planned bug of the running sprint that nobody has started."""
    sprint = a_sprint(cast, starts_on=cast.today - timedelta(days=1))
    bug = estimated(cast, points, "P2")
    bugs.schedule(bug.pk, sprint_id=sprint.pk, by=cast.rhea, at=clock.now())
    sprints.start(sprint.pk, by=cast.pia, at=clock.now())
    return Bug.objects.get(pk=bug.pk)


# --- The price before the click --------------------------------------------------------------------


def test_the_price_is_shown_before_the_click(cast: Cast, rhea: Client) -> None:
    a_running_sprint(cast, reserve=10)
    bug = estimated(cast, 3)
    assert "takes 3 of the 10 points left in the reserve" in rhea.get(url(bug)).text


def test_a_p1_beyond_the_reserve_is_shown_what_could_leave(cast: Cast, rhea: Client) -> None:
    leaving = planned_in(cast, 5)
    bug = estimated(cast, 12)
    page = rhea.get(url(bug)).text
    assert "takes 12 points, the reserve has 10 left" in page
    assert "2 too few: choose planned work that leaves." in page
    assert f"{leaving.reference} Rounding of totals (frees 5)" in page
    assert f"Least value lost: {leaving.reference} Rounding of totals (5 points)" in page


def test_a_p1_that_nothing_can_cover_is_told_whom_to_ask(cast: Cast, rhea: Client) -> None:
    a_running_sprint(cast, reserve=2)
    page = rhea.get(url(estimated(cast, 12))).text
    assert "Ask the product owner to accept the risk, or schedule it." in page


def test_a_p0_beyond_the_reserve_is_shown_its_overdraft(cast: Cast, rhea: Client) -> None:
    a_running_sprint(cast, reserve=2)
    page = rhea.get(url(estimated(cast, 12, "P0"))).text
    assert "the overdraft of 10 is written down by name" in page


def test_a_p2_has_no_button_to_inject_and_is_refused_with_the_reason(
    cast: Cast, rhea: Client
) -> None:
    sprint = a_running_sprint(cast)
    bug = estimated(cast, 3, "P2")
    assert "/inject/" not in rhea.get(url(bug)).text
    typed = {"sprint": sprint.reference, "points": "3", "reason": "Bites"}
    sent = rhea.post(url(bug, "inject"), typed)
    assert sent.status_code == 422
    assert "for P0 and P1 only; this is P2" in sent.text


def test_while_no_sprint_runs_the_work_starts_and_the_next_one_pays(
    cast: Cast, rhea: Client
) -> None:
    bug = estimated(cast, 3)
    assert (
        "no sprint of Billing runs: work starts, and the next sprint pays"
        in rhea.get(url(bug)).text
    )
    sent = rhea.post(url(bug, "inject"), {"points": "3", "reason": "Bites"}, follow=True)
    assert "Being worked on now" in sent.text
    a_running_sprint(cast)
    assert Bug.objects.get(pk=bug.pk).sprint == a_running_sprint(cast)
    assert a_running_sprint(cast).held == 3


def test_whoever_types_another_price_reads_at_once_what_it_means(cast: Cast, rhea: Client) -> None:
    leaving = planned_in(cast, 5)
    bug = estimated(cast, 3)
    page = rhea.get(url(bug)).text
    assert f'hx-get="{url(bug, "price")}"' in page
    assert "takes 3 of the 10 points left in the reserve" in page
    answer = rhea.get(url(bug, "price"), {"points": "12"}).text
    assert "takes 12 points, the reserve has 10 left" in answer
    assert f"Least value lost: {leaving.reference} Rounding of totals (5 points)" in answer
    for half_typed in ("", "1e", "-3", "0", "99999999999"):
        answer = rhea.get(url(bug, "price"), {"points": half_typed}).text
        assert "takes 3 of the 10 points left" in answer, half_typed
    assert rhea.get(url(estimated(cast, 3, "P2"), "price")).status_code == 404


def test_a_refused_injection_keeps_the_price_at_what_was_typed(cast: Cast, rhea: Client) -> None:
    sprint = a_running_sprint(cast, reserve=10)
    bug = estimated(cast, 3)
    typed = {"sprint": sprint.reference, "points": "12", "reason": ""}
    sent = rhea.post(url(bug, "inject"), typed)
    assert sent.status_code == 400
    assert "takes 12 points, the reserve has 10 left" in sent.text


# --- The verbs -------------------------------------------------------------------------------------


def test_inject_brings_it_into_the_sprint_and_shows_it_in_the_timeline(
    cast: Cast, rhea: Client
) -> None:
    sprint = a_running_sprint(cast)
    bug = estimated(cast, 3)
    typed = {"sprint": sprint.reference, "points": "3", "reason": "Invoices are wrong"}
    page = rhea.post(url(bug, "inject"), typed, follow=True).text
    bug.refresh_from_db()
    assert (bug.state, bug.sprint_id, bug.injected_at_price) == ("in_sprint", sprint.pk, 3)
    assert "Invoices are wrong" in page
    assert f'injected it into <a class="ref" href="/sprints/{sprint.reference}/">' in page


def test_inject_with_what_leaves_makes_room(cast: Cast, rhea: Client) -> None:
    leaving = planned_in(cast, 5)
    bug = estimated(cast, 12)
    sprint = a_running_sprint(cast)
    typed = {
        "sprint": sprint.reference,
        "points": "12",
        "reason": "Bites",
        "leaves": leaving.reference,
    }
    assert rhea.post(url(bug, "inject"), typed).status_code == 302
    overdraft = Overdraft.objects.get(bug=bug.pk)
    assert (overdraft.left, overdraft.leaving.get().bug) == (2, leaving.pk)
    assert Bug.objects.get(pk=leaving.pk).state == "in_sprint", "the product owner is asked first"


def test_hours_are_logged_in_two_clicks(cast: Cast, rhea: Client) -> None:
    bug = a_bug(cast, "in_progress", points=3)
    assert f"{url(bug)}log-work/" in rhea.get(url(bug)).text
    sent = rhea.post(url(bug, "log-work"), {"hours": "1.5"}, follow=True)
    assert "The hours on" in sent.text
    assert a_running_sprint(cast).spent == Decimal("0.25")
    wrong = rhea.post(url(bug, "log-work"), {"hours": "25", "note": "All day"})
    assert wrong.status_code == 400
    assert "All day" in wrong.text


def test_a_reserve_that_is_too_small_is_said_with_422_and_keeps_what_was_typed(
    cast: Cast, rhea: Client
) -> None:
    sprint = a_running_sprint(cast, reserve=2)
    bug = estimated(cast, 12)
    typed = {"sprint": sprint.reference, "points": "12", "reason": "Month-end closes tomorrow"}
    answer = rhea.post(url(bug, "inject"), typed)
    assert answer.status_code == 422
    assert "The reserve has 2 points left" in answer.text
    assert "Month-end closes tomorrow" in answer.text
    assert Bug.objects.get(pk=bug.pk).state == "to_be_scheduled"


def test_the_same_injection_sent_twice_draws_once(cast: Cast, rhea: Client) -> None:
    sprint = a_running_sprint(cast, reserve=10)
    bug = estimated(cast, 3)
    typed = {
        "sprint": sprint.reference,
        "points": "3",
        "reason": "Bites",
        "idempotency_key": "one",
    }
    assert rhea.post(url(bug, "inject"), typed).status_code == 302
    assert rhea.post(url(bug, "inject"), typed).status_code in (302, 409)
    sprint.refresh_from_db()
    assert sprint.held == 3


def test_schedule_offers_the_coming_sprints_with_what_they_hold(cast: Cast, rhea: Client) -> None:
    sprint = a_sprint(cast, reserve=10, capacity=40)
    other = estimated(cast, 5, "P2")
    bugs.schedule(other.pk, sprint_id=sprint.pk, by=cast.rhea, at=clock.now())
    bug = estimated(cast, 3, "P2")
    assert "5 of 30 points taken by bugs" in rhea.get(url(bug)).text
    rhea.post(url(bug, "schedule"), {"sprint": sprint.reference})
    bug.refresh_from_db()
    assert (bug.state, bug.sprint_id) == ("scheduled", sprint.pk)


def test_schedule_waits_for_the_estimate_and_says_so(cast: Cast, rhea: Client) -> None:
    a_sprint(cast)
    bug = a_bug(cast, priority="P2")
    page = rhea.get(url(bug)).text
    assert "the developers&#x27; estimate comes first" in page
    assert "/schedule/" not in page
    assert rhea.post(url(bug, "schedule"), {"sprint": "SP-1"}).status_code == 422


def test_postpone_keeps_the_date_and_refuses_one_that_has_passed(cast: Cast, rhea: Client) -> None:
    bug = a_bug(cast)
    past = rhea.post(url(bug, "postpone"), {"until": "2020-01-01", "reason": "Rare"})
    assert past.status_code == 422
    assert "Rare" in past.text
    later = (cast.now + timedelta(days=40)).date()
    rhea.post(url(bug, "postpone"), {"until": later.isoformat(), "reason": "Rare"})
    bug.refresh_from_db()
    assert (bug.state, bug.review_on) == ("postponed", later)


def test_decline_asks_for_the_reason_that_reporters_read(cast: Cast, rhea: Client) -> None:
    bug = a_bug(cast)
    assert rhea.post(url(bug, "decline"), {"reason": " "}).status_code == 400
    rhea.post(url(bug, "decline"), {"reason": "By design"})
    assert Bug.objects.get(pk=bug.pk).state == "declined"


def test_a_developer_estimates_starts_and_fixes_and_another_verifies(
    cast: Cast, ines: Client, sign_in: SignIn
) -> None:
    bug = a_bug(cast, "in_sprint")
    ines.post(url(bug, "estimate"), {"points": "2.5"})
    ines.post(url(bug, "start"))
    empty = ines.post(url(bug, "fix"), {"links": ""})
    assert empty.status_code == 400
    wrong = ines.post(url(bug, "fix"), {"links": "javascript:alert(1)"})
    assert wrong.status_code == 400
    assert "is not a web address" in wrong.text
    links = "https://git.example.org/billing/pull/9\nhttps://git.example.org/billing/commit/1a"
    page = ines.post(url(bug, "fix"), {"links": links}, follow=True).text
    assert 'href="https://git.example.org/billing/pull/9"' in page
    assert "/verify/" not in page
    assert ines.post(url(bug, "verify")).status_code == 403
    otto = sign_in(cast.otto)
    assert "/verify/" in otto.get(url(bug)).text
    otto.post(url(bug, "verify"))
    bug.refresh_from_db()
    assert (bug.state, bug.estimate) == ("verified", Decimal("2.5"))


def test_a_fixed_bug_that_comes_back_is_reopened_with_what_was_seen(
    cast: Cast, ines: Client
) -> None:
    bug = a_bug(cast, "verified")
    page = ines.post(url(bug, "reopen"), {"reason": "Invoice 9 again"}, follow=True).text
    assert "Invoice 9 again" in page
    assert Bug.objects.get(pk=bug.pk).state == "to_be_scheduled"


def test_prioritise_changes_the_priority(cast: Cast, rhea: Client) -> None:
    bug = a_bug(cast)
    rhea.post(url(bug, "prioritise"), {"priority": "P3", "reason": "One customer"})
    assert Bug.objects.get(pk=bug.pk).priority == "P3"


def test_a_form_based_on_an_older_page_is_refused_with_412_and_keeps_the_words(
    cast: Cast, rhea: Client
) -> None:
    bug = a_bug(cast)
    before = bug.version
    bugs.estimate(bug.pk, points=Decimal(1), by=cast.ines, at=clock.now())
    answer = rhea.post(url(bug, "decline"), {"reason": "By design", "version": before})
    assert answer.status_code == 412
    assert "By design" in answer.text
    again = re.search(r'name="version" value="(\d+)"', answer.text)
    assert again
    typed = {"reason": "By design", "version": again[1]}
    assert rhea.post(url(bug, "decline"), typed).status_code == 302


def test_a_verb_of_another_state_is_refused_with_409(cast: Cast, rhea: Client) -> None:
    bug = a_bug(cast, "verified")
    answer = rhea.post(url(bug, "decline"), {"reason": "Late"})
    assert answer.status_code == 409
    assert "not possible from there" in answer.text


def test_who_may_not_is_told_why_with_403(cast: Cast, ines: Client) -> None:
    bug = a_bug(cast)
    assert "/decline/" not in ines.get(url(bug)).text
    answer = ines.post(url(bug, "decline"), {"reason": "No"})
    assert answer.status_code == 403
    assert "Only the release manager of Billing decides this." in answer.text


def test_the_address_of_a_verb_opened_by_hand_leads_to_the_bug(cast: Cast, rhea: Client) -> None:
    bug = a_bug(cast)
    assert rhea.get(url(bug, "inject"))["Location"] == url(bug)


@pytest.mark.parametrize("points", ["0", "-1", "1e9", "NaN", "1.234", "x" * 50, "9" * 30])
def test_points_that_make_no_sense_are_refused(cast: Cast, ines: Client, points: str) -> None:
    bug = a_bug(cast)
    assert ines.post(url(bug, "estimate"), {"points": points}).status_code == 400
    assert Bug.objects.get(pk=bug.pk).estimate is None


# --- What it answers, and who may look inside -------------------------------------------------------


def test_reports_and_customers_are_counted_through_duplicates(cast: Cast, rhea: Client) -> None:
    bug = a_bug(cast, customer="Acme")
    original = bug.classifications.get().report
    copy = a_report(cast, "investigating", customer="Bolt")
    reports.classify(
        copy.pk,
        outcome="duplicate",
        duplicate_of=original.pk,
        message="Known.",
        cause="code",
        hours=Decimal(0),
        by=cast.ines,
        at=clock.now(),
    )
    page = rhea.get(url(bug)).text
    assert "2 customers, 2 reports" in page
    assert f'href="/problem-reports/{copy.reference}/"' in page


def test_a_reporter_sees_reference_state_and_promise_only(cast: Cast, sign_in: SignIn) -> None:
    bug = a_bug(cast, "fixed", points=7)
    page = sign_in(cast.lena).get(url(bug)).text
    main = page.split("<main", 1)[1].split("</main>")[0]
    assert bug.reference in main
    assert "Fixed; somebody checks it now" in main
    for secret in (
        bug.title,
        "git.example.org",
        "points",
        "Bites",
        "P1",
        bug.how_confirmed,
        "Ines",
    ):
        assert secret not in main


def test_a_reporter_sees_the_same_in_the_list(cast: Cast, sign_in: SignIn) -> None:
    bug = a_bug(cast, "scheduled", points=13)
    lena = sign_in(cast.lena)
    page = lena.get("/bugs/").text
    main = page.split("<main", 1)[1]
    assert bug.reference in main
    assert bug.title not in main
    assert 'name="priority"' not in main


def test_a_bug_that_one_may_not_see_is_not_there(cast: Cast, sign_in: SignIn) -> None:
    bug = a_bug(cast)
    for stranger in (cast.paul, cast.sami, cast.stranger):
        browser = sign_in(stranger)
        assert browser.get(url(bug)).status_code == 404
        assert browser.post(url(bug, "decline"), {"reason": "x"}).status_code == 404
        assert bug.reference not in browser.get("/bugs/").text.split("<main", 1)[1]


@pytest.mark.parametrize("name", ["BUG-0", "BUG-999999999999999999", "PR-1", "7", "BUG-١"])
def test_a_reference_that_names_no_bug_is_not_there(cast: Cast, rhea: Client, name: str) -> None:
    assert rhea.get(f"/bugs/{name}/").status_code == 404


def test_the_list_keeps_what_the_filters_choose(cast: Cast, rhea: Client) -> None:
    p1, p3 = a_bug(cast, priority="P1"), a_bug(cast, "postponed", priority="P3")
    done = a_bug(cast, "declined", priority="P3")

    def shown(query: str) -> set[str]:
        return set(re.findall(r'id="row-(BUG-\d+)"', rhea.get(f"/bugs/?{query}").text))

    assert shown("") == {p1.reference, p3.reference}
    assert shown("show=done") == {done.reference}
    assert shown("priority=P3&show=all") == {p3.reference, done.reference}
    assert shown("state=postponed") == {p3.reference}
    assert shown("team=platform") == set()
    assert shown("product_area=invoicing&priority=P1") == {p1.reference}
    assert shown("priority=P9&after=abc&show=x") == {p1.reference, p3.reference}


# --- Queries ----------------------------------------------------------------------------------------


def test_the_list_takes_as_many_queries_for_40_rows_as_for_20(cast: Cast, rhea: Client) -> None:
    def grow() -> None:
        a_bug(cast, "scheduled", customer="Acme")

    budgets.holds("page bugs", lambda: rhea.get("/bugs/"), grow=grow)


def test_a_bug_takes_as_many_queries_with_40_reports_and_planned_bugs_as_with_20(
    cast: Cast, rhea: Client
) -> None:
    bug = estimated(cast, 3)
    a_running_sprint(cast)

    def grow() -> None:
        report = a_report(cast, "investigating", customer="Acme")
        reports.classify(
            report.pk,
            outcome="bug",
            existing_bug=bug.pk,
            message="Known.",
            cause="code",
            hours=Decimal(0),
            by=cast.ines,
            at=clock.now(),
        )

    budgets.holds("page bug", lambda: rhea.get(url(bug)), grow=grow)


def test_a_refuted_bug_says_why_on_top(cast: Cast, ines: Client) -> None:
    bug = a_bug(cast, "in_progress")
    page = ines.get(url(bug)).content.decode()
    assert "It is no defect" in page
    said = {"reason": "It rounds as the contract says.", "version": bug.version}
    page = ines.post(url(bug, "refute"), said, follow=True).content.decode()
    assert f"{bug.reference} is refuted; its reports are investigated again." in page
    (sheet,) = re.findall(r'id="refuted-head".*?</section>', page, re.DOTALL)
    assert "It rounds as the contract says." in sheet
    assert "Ines" in sheet


def test_without_a_reason_it_is_not_refuted_and_the_form_stays_open(
    cast: Cast, ines: Client
) -> None:
    bug = a_bug(cast)
    answer = ines.post(url(bug, "refute"), {"reason": "", "version": bug.version})
    assert answer.status_code == 400
    assert Bug.objects.get(pk=bug.pk).state == "to_be_scheduled"
