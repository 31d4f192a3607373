"""The price of an injection over REST, before it is done (SPR-4)."""

from typing import Any

from tests.cast import Cast
from tests.factories import a_bug, a_record, a_running_sprint
from tests.sprints.test_chance import a_goal, estimated


def test_the_price_says_what_is_missing_what_could_leave_and_the_chance(
    cast: Cast, api: Any
) -> None:
    a_record(cast, 8, done=8)
    sprint = a_goal(cast, 5, reserve=2)
    bug = estimated(cast, 4)
    shown = api(cast.rhea).get(f"bugs/{bug.reference}/price/").json()
    assert (shown["sprint"], shown["available"], shown["price"]) == (sprint.reference, "2", "4")
    assert (shown["missing"], shown["basis"], shown["n"]) == ("2", "the developers' estimate", 0)
    (option,) = shown["options"]
    assert (option["frees"], option["serving_goal"], len(option["leaves"])) == ("5", 1, 1)
    assert shown["chance"] == {
        "closed_sprints": 8,
        "needed": 8,
        "before": "1.00",
        "after": "0.00",
    }


def test_too_few_sprints_say_how_many_there_are(cast: Cast, api: Any) -> None:
    a_goal(cast, 5)
    bug = estimated(cast, 4)
    chance = api(cast.rhea).get(f"bugs/{bug.reference}/price/").json()["chance"]
    assert chance == {"closed_sprints": 0, "needed": 8, "before": None, "after": None}


def test_without_a_sprint_or_an_estimate_it_says_so(cast: Cast, api: Any) -> None:
    bug = a_bug(cast)
    shown = api(cast.rhea).get(f"bugs/{bug.reference}/price/").json()
    assert (shown["sprint"], shown["price"], shown["options"], shown["chance"]) == (
        None,
        None,
        [],
        None,
    )
    a_running_sprint(cast)
    shown = api(cast.rhea).get(f"bugs/{bug.reference}/price/").json()
    assert (shown["price"], shown["missing"]) == (None, "0")


def test_support_does_not_read_what_it_costs(cast: Cast, api: Any) -> None:
    bug = a_bug(cast)
    assert api(cast.lena).get(f"bugs/{bug.reference}/price/").status_code == 403
    assert api(cast.lena).get("bugs/BUG-999999/price/").status_code == 404
