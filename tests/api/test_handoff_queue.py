"""What is open when a duty changes hands, over REST (ONC-8)."""

from typing import Any

from tests import budgets
from tests.bugs.acts import a_loan
from tests.cast import Cast
from tests.factories import a_bug, a_report

QUEUE = "teams/billing/handoff/queue/"


def test_what_is_open_is_told_over_rest_as_on_the_page(cast: Cast, api: Any) -> None:
    soon, bug = a_report(cast, impact="everyone", urgency="critical"), a_bug(cast)
    owing = a_loan(cast, a_bug(cast)).bug
    left = api(cast.rhea).get(QUEUE).json()
    assert [r["reference"] for r in left["due_soon"]] == [soon.reference]
    assert "assign" in left["to_be_investigated"][0]["allowed"]
    assert bug.reference in [b["reference"] for b in left["to_be_scheduled"]]
    assert [loan["bug"] for loan in left["loans"]] == [owing.reference]
    assert left["more"] == []
    assert api(cast.sami).get(QUEUE).status_code == 404


def test_the_queue_over_rest_keeps_its_budget_and_says_what_is_cut(cast: Cast, api: Any) -> None:
    rhea = api(cast.rhea)

    def grow() -> None:
        a_report(cast)
        a_bug(cast)

    budgets.holds(f"GET /api/v1/{QUEUE}", lambda: rhea.get(QUEUE), grow=grow)
    left = rhea.get(QUEUE).json()
    assert left["more"] == ["due_soon", "to_be_investigated", "to_be_scheduled"]
    assert len(left["to_be_scheduled"]) == 20
