"""The pages of sprints: planning, the capacity bar, the reserve as a bank statement, steering."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from bugs import services as bugs
from bugs.models import Bug
from foundation import clock
from sprints.models import Sprint
from tests import budgets
from tests.cast import Cast
from tests.factories import a_bug, a_running_sprint, a_sprint, an_item, closed
from tests.pages.conftest import SignIn


@pytest.fixture
def pia(cast: Cast, sign_in: SignIn) -> Client:
    return sign_in(cast.pia)


def url(sprint: Sprint, verb: str = "") -> str:
    return f"/sprints/{sprint.reference}/{verb}/" if verb else f"/sprints/{sprint.reference}/"


def plain(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def statement(page: str) -> list[str]:
    """The lines of the ledger without their day."""
    table = page.split('id="ledger"')[1].split("</tbody>")[0]
    rows = re.findall(r"<tr>(.*?)</tr>", table.split("<tbody>")[1], re.S)
    return [plain(row.split("</td>", 1)[1]) for row in rows]


def bar(page: str) -> dict[str, str]:
    """The words under the capacity bar."""
    legend = page.split('<ul class="legend">')[1].split("</ul>")[0]
    found = re.findall(r"<span>([^<]+)</span><b>([\d.]+)", legend)
    return dict(found)


def plan(**typed: Any) -> dict[str, Any]:
    return {
        "team": "billing",
        "name": "Sprint 9",
        "goal": "Invoices that add up",
        "starts_on": "2031-03-03",
        "ends_on": "2031-03-16",
        "capacity": "40",
        "reserve": "10",
        **typed,
    }


# --- One sprint -------------------------------------------------------------------------------------


def test_the_bar_says_what_is_planned_held_spent_and_left(cast: Cast, pia: Client) -> None:
    sprint = a_running_sprint(cast, reserve=10)
    a_bug(cast, "in_progress", points=4)
    a_bug(cast, "verified", points=1)
    assert bar(pia.get(url(sprint)).text) == {
        "Planned": "0",
        "Still free to plan": "30",
        "Commit limit": "30",
        "Reserve spent": "1",
        "Reserve held": "4",
        "Reserve left": "5",
        "Working capacity": "40",
    }


def test_the_bar_shows_the_overdraft_of_a_p0(cast: Cast, pia: Client) -> None:
    sprint = a_running_sprint(cast, reserve=2)
    a_bug(cast, "in_sprint", priority="P0", points=5)
    words = bar(pia.get(url(sprint)).text)
    assert words["Of it overdraft"] == "3"
    assert words["Reserve left"] == "0"


def test_the_bar_counts_planned_bugs(cast: Cast, pia: Client) -> None:
    sprint = a_sprint(cast)
    bug = bugs.estimate(a_bug(cast).pk, points=Decimal(6), by=cast.ines, at=clock.now())
    bugs.schedule(bug.pk, sprint_id=sprint.pk, by=cast.rhea, at=clock.now())
    words = bar(pia.get(url(sprint)).text)
    assert (words["Planned"], words["Still free to plan"]) == ("6", "24")


def test_the_reserve_reads_as_a_bank_statement_with_reasons(cast: Cast, pia: Client) -> None:
    sprint = a_running_sprint(cast, reserve=10)
    bug = a_bug(cast, "verified", points=4)
    assert statement(pia.get(url(sprint)).text) == [
        "Reserve set +10 10",
        f"Held for {bug.reference} Bites −4 6",
        f"4 spent, as held, on {bug.reference} – 6",
    ]


def test_an_overdraft_stands_in_the_statement_by_name(cast: Cast, pia: Client) -> None:
    sprint = a_running_sprint(cast, reserve=2)
    bug = a_bug(cast, "in_sprint", priority="P0", points=5)
    lines = statement(pia.get(url(sprint)).text)
    assert f"Overdraft for {bug.reference} +3 5" in lines
    assert lines[-1].endswith("−5 0")


def test_its_bugs_are_listed_by_track(cast: Cast, pia: Client) -> None:
    sprint = a_running_sprint(cast)
    bug = a_bug(cast, "in_sprint")
    page = pia.get(url(sprint)).text
    unplanned = page.split('aria-label="Unplanned, injected"')[1].split("</section>")[0]
    assert bug.reference in unplanned
    assert "No bug is scheduled for this sprint." in page


def test_a_reporter_of_a_company_team_sees_neither_ledger_nor_bugs(
    cast: Cast, sign_in: SignIn
) -> None:
    sprint = a_sprint(cast, team=cast.platform, by=cast.adam)
    page = sign_in(cast.lena).get(url(sprint)).text
    assert sprint.name in page
    assert "Reserve, as a statement" not in page
    assert "Working capacity" not in page


def test_a_sprint_of_a_team_that_one_may_not_read_is_not_there(cast: Cast, sign_in: SignIn) -> None:
    sprint = a_running_sprint(cast)
    for stranger in (cast.lena, cast.sami, cast.stranger):
        browser = sign_in(stranger)
        assert browser.get(url(sprint)).status_code == 404
        assert browser.post(url(sprint, "close")).status_code == 404


# --- Planning and steering --------------------------------------------------------------------------


def test_the_product_owner_plans_a_sprint(cast: Cast, pia: Client) -> None:
    answer = pia.post("/sprints/plan/", plan())
    sprint = Sprint.objects.get()
    assert answer["Location"] == url(sprint)
    assert (sprint.name, sprint.capacity, sprint.size) == ("Sprint 9", 40, 10)


def test_the_same_plan_sent_twice_makes_one_sprint(cast: Cast, pia: Client) -> None:
    first = pia.post("/sprints/plan/", plan(idempotency_key="one"))
    second = pia.post("/sprints/plan/", plan(idempotency_key="one"))
    assert Sprint.objects.count() == 1
    assert first["Location"] == second["Location"]


def test_the_plan_suggests_what_follows_the_last_sprint(cast: Cast, pia: Client) -> None:
    pia.post("/sprints/plan/", plan())
    page = pia.get("/sprints/plan/").text
    assert 'value="Sprint 10"' in page
    assert 'value="2031-03-17"' in page
    assert 'value="2031-03-30"' in page


@pytest.mark.parametrize(
    ("typed", "status", "why"),
    [
        ({"reserve": "41"}, 422, "The reserve is a part of the capacity"),
        ({"ends_on": "2031-03-01"}, 422, "A sprint ends on or after the day it starts."),
        ({"capacity": "-1"}, 400, "greater than or equal to 0"),
        ({"starts_on": "soon"}, 400, "Enter a valid date."),
        ({"ends_on": "9999-12-31"}, 400, "Name a day between 1980 and 2199."),
        ({"name": ""}, 400, "This field is required."),
        ({"team": "platform"}, 400, "Select a valid choice."),
    ],
)
def test_a_plan_that_cannot_be_is_refused_and_keeps_what_was_typed(
    cast: Cast, pia: Client, typed: dict[str, str], status: int, why: str
) -> None:
    answer = pia.post("/sprints/plan/", plan(**typed))
    assert answer.status_code == status
    assert why in answer.text
    assert "Invoices that add up" in answer.text
    assert not Sprint.objects.exists()


def test_a_name_that_the_team_has_already_used_is_refused_with_409(cast: Cast, pia: Client) -> None:
    pia.post("/sprints/plan/", plan())
    answer = pia.post("/sprints/plan/", plan(starts_on="2031-04-01", ends_on="2031-04-14"))
    assert answer.status_code == 409
    assert "already has a sprint called Sprint 9" in answer.text


def test_who_plans_no_sprint_is_told_so(cast: Cast, sign_in: SignIn) -> None:
    ines = sign_in(cast.ines)
    assert "/sprints/plan/" not in ines.get("/sprints/").text
    assert ines.get("/sprints/plan/").status_code == 403
    assert ines.post("/sprints/plan/", plan()).status_code == 403
    assert not Sprint.objects.exists()


def test_starting_brings_what_was_scheduled_into_the_sprint(cast: Cast, pia: Client) -> None:
    sprint = a_sprint(cast)
    bug = bugs.estimate(a_bug(cast).pk, points=Decimal(2), by=cast.ines, at=clock.now())
    bugs.schedule(bug.pk, sprint_id=sprint.pk, by=cast.rhea, at=clock.now())
    assert "runs." in pia.post(url(sprint, "start"), follow=True).text
    assert Bug.objects.get(pk=bug.pk).state == "in_sprint"


def test_a_second_running_sprint_is_refused_with_422(cast: Cast, pia: Client) -> None:
    a_running_sprint(cast)
    answer = pia.post(url(a_sprint(cast), "start"))
    assert answer.status_code == 422
    assert "Another sprint of this team is running" in answer.text


def test_closing_asks_once_and_says_what_is_not_finished(cast: Cast, pia: Client) -> None:
    sprint = a_running_sprint(cast)
    bug = a_bug(cast, "in_progress")
    page = pia.get(url(sprint)).text
    assert "1 bug is not finished: back to be scheduled" in page
    assert "backlog item" not in page
    item = an_item(cast, "in_progress")
    assert "1 backlog item is not finished: back to the backlog" in pia.get(url(sprint)).text
    assert f"Why {bug.reference} is carried" in page
    said = {"goal_met": "no", bug.reference: "The bank answered late", item.reference: "Ill"}
    after = pia.post(url(sprint, "close"), said, follow=True).text
    assert Bug.objects.get(pk=bug.pk).state == "to_be_scheduled"
    assert Sprint.objects.get(pk=sprint.pk).state == "closed"
    assert "The goal was not met." in after
    assert "The bank answered late" in after.split('id="carried-head"')[1]


def test_a_close_without_every_reason_is_refused_and_keeps_what_was_typed(
    cast: Cast, pia: Client
) -> None:
    sprint = a_running_sprint(cast)
    told, silent = a_bug(cast, "in_progress"), a_bug(cast, "in_progress")
    answer = pia.post(url(sprint, "close"), {"goal_met": "yes", told.reference: "The bank is late"})
    assert answer.status_code == 400
    assert "The bank is late" in answer.text
    assert "This field is required" in answer.text
    assert Sprint.objects.get(pk=sprint.pk).state == "running"
    assert Bug.objects.get(pk=silent.pk).state == "in_progress"


def test_a_close_without_a_word_on_the_goal_is_refused(cast: Cast, pia: Client) -> None:
    sprint = a_running_sprint(cast)
    assert pia.post(url(sprint, "close")).status_code == 400
    assert Sprint.objects.get(pk=sprint.pk).state == "running"


def test_a_risk_for_the_goal_is_said_by_a_developer_and_seen_by_the_product_owner(
    cast: Cast, pia: Client, sign_in: SignIn
) -> None:
    sprint, ines = a_running_sprint(cast), sign_in(cast.ines)
    assert "/see-goal-risk/" not in pia.get(url(sprint)).text, "there is none yet"
    page = ines.post(url(sprint, "flag-goal-risk"), {"reason": "The bank is late"}, follow=True)
    assert "The bank is late" in page.text
    assert "Not yet seen by the product owner." in page.text
    assert "/see-goal-risk/" not in page.text, "it is not hers to see"
    seen = pia.post(url(sprint, "see-goal-risk"), follow=True).text
    assert "The product owner has seen it." in seen
    assert "/see-goal-risk/" not in seen


def test_the_product_owner_cancels_with_a_reason_that_stays_on_the_page(
    cast: Cast, pia: Client
) -> None:
    sprint, bug = a_running_sprint(cast), a_bug(cast, "in_progress")
    assert pia.post(url(sprint, "cancel"), {"reason": " "}).status_code == 400
    page = pia.post(url(sprint, "cancel"), {"reason": "The law changed"}, follow=True).text
    assert Sprint.objects.get(pk=sprint.pk).state == "cancelled"
    assert Bug.objects.get(pk=bug.pk).state == "to_be_scheduled"
    assert page.count("The law changed") == 2, "on top, and beside what is carried"


def test_a_closed_sprint_offers_nothing_and_refuses_with_409(cast: Cast, pia: Client) -> None:
    sprint = closed(cast, a_running_sprint(cast))
    assert "/set-reserve/" not in pia.get(url(sprint)).text
    answer = pia.post(url(sprint, "set-reserve"), {"reserve": "5"})
    assert answer.status_code == 409


def test_the_reserve_may_be_set_anew_but_not_below_what_is_promised(
    cast: Cast, pia: Client
) -> None:
    sprint = a_running_sprint(cast, reserve=10)
    a_bug(cast, "in_sprint", points=6)
    refused = pia.post(url(sprint, "set-reserve"), {"reserve": "5"})
    assert refused.status_code == 422
    assert "already held or spent" in refused.text
    page = pia.post(url(sprint, "set-reserve"), {"reserve": "12"}, follow=True).text
    assert "Reserve set anew, to 12 +2 6" in statement(page)


def test_the_capacity_may_be_set(cast: Cast, pia: Client) -> None:
    sprint = a_sprint(cast)
    pia.post(url(sprint, "set-capacity"), {"capacity": "36.5"})
    assert Sprint.objects.get(pk=sprint.pk).capacity == Decimal("36.5")


def test_a_developer_reads_the_sprint_and_steers_nothing(cast: Cast, sign_in: SignIn) -> None:
    sprint = a_running_sprint(cast)
    ines = sign_in(cast.ines)
    assert "/close/" not in ines.get(url(sprint)).text
    answer = ines.post(url(sprint, "close"))
    assert answer.status_code == 403
    assert "Only the product owner, the lead or an admin" in answer.text


def test_a_form_based_on_an_older_page_is_refused_with_412(cast: Cast, pia: Client) -> None:
    sprint = a_sprint(cast)
    pia.post(url(sprint, "set-capacity"), {"capacity": "36"})
    late = pia.post(url(sprint, "set-capacity"), {"capacity": "20", "version": sprint.version})
    assert late.status_code == 412


# --- The list ---------------------------------------------------------------------------------------


def test_the_list_shows_what_runs_first_then_what_is_planned_then_what_was(
    cast: Cast, pia: Client
) -> None:
    past = a_sprint(cast, starts_on=cast.today - timedelta(days=30))
    pia.post(url(past, "start"))
    closed(cast, past)
    running = a_running_sprint(cast)
    later = a_sprint(cast, starts_on=cast.today + timedelta(days=40))
    soon = a_sprint(cast, starts_on=cast.today + timedelta(days=20))
    page = pia.get("/sprints/").text.split("<main", 1)[1]
    found = re.findall(r'<span class="ref">(SP-\d+)</span>', page)
    assert found == [s.reference for s in (running, soon, later, past)]


def test_the_list_takes_as_many_queries_for_40_rows_as_for_20(cast: Cast, pia: Client) -> None:
    budgets.holds("page sprints", lambda: pia.get("/sprints/"), grow=lambda: a_sprint(cast))


def test_a_sprint_takes_as_many_queries_with_40_bugs_as_with_20(cast: Cast, pia: Client) -> None:
    sprint = a_running_sprint(cast, reserve=40)
    budgets.holds(
        "page sprint",
        lambda: pia.get(url(sprint)),
        grow=lambda: a_bug(cast, "in_sprint", points=1),
    )
