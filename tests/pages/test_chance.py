"""The chance of the goal stands in the price of an injection, before the click (SPR-4)."""

from tests.cast import Cast
from tests.factories import a_record
from tests.pages.conftest import SignIn
from tests.sprints.test_chance import a_goal, estimated


def test_the_dialog_says_it_before_the_click(cast: Cast, sign_in: SignIn) -> None:
    a_record(cast, 8, done=8)
    a_goal(cast, 5)
    bug, rhea = estimated(cast, 4), sign_in(cast.rhea)
    page = rhea.get(f"/bugs/{bug.reference}/").text
    assert "Chance of the goal: above 95 % before, below 5 % after, from 8 closed sprints" in page


def test_of_seven_sprints_it_says_that_they_are_too_few(
    cast: Cast,
    sign_in: SignIn,
) -> None:
    a_record(cast, 7)
    a_goal(cast, 5)
    bug = estimated(cast, 4)
    page = sign_in(cast.rhea).get(f"/bugs/{bug.reference}/").text
    assert "Chance of the goal: too few to say, 7 of 8 closed sprints." in page
