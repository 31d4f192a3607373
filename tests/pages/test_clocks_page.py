"""The page that explains the deadlines of a report, and how a clock that stands still is drawn."""

from datetime import datetime, timedelta

import pytest

from problem_reports import services
from problem_reports.models import ProblemReport, Timer
from tests import budgets
from tests.cast import Cast
from tests.clocks.test_explained import TOLD, clocks, filed, local, then
from tests.factories import a_report
from tests.pages.conftest import SignIn
from tests.problem_reports.acts import perform

__all__ = ["then"]


def page_of(report: ProblemReport) -> str:
    return f"/problem-reports/{report.reference}/clocks/"


def test_it_says_the_target_whose_hours_and_under_which_policy(then: Cast, sign_in: SignIn) -> None:
    report = filed(then, "P2", "03-05 10:00")
    page = sign_in(then.lena).get(page_of(report)).text
    assert (
        "A P2 has 8 h until its first answer, in the working time of Office, version 1, "
        "published 20 Mar 2025 (policy version 1 of Billing, published 20 Mar 2025)."
    ) in page
    assert "It was filed Wed 5 Mar 10:00." in page


def test_a_person_sees_lunch_the_holiday_and_the_weekend(then: Cast, sign_in: SignIn) -> None:
    report = filed(then, "P3", "03-05 11:00")
    page = sign_in(then.lena).get(page_of(report)).text
    for when, what, used in (
        ("Wed 5 Mar 12:30 – 13:30", "Lunch", "1 h 30"),
        ("Thu 6 Mar 00:00 – 24:00", "Carnival", "6 h"),
        ("Fri 7 Mar 18:00 – Mon 10 Mar 09:00", "Weekend", "14 h"),
        ("Mon 10 Mar 09:00 – 11:00", "Open hours", "16 h"),
    ):
        row = f"<td>{when}</td><td>{what}</td>"
        assert row in page
        assert f'"number">{used}<svg' in page.split(row)[1].split("</tr>")[0]


def test_another_priority_is_said_and_the_earlier_deadline_is_folded_away(
    then: Cast, sign_in: SignIn
) -> None:
    report = filed(then, "P2", "03-10 10:00")
    act = {"by": then.rhea, "at": local("03-10 11:00"), **TOLD}
    services.prioritise(report.pk, priority="P1", reason="Invoices", **act)
    page = sign_in(then.lena).get(page_of(report)).text
    assert "Since Mon 10 Mar 11:00 it is P1, it was P2 before." in page
    assert "It still counts from Mon 10 Mar 10:00" in page
    assert "Before: Due Tue 11 Mar 10:00, replaced Mon 10 Mar 11:00" in page


def test_a_pause_says_what_it_took_and_who_ended_the_clock(then: Cast, sign_in: SignIn) -> None:
    report = filed(then, "P1", "03-10 09:00")
    perform("assign", then, report, at=local("03-10 10:00"), **TOLD)
    perform("start", then, report, at=local("03-10 10:00"), **TOLD)
    perform("ask", then, report, at=local("03-10 11:00"), **TOLD)
    perform("answer", then, report, at=local("03-10 14:30"), **TOLD)
    perform("classify", then, report, at=local("03-10 15:00"), **TOLD)
    page = sign_in(then.lena).get(page_of(report)).text
    assert '<td>Waiting on the reporter</td><td class="number">1 h 30 paused</td>' in page
    assert "Rhea asked Mon 10 Mar 11:00: in time." in page
    assert "Rhea classified it as how to Mon 10 Mar 15:00: in time." in page


def test_a_late_answer_is_said_with_the_working_time_that_it_was_late(
    then: Cast, sign_in: SignIn
) -> None:
    report = filed(then, "P1", "03-10 09:00")
    at = local("03-11 10:00")
    services.respond(report.pk, message="We look.", by=then.rhea, at=at, **TOLD)
    page = sign_in(then.lena).get(page_of(report)).text
    assert "Rhea wrote Tue 11 Mar 10:00: 5 h late, in the time that counts." in page


def test_a_report_that_opens_again_says_from_when_it_counts(then: Cast, sign_in: SignIn) -> None:
    report = filed(then, "P1", "03-10 09:00")
    perform("classify", then, report, at=local("03-10 10:00"), **TOLD)
    perform("dispute", then, report, at=local("03-12 09:00"), **TOLD)
    page = sign_in(then.lena).get(page_of(report)).text
    assert "The classification was disputed Wed 12 Mar 09:00: it counts anew from there." in page


def test_a_paused_clock_says_what_is_left_and_when_it_goes_on(cast: Cast, sign_in: SignIn) -> None:
    report = a_report(cast, "waiting")
    page = sign_in(cast.lena).get(page_of(report)).text
    assert "Paused since" in page
    assert "it goes on when the reporter answers." in page
    snoozed = a_report(cast, "snoozed")
    assert "it goes on when it wakes, " in sign_in(cast.lena).get(page_of(snoozed)).text


def test_l1_reads_the_two_promises_and_the_delivery_team_every_clock(
    cast: Cast, sign_in: SignIn
) -> None:
    report = a_report(cast, "waiting")
    outside = sign_in(cast.lena).get(page_of(report)).text
    inside = sign_in(cast.ines).get(page_of(report)).text
    for heading in ("First answer", "Investigated"):
        assert f">{heading}</h2>" in outside
        assert f">{heading}</h2>" in inside
    for heading in ("Next update", "Timebox of the investigation", "Answer to the question"):
        assert f">{heading}</h2>" not in outside
        assert f">{heading}</h2>" in inside


def test_every_promise_on_the_report_page_leads_to_its_explanation(
    cast: Cast, sign_in: SignIn
) -> None:
    report = a_report(cast)
    page = sign_in(cast.lena).get(f"/problem-reports/{report.reference}/").text
    for kind in ("first_response", "classification"):
        assert f'<a href="{page_of(report)}#{kind}">' in page
        assert f'id="{kind}"' in sign_in(cast.lena).get(page_of(report)).text


def test_it_takes_as_many_queries_for_many_epochs_as_for_few(cast: Cast, sign_in: SignIn) -> None:
    report = a_report(cast, "waiting")
    lena = sign_in(cast.lena)
    priorities = iter(["P0", "P1", "P2", "P3"] * 20)

    def grow() -> None:
        perform("prioritise", cast, report, priority=next(priorities))

    budgets.holds("GET /problem-reports/PR-1/clocks/", lambda: lena.get(page_of(report)), grow=grow)


# --- Drawn as paused ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        ("waiting", "paused: waiting on the reporter"),
        ("returned", "paused: waiting on the reporter"),
        ("snoozed", "paused: snoozed"),
    ],
)
def test_a_clock_that_stands_still_is_hatched_with_its_reason(
    cast: Cast, sign_in: SignIn, state: str, reason: str
) -> None:
    report = a_report(cast, state)
    if state == "snoozed":
        # Until the first answer is given, that one is the next, and nothing pauses it.
        perform("respond", cast, report)
    rhea = sign_in(cast.rhea)
    for address in (f"/problem-reports/{report.reference}/", "/problem-reports/"):
        page = rhea.get(address).text
        drawn = page.split("promise--paused")[1].split("</li>")[0]
        assert reason in drawn


def test_a_clock_that_waits_on_a_third_party_names_it(cast: Cast, sign_in: SignIn) -> None:
    report = a_report(cast, "investigating")
    perform("ask", cast, report, third_party="Acme Bank")
    page = sign_in(cast.lena).get(f"/problem-reports/{report.reference}/").text
    assert "paused: waiting on Acme Bank" in page


def test_a_paused_clock_does_not_become_late_while_it_waits(cast: Cast, sign_in: SignIn) -> None:
    report = a_report(cast, "waiting")
    long_ago = cast.now - timedelta(days=9)
    told = {"warn_at": long_ago, "due_at": long_ago + timedelta(days=8)}
    since = long_ago + timedelta(days=1)
    Timer.objects.filter(report=report, kind="classification").update(paused_since=since, **told)
    page = sign_in(cast.lena).get(f"/problem-reports/{report.reference}/").text
    assert "paused: waiting on the reporter" in page
    assert "Investigation was due" not in page


def test_the_delivery_team_reads_what_else_runs_and_l1_does_not(
    cast: Cast, sign_in: SignIn
) -> None:
    report = a_report(cast, "investigating")
    perform("respond", cast, report)
    address = f"/problem-reports/{report.reference}/"
    inside = sign_in(cast.ines).get(address).text
    assert "Clocks of the team" in inside
    for name in ("Next update", "Timebox"):
        assert f"<dt>{name}</dt>" in inside
    assert "Clocks of the team" not in sign_in(cast.lena).get(address).text


# --- In the history -----------------------------------------------------------------------------


def test_a_breach_stands_in_the_history_at_the_moment_that_was_due_once(
    then: Cast, sign_in: SignIn
) -> None:
    report = filed(then, "P1", "03-10 09:00")
    at = local("03-11 10:00")
    services.respond(report.pk, message="We look.", by=then.rhea, at=at, **TOLD)
    page = sign_in(then.lena).get(f"/problem-reports/{report.reference}/").text
    assert page.count("The first answer was due") == 1
    assert (
        f'datetime="{_iso(clocks(report, "03-11 11:00")["first_response"].now.timer.due_at)}"'
        in (page.split("The first answer was due")[1].split("</li>")[0])
    )


def test_l1_hears_of_no_breach_of_the_teams_own_clocks(then: Cast, sign_in: SignIn) -> None:
    report = filed(then, "P1", "03-10 09:00")
    perform("assign", then, report, at=local("03-10 09:30"), **TOLD)
    perform("start", then, report, at=local("03-10 09:30"), **TOLD)
    perform("hand_back", then, report, at=local("03-13 10:00"), **TOLD)
    address = f"/problem-reports/{report.reference}/"
    assert "The timebox of the investigation was over" in sign_in(then.rhea).get(address).text
    assert "timebox" not in sign_in(then.lena).get(address).text


def _iso(moment: datetime) -> str:
    return moment.astimezone(local("03-10 09:00").tzinfo).isoformat()
