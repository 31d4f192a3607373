"""Planning a sprint: from the backlog by buttons, the limit above, and who is there (SPR-1, SPR-2, SPR-4)."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client

from bugs import services as bugs
from bugs.models import Bug
from foundation import clock
from sprints.models import BacklogItem, Sprint
from tests import budgets
from tests.cast import Cast
from tests.factories import a_bug, a_running_sprint, a_sprint, an_item
from tests.pages.conftest import SignIn
from tests.pages.test_sprint_page import bar, plain


@pytest.fixture
def pia(cast: Cast, sign_in: SignIn) -> Client:
    return sign_in(cast.pia)


def plan_page(client: Client, sprint: Sprint) -> str:
    answer = client.get(f"/sprints/{sprint.reference}/plan/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_item_is_put_in_marked_and_taken_out_and_the_bar_follows(
    cast: Cast, pia: Client
) -> None:
    sprint = a_sprint(cast, reserve=10, capacity=40)
    item = an_item(cast, "accepted", points=8)
    assert bar(plan_page(pia, sprint))["Still free to plan"] == "30"
    then = {"then": sprint.reference}
    answer = pia.post(
        f"/backlog/{item.reference}/schedule/", {"sprint": sprint.reference, **then}, follow=True
    )
    page = answer.content.decode()
    assert answer.redirect_chain[-1][0].startswith(f"/sprints/{sprint.reference}/plan/")
    assert (bar(page)["Planned"], bar(page)["Still free to plan"]) == ("8", "22")
    assert bar(page)["Commit limit"] == "30"
    pia.post(f"/backlog/{item.reference}/mark/", {"serves_goal": "on", **then})
    assert "serves the goal" in plan_page(pia, sprint)
    pia.post(f"/backlog/{item.reference}/take-out/", then)
    assert BacklogItem.objects.get().state == "accepted"


def test_a_bug_waits_beside_the_backlog_and_the_release_manager_puts_it_in(
    cast: Cast, pia: Client, sign_in: SignIn
) -> None:
    sprint = a_sprint(cast)
    bug, unknown = a_bug(cast, "postponed", points=3), a_bug(cast)
    ready = a_bug(cast, points=3)
    bugs.estimate(ready.pk, points=Decimal(3), by=cast.ines, at=clock.now())
    waiting = waiting_in(plan_page(pia, sprint))
    assert bug.reference not in waiting, "it comes back on its day"
    assert "not estimated yet" in waiting[unknown.reference]
    assert "Put in" not in waiting[ready.reference]
    rhea = sign_in(cast.rhea)
    assert "Put in" in waiting_in(plan_page(rhea, sprint))[ready.reference]
    said = {"sprint": sprint.reference, "then": f"/sprints/{sprint.reference}/plan/"}
    answer = rhea.post(f"/bugs/{ready.reference}/schedule/", said, follow=True)
    assert answer.redirect_chain[-1][0] == said["then"]
    page = answer.content.decode()
    assert ready.reference not in waiting_in(page)
    assert (bar(page)["Planned"], Bug.objects.get(pk=ready.pk).sprint) == ("3", sprint)


def test_into_a_running_sprint_a_bug_is_injected_from_its_own_page(cast: Cast, pia: Client) -> None:
    bug = a_bug(cast)
    page = plan_page(pia, a_running_sprint(cast))
    assert "a bug is injected into it, from its own page" in page
    assert "Put in" not in waiting_in(page)[bug.reference]


def test_what_waits_is_moved_by_buttons_and_the_page_stays(cast: Cast, pia: Client) -> None:
    sprint = a_sprint(cast)
    first, second = an_item(cast, "accepted"), an_item(cast, "accepted")
    page = plan_page(pia, sprint)
    assert f'aria-label="Move “{second.title}” up"' in page
    assert "js/order.js" in page
    said = {"then": sprint.reference, "after": ""}
    answer = pia.post(f"/backlog/{second.reference}/order/", said, follow=True)
    assert answer.redirect_chain[-1][0].startswith(f"/sprints/{sprint.reference}/plan/")
    page = answer.content.decode()
    assert page.index(f'id="{second.reference}"') < page.index(f'id="{first.reference}"')


def waiting_in(page: str) -> dict[str, str]:
    """Reference -> the words of its row, of the bugs that wait."""
    part = page.split('aria-labelledby="waiting-bugs"')[1].split("</section>")[0]
    rows = re.findall(r'<li class="itemrow" id="(BUG-\d+)".*?</li>', part, re.S)
    found = re.findall(r'<li class="itemrow" id="BUG-\d+"(.*?)</li>', part, re.S)
    return {name: plain(row) for name, row in zip(rows, found, strict=True)}


def test_without_an_estimate_there_is_no_button(cast: Cast, pia: Client) -> None:
    sprint, item = a_sprint(cast), an_item(cast)
    pia.post(f"/backlog/{item.reference}/accept/")
    page = plan_page(pia, sprint)
    assert "not estimated yet" in page
    assert "Put in" not in page


def test_committed_beyond_the_limit_needs_a_reason(cast: Cast, pia: Client) -> None:
    sprint = a_sprint(cast, reserve=10, capacity=12)
    an_item(cast, "scheduled", sprint=sprint, points=5)
    assert "3 points beyond the commit limit." in plain(plan_page(pia, sprint))
    refused = pia.post(f"/sprints/{sprint.reference}/commit/", {"reason": ""})
    assert refused.status_code == 422
    assert "Take out 3, or say why" in plain(refused.content.decode())
    pia.post(f"/sprints/{sprint.reference}/commit/", {"reason": "The fair"})
    assert Sprint.objects.get(pk=sprint.pk).committed == 5


def test_who_is_there_is_typed_and_the_limit_is_reckoned(cast: Cast, pia: Client) -> None:
    today = cast.today
    starts = today + timedelta(days=7 - today.weekday())
    sprint = a_sprint(cast, reserve=2, starts_on=starts)
    address = f"/sprints/{sprint.reference}/capacity/"
    page = pia.get(address).content.decode()
    assert "10 working days of the calendar, 80 hours a person" in page
    assert "Robot" not in page
    said = {"stock_stream": "0"}
    for person in (cast.ines, cast.otto, cast.rhea):
        said |= {
            f"days_off_{person.pk}": "0",
            f"share_percent_{person.pk}": "0" if person == cast.otto else "100",
            f"focus_percent_{person.pk}": "70",
        }
    page = pia.post(address, said, follow=True).content.decode()
    assert "Working capacity 18.67 points" in plain(page)
    assert "Release-manager duty 4.66 points" in plain(page)
    wrong = pia.post(address, {**said, f"days_off_{cast.ines.pk}": "99"})
    assert wrong.status_code == 400
    assert "From 0 to 10 days." in plain(wrong.content.decode())
    assert 'value="99"' in wrong.content.decode()
    assert Sprint.objects.get(pk=sprint.pk).capacity == Decimal("18.67")


def test_a_developer_is_told_who_plans(cast: Cast, sign_in: SignIn) -> None:
    sprint = a_sprint(cast)
    for page in ("plan", "capacity"):
        answer = sign_in(cast.ines).get(f"/sprints/{sprint.reference}/{page}/")
        assert answer.status_code == 403
        assert "plans its sprints" in answer.content.decode()


def test_the_plan_asks_the_same_for_any_number_of_items(cast: Cast, pia: Client) -> None:
    sprint = a_sprint(cast)

    def grow() -> None:
        an_item(cast, "accepted")
        an_item(cast, "scheduled", sprint=sprint)
        a_bug(cast)

    budgets.holds(
        "plan of a sprint", lambda: pia.get(f"/sprints/{sprint.reference}/plan/"), grow=grow
    )


def test_why_nobody_puts_a_bug_in_is_said_once(cast: Cast, pia: Client, sign_in: SignIn) -> None:
    sprint = a_sprint(cast)
    estimated = [a_bug(cast, priority="P2") for _ in range(3)]
    for bug in estimated:
        bugs.estimate(bug.pk, points=Decimal(2), by=cast.ines, at=clock.now())
    page = plan_page(pia, sprint)
    assert page.count("Only the release manager of Billing decides this.") == 1
    assert f"Put in {estimated[0].reference}" not in page
    page = plan_page(sign_in(cast.rhea), sprint)
    assert "Only the release manager" not in page
    assert f"Put in {estimated[0].reference}" in page
