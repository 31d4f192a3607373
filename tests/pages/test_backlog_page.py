"""The pages of the backlog: the product owner's order, adding, and one item's verbs (SPR-9)."""

import re
from typing import Any

import pytest
from django.test import Client

from foundation import clock
from sprints import services as sprints
from sprints.models import BacklogItem, Sprint
from sprints.services import backlog
from tests import budgets
from tests.bugs.test_inject import inject
from tests.cast import Cast
from tests.factories import a_bug, a_running_sprint, a_sprint, an_item, closed
from tests.pages.conftest import SignIn
from tests.pages.test_sprint_page import plain


@pytest.fixture
def pia(cast: Cast, sign_in: SignIn) -> Client:
    return sign_in(cast.pia)


def html(client: Client, address: str = "/backlog/?team=billing") -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def in_order(page: str) -> list[str]:
    section = page.split('aria-labelledby="ordered"')[1].split("</section>")[0]
    return re.findall(r'data-reference="(BI-\d+)"', section)


def test_an_empty_backlog_says_what_to_do(pia: Client) -> None:
    page = html(pia)
    assert "Nothing in the backlog yet" in page
    assert "Add an item" in page


def test_what_is_added_waits_for_a_decision_and_is_accepted_in_the_list(
    cast: Cast, pia: Client
) -> None:
    typed = {
        "title": "Alert on a stuck export",
        "kind": "debt",
        "debt": "monitoring_gap",
        "rationale": "Three reports in a month.",
        "url": "https://tracker.example.org/PAY-1",
        "key": "PAY-1",
    }
    answer = pia.post("/backlog/?team=billing", typed, follow=True)
    page = answer.content.decode()
    item = BacklogItem.objects.get()
    assert f"{item.reference} is in the backlog, to be decided." in page
    assert "To be decided" in page
    pia.post(f"/backlog/{item.reference}/accept/", {"then": "list", "version": 1})
    assert in_order(html(pia)) == [item.reference]
    one = html(pia, f"/backlog/{item.reference}/")
    assert "Three reports in a month." in one
    assert 'href="https://tracker.example.org/PAY-1"' in one


def test_what_is_refused_keeps_what_was_typed(pia: Client) -> None:
    answer = pia.post("/backlog/?team=billing", {"title": "Alert on export", "kind": "prevention"})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "Say why the business wants it" in page
    assert 'value="Alert on export"' in page


def test_the_buttons_of_a_row_move_it_without_a_script(cast: Cast, pia: Client) -> None:
    a, b, c = (an_item(cast, "accepted") for _ in range(3))
    page = html(pia)
    section = page.split(f'id="{c.reference}"')[1].split("</li>")[0]
    offered = re.findall(r'name="after" value="(BI-\d+)?" aria-label="([^"]+)"', section)
    assert [(after, label.split(" ")[-1]) for after, label in offered] == [
        ("", "top"),
        (a.reference, "up"),
    ]
    for after in (a.reference, ""):
        pia.post(f"/backlog/{c.reference}/order/", {"after": after, "then": "list"})
    assert in_order(html(pia)) == [c.reference, a.reference, b.reference]


def test_a_developer_sees_the_order_and_no_buttons(cast: Cast, sign_in: SignIn) -> None:
    an_item(cast, "accepted")
    an_item(cast, "accepted")
    page = html(sign_in(cast.ines))
    assert len(in_order(page)) == 2
    assert "data-move" not in page


@pytest.mark.parametrize("after", ["BUG-1", "nonsense"])
def test_a_neighbour_that_is_none_is_refused_in_words(cast: Cast, pia: Client, after: str) -> None:
    item = an_item(cast, "accepted")
    answer = pia.post(f"/backlog/{item.reference}/order/", {"after": after})
    assert answer.status_code == 400
    assert f"There is no backlog item {after}." in answer.content.decode()


def test_planned_from_its_page_and_taken_out_again(cast: Cast, pia: Client) -> None:
    item, sprint = an_item(cast, "accepted"), a_sprint(cast)
    said = {"sprint": sprint.reference}
    page = pia.post(f"/backlog/{item.reference}/schedule/", said, follow=True).content.decode()
    assert "planned it in <a" in page
    assert sprint.name in page
    pia.post(f"/backlog/{item.reference}/take-out/")
    assert BacklogItem.objects.get().state == "accepted"


def test_an_older_page_is_told_so(cast: Cast, pia: Client) -> None:
    item = an_item(cast)
    backlog.accept(item.pk, by=cast.pia, at=clock.now())
    said: dict[str, Any] = {"reason": "Not this year", "version": 1}
    answer = pia.post(f"/backlog/{item.reference}/decline/", said)
    assert answer.status_code == 412
    assert "Somebody changed this item" in answer.content.decode()
    assert "Not this year" in answer.content.decode()


def test_a_reporter_finds_no_backlog(cast: Cast, sign_in: SignIn) -> None:
    item = an_item(cast)
    lena = sign_in(cast.lena)
    assert lena.get("/backlog/").status_code == 404
    assert lena.get(f"/backlog/{item.reference}/").status_code == 404


def test_the_list_asks_the_same_for_any_number_of_items(cast: Cast, pia: Client) -> None:
    sprint = a_running_sprint(cast)

    def grow() -> None:
        an_item(cast, "accepted")
        an_item(cast, "scheduled", sprint=sprint)

    budgets.holds("backlog", lambda: pia.get("/backlog/?team=billing"), grow=grow)


def test_an_item_is_shown_within_its_budget(cast: Cast, pia: Client) -> None:
    item = an_item(cast, "accepted")
    budgets.holds("backlog item", lambda: pia.get(f"/backlog/{item.reference}/"))


def test_its_history_says_that_it_was_swapped_out_and_carried(cast: Cast, pia: Client) -> None:
    sprint = a_sprint(cast, reserve=2, starts_on=cast.today)
    left, kept = (an_item(cast, "scheduled", sprint=sprint, points=5) for _ in range(2))
    act = {"by": cast.pia, "at": clock.now()}
    backlog.mark(left.pk, swappable=True, serves_goal=False, **act)
    sprints.start(sprint.pk, **act)
    bug = a_bug(cast)
    inject(cast, bug, sprint, 4, leaves=[left.reference])
    page = pia.get(f"/backlog/{left.reference}/").content.decode()
    assert f"to make room for {bug.reference}" in plain(page)
    closed(cast, Sprint.objects.get(pk=sprint.pk))
    page = plain(pia.get(f"/backlog/{kept.reference}/").content.decode())
    assert f"carried it out of {sprint.reference}" in page
    assert "It took longer" in page
