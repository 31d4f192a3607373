"""*Yours to answer*: whatever waits for one's own word stands first on one's desk, and leaves it when it is said."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from bugs import services as bugs
from foundation import clock
from sprints import services as sprints
from teams.models import Person
from tests import budgets
from tests.bugs.test_plan import FIX, propose
from tests.cast import Cast
from tests.factories import a_bug, a_running_sprint, an_item
from tests.pages.conftest import SignIn
from tests.sprints.test_overdrafts import act, beyond

MINE = "/desk/mine/"


Asked = Callable[[Person], str]


@pytest.fixture
def asked(sign_in: SignIn) -> Asked:
    """What a person's desk asks of them, in words."""

    def asked(person: Person) -> str:
        html = sign_in(person).get(MINE).text
        found = re.search(r'<section aria-label="Yours to answer">.*?</section>', html, re.S)
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[0])) if found else ""

    return asked


def test_an_injection_beyond_the_reserve_asks_the_product_owner_until_she_answers(  # SPR-4
    cast: Cast, asked: Asked
) -> None:
    sprint, overdraft, _ = beyond(cast, 5)
    words = asked(cast.pia)
    assert f"4 points beyond the reserve of {sprint.name}" in words
    assert "answer due" in words
    assert asked(cast.ines) == asked(cast.otto) == ""
    act("accept_risk", cast, overdraft)
    assert asked(cast.pia) == ""


def test_who_works_on_it_is_asked_whether_it_may_leave(cast: Cast, asked: Asked) -> None:
    _, overdraft, (planned,) = beyond(cast, 5)
    assert asked(cast.ines) == ""
    # Otto has started what would leave: he is asked when it is proposed again.
    bugs.start(planned.pk, by=cast.otto, at=clock.now())
    act("propose_swap", cast, overdraft, by=cast.rhea, leaves=[planned.reference])
    assert "it may leave?" in asked(cast.otto)
    assert asked(cast.ines) == ""
    act("let_go", cast, overdraft, by=cast.otto)
    assert asked(cast.otto) == ""


def test_a_plan_asks_each_side_and_who_agreed_before(cast: Cast, asked: Asked) -> None:  # BUG-3
    bug = propose(cast, a_bug(cast))
    assert "Revision 1 of its plan waits" in asked(cast.pia)
    assert asked(cast.otto) == "", "one developer has spoken for the developers"
    bugs.agree_plan(bug.pk, revision=1, by=cast.pia, at=clock.now())
    assert asked(cast.pia) == ""
    propose(cast, bug, by=cast.otto, **{**FIX, "approach": "Send twice", "reason": "It is surer"})
    assert "Revision 2" in asked(cast.pia)
    assert "Revision 2" in asked(cast.ines)
    bugs.object_to_plan(
        bug.pk, revision=2, reason="Twice is once too much", by=cast.ines, at=clock.now()
    )
    assert asked(cast.ines) == "", "an objection is an answer"


def test_the_word_on_a_p1s_plan_is_due_within_a_working_day_and_holds_nothing_up(  # BUG-3
    cast: Cast, asked: Asked, sign_in: SignIn
) -> None:
    urgent, other = a_bug(cast, "in_sprint"), a_bug(cast, priority="P2")
    propose(cast, urgent)
    assert "waits for your agreement within a working day" in asked(cast.pia)
    page = sign_in(cast.pia).get(f"/bugs/{urgent.reference}/").text
    assert "the work does not wait for it." in page
    bugs.start(urgent.pk, by=cast.otto, at=clock.now())
    bugs.agree_plan(urgent.pk, revision=1, by=cast.pia, at=clock.now())
    propose(cast, other)
    assert "waits for your agreement." in asked(cast.pia), "nothing presses for a P2"


def test_a_risk_for_the_goal_and_what_is_proposed_are_hers(
    cast: Cast, asked: Asked
) -> None:  # SPR-7, SPR-9
    sprint = a_running_sprint(cast)
    sprints.flag_goal_risk(sprint.pk, reason="The bank is late", by=cast.ines, at=clock.now())
    item = an_item(cast)
    words = asked(cast.pia)
    assert sprint.goal in words
    assert item.title in words
    assert asked(cast.ines) == ""
    sprints.see_goal_risk(sprint.pk, by=cast.pia, at=clock.now())
    assert sprint.goal not in asked(cast.pia)


def test_a_product_owner_of_whom_nothing_is_asked_reads_so_and_how_the_sprint_stands(
    cast: Cast, sign_in: SignIn
) -> None:
    sprint = a_running_sprint(cast, reserve=10)
    html = sign_in(cast.pia).get(MINE).text
    assert "No injection, plan or proposal asks for your word." in html
    assert "10 of 10 points left in the reserve" in html
    assert f"/sprints/{sprint.reference}/" in html


def test_the_desk_costs_the_same_however_much_is_asked(cast: Cast, sign_in: SignIn) -> None:
    browser: Client = sign_in(cast.pia)
    beyond(cast, 5)

    def more() -> None:
        propose(cast, a_bug(cast))
        an_item(cast)

    budgets.holds("GET /desk/mine/ asked much", lambda: browser.get(MINE), grow=more)
