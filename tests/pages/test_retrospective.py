"""The retrospective: what came in, what it took, why work is carried, and whether the last try helped (SPR-11)."""

from datetime import timedelta

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bugs import services as bugs
from bugs.models import Loan
from foundation import clock
from problem_reports.clocks import sweep
from sprints import services
from sprints.models import Improvement, Sprint
from tests.bugs.acts import a_loan
from tests.cast import Cast
from tests.clocks.test_sweep import near
from tests.factories import a_bug, a_report, a_running_sprint, a_sprint, closed
from tests.pages.conftest import SignIn
from tests.pages.test_sprint_page import plain, url


def over(cast: Cast) -> Sprint:
    return closed(cast, a_running_sprint(cast))


def page_of(browser: Client, sprint: Sprint) -> str:
    return plain(browser.get(url(sprint, "retrospective")).text.split("<main", 1)[1])


def test_it_tells_injections_reserve_overdrafts_and_what_is_carried(
    cast: Cast, sign_in: SignIn
) -> None:
    sprint = a_running_sprint(cast, reserve=2)
    bug = a_bug(cast, "in_progress", priority="P0", points=5)
    closed(cast, sprint, goal_met=False)
    page = page_of(sign_in(cast.ines), sprint)
    assert "The goal was not met." in page
    assert f"{bug.reference} {bug.title} 5 points" in page
    assert f"{bug.reference} {bug.title} 3 points not answered" in page
    assert f"{bug.reference} 5 points : It took longer" in page.replace("points:", "points :")


def test_the_team_writes_down_what_it_tries_and_says_later_whether_it_helped(
    cast: Cast, sign_in: SignIn
) -> None:
    first, ines = over(cast), sign_in(cast.ines)
    ines.post(url(first, "retrospective"), {"text": "Pair on invoices"})
    assert "Pair on invoices" in page_of(ines, first).split("tries next")[1]
    second = closed(cast, services.start(a_sprint(cast).pk, by=cast.pia, at=clock.now()))
    assert "Pair on invoices" in page_of(ines, second)
    tried = Improvement.objects.get()
    asked = f"{url(second, 'retrospective')}{tried.pk}/"
    assert ines.post(asked, {"helped": "perhaps"}).status_code == 400
    assert ines.post(asked, {"helped": "yes", "version": "7"}).status_code == 412
    ines.post(asked, {"helped": "yes", "version": "1"})
    assert "It helped" in page_of(ines, second)
    assert ines.post(asked, {"helped": "no"}).status_code == 409


def test_an_empty_try_is_refused_beside_its_field(cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in(cast.ines).post(url(over(cast), "retrospective"), {"text": " "})
    assert answer.status_code == 400
    assert "This field is required" in answer.text


def test_before_the_end_it_leads_to_the_sprint(cast: Cast, sign_in: SignIn) -> None:
    sprint, ines = a_running_sprint(cast), sign_in(cast.ines)
    assert ines.get(url(sprint, "retrospective"))["Location"] == url(sprint)
    assert ines.post(url(sprint, "retrospective"), {"text": "Pair"}).status_code == 409


def test_the_page_of_a_sprint_that_is_over_leads_there(cast: Cast, sign_in: SignIn) -> None:
    sprint = over(cast)
    assert url(sprint, "retrospective") in sign_in(cast.ines).get(url(sprint)).text


def test_it_takes_as_many_queries_however_much_was_tried(cast: Cast, sign_in: SignIn) -> None:
    sprint, ines = over(cast), sign_in(cast.ines)
    later = closed(cast, services.start(a_sprint(cast).pk, by=cast.pia, at=clock.now()))
    address = url(later, "retrospective")
    for _ in range(2):
        services.add_improvement(sprint.pk, text="Pair", by=cast.ines, at=clock.now())
    with CaptureQueriesContext(connection) as few:
        ines.get(address)
    for _ in range(4):
        services.add_improvement(sprint.pk, text="Pair", by=cast.ines, at=clock.now())
    with CaptureQueriesContext(connection) as many:
        ines.get(address)
    assert len(many) == len(few)


def test_it_tells_which_promises_passed_and_what_became_of_loans(
    cast: Cast, sign_in: SignIn
) -> None:
    sprint = a_running_sprint(cast)
    report = a_report(cast)
    past = clock.now() - timedelta(minutes=2)
    near(report, warn_at=past, due_at=past, escalate_at=past + timedelta(days=1))
    sweep.sweep()
    kept, owed = a_loan(cast, a_bug(cast), finished=True), a_loan(cast, a_bug(cast))
    bugs.repay(kept.bug_id, loan=kept.pk, by=cast.ines, at=clock.now())
    closed(cast, sprint)
    page = page_of(sign_in(cast.ines), sprint)
    assert f"{report.reference} {report.title} first answer late" in page
    assert f"{kept.bug.reference} {kept.bug.title} code workaround repaid on" in page
    assert f"{owed.bug.reference} {owed.bug.title} code workaround open, due on" in page


def test_a_sprint_that_ends_late_ends_on_the_day_of_its_team(cast: Cast, sign_in: SignIn) -> None:
    sprint, loan = a_running_sprint(cast), a_loan(cast, a_bug(cast), finished=True)
    bugs.repay(loan.bug_id, loan=loan.pk, by=cast.ines, at=clock.now())
    closed(cast, sprint)
    late = (clock.now() + timedelta(days=1)).replace(
        hour=23, minute=30
    )  # past midnight in Brussels
    Sprint.objects.filter(pk=sprint.pk).update(ended_at=late)
    Loan.objects.filter(pk=loan.pk).update(ended_on=late.date() + timedelta(days=1))
    assert f"{loan.bug.reference} {loan.bug.title} code workaround repaid on" in page_of(
        sign_in(cast.ines), sprint
    )


def test_it_says_so_when_every_promise_was_kept(cast: Cast, sign_in: SignIn) -> None:
    page = page_of(sign_in(cast.ines), over(cast))
    assert "Every promise was kept." in page
    assert "No loan was taken, due or settled." in page
