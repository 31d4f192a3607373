"""Verbs on sprints over REST: the same answers as on the page (SPR-1, SPR-2, SPR-7, SPR-11)."""

from typing import Any

import pytest

from foundation import clock
from sprints import services
from sprints.models import Carried, Sprint
from tests.cast import Cast
from tests.factories import a_bug, a_running_sprint, a_sprint, an_item


def path(sprint: Sprint, verb: str = "") -> str:
    return f"sprints/{sprint.reference}/" + (f"{verb}/" if verb else "")


def test_a_sprint_is_planned_started_and_committed_to(cast: Cast, api: Any) -> None:
    sprint, pia = a_sprint(cast), api(cast.pia)
    assert pia.get(path(sprint)).json()["allowed"] == [
        "set-capacity", "set-reserve", "commit", "start",
    ]  # fmt: skip
    assert pia.post(path(sprint, "set-capacity"), capacity="50").json()["capacity"] == "50"
    assert pia.post(path(sprint, "set-reserve"), reserve="12.5").json()["commit_limit"] == "37.5"
    an_item(cast, "scheduled", sprint=sprint, points=5)
    told = pia.post(path(sprint, "commit")).json()
    assert (told["committed"], bool(told["committed_at"])) == ("5", True)
    told = pia.post(path(sprint, "start")).json()
    assert (told["state"], bool(told["started_at"])) == ("running", True)


def test_more_than_the_limit_is_committed_to_with_a_reason(cast: Cast, api: Any) -> None:
    sprint, pia = a_sprint(cast, capacity=12), api(cast.pia)
    an_item(cast, "scheduled", sprint=sprint, points=5)
    refused = pia.post(path(sprint, "commit"))
    assert refused.status_code == 422
    assert "the commit limit is 2" in refused.json()["detail"]
    assert pia.post(path(sprint, "commit"), reason="Nearly done").json()["committed"] == "5"


def test_the_capacity_is_reckoned_of_who_is_there_by_name(cast: Cast, api: Any) -> None:
    sprint, pia = a_sprint(cast), api(cast.pia)
    people = [
        {"person": "ines", "days_off": "2", "share_percent": 80},
        {"person": "otto", "focus_percent": 60},
    ]
    told = pia.post(path(sprint, "set-capacity"), people=people, stock_stream="1.5")
    assert (told.status_code, told.json()["stock_stream"]) == (200, "1.5")
    rows = sprint.availability.order_by("person__username")
    assert [(r.person.username, r.days_off, r.share_percent, r.focus_percent) for r in rows] == [
        ("ines", 2, 80, 70),
        ("otto", 0, 100, 60),
    ]


def test_a_risk_is_flagged_seen_once_and_offered_accordingly(cast: Cast, api: Any) -> None:
    sprint, pia = a_running_sprint(cast), api(cast.pia)
    assert "see-goal-risk" not in pia.get(path(sprint)).json()["allowed"]
    told = api(cast.ines).post(path(sprint, "flag-goal-risk"), reason="The bank is late").json()
    assert (bool(told["risk_flagged_at"]), told["risk_seen_at"]) == (True, None)
    assert "see-goal-risk" in pia.get(path(sprint)).json()["allowed"]
    assert pia.post(path(sprint, "see-goal-risk")).json()["risk_seen_at"]
    again = pia.post(path(sprint, "see-goal-risk"))
    assert (again.status_code, again.json()["detail"]) == (422, "The risk is seen already.")


def test_it_closes_with_a_reason_for_each_piece_and_a_word_on_its_goal(
    cast: Cast, api: Any
) -> None:
    bug = a_bug(cast, "in_sprint")
    sprint, pia = Sprint.objects.get(pk=bug.sprint_id), api(cast.pia)
    silent = pia.post(path(sprint, "close"), goal_met=False)
    assert (silent.status_code, silent.json()["fields"]) == (
        400, {"reasons": [f"Say why {bug.reference} is carried."]},
    )  # fmt: skip
    reasons = {bug.reference.lower(): "It waits for the bank"}
    told = pia.post(path(sprint, "close"), reasons=reasons, goal_met=False).json()
    assert (told["state"], told["goal_met"], told["allowed"]) == ("closed", False, [])
    assert Carried.objects.get(sprint=sprint).reason.body == "It waits for the bank"


def test_the_product_owner_cancels_it(cast: Cast, api: Any) -> None:
    sprint = a_running_sprint(cast)
    refused = api(cast.rhea).post(path(sprint, "cancel"), reason="No")
    assert (refused.status_code, "Only the product owner" in refused.json()["detail"]) == (
        403,
        True,
    )
    told = api(cast.pia).post(path(sprint, "cancel"), reason="The law changed").json()
    assert (told["state"], bool(told["ended_at"])) == ("cancelled", True)


@pytest.mark.parametrize(
    ("verb", "body", "status", "said"),
    [
        ("set-capacity", {}, 400, "Say an amount, or who is there."),
        ("set-capacity", {"capacity": "-1"}, 400, "capacity"),
        ("set-capacity", {"capacity": "5"}, 422, "lower the reserve first"),
        ("set-capacity", {"people": [{"person": "sami"}]}, 400, "sami: no developer of Billing."),
        (
            "set-capacity",
            {"people": [{"person": "ines", "share_percent": 0}]},
            400,
            "share_percent",
        ),
        ("set-capacity", {"people": [{"person": "ines", "days_off": "99"}]}, 400, '"people"'),
        ("set-capacity", {"people": [{"person": "ines"}] * 2}, 400, "once"),
        ("set-capacity", {"people": [{"person": "ines"}] * 201}, 400, "at most 200"),
        ("set-capacity", {"people": "ines"}, 400, "people"),
        ("set-reserve", {"reserve": "999"}, 422, "cannot be larger"),
        ("set-reserve", {}, 400, "reserve"),
        ("flag-goal-risk", {"reason": "  "}, 400, "reason"),
        ("close", {}, 400, "goal_met"),
        ("close", {"goal_met": "perhaps"}, 400, "goal_met"),
        ("close", {"goal_met": True, "reasons": {"BUG-999": "x"}}, 422, "not unfinished"),
        ("close", {"goal_met": True, "reasons": ["x"]}, 400, "reasons"),
        ("cancel", {}, 400, "reason"),
        ("cancel", {"reason": "x", "surprise": 1}, 400, "surprise"),
        ("start", {}, 409, "allowed"),
        ("plan", {}, 404, ""),
    ],
)
def test_bad_input_is_named_and_changes_nothing(
    cast: Cast, api: Any, verb: str, body: dict[str, Any], status: int, said: str
) -> None:
    sprint = a_running_sprint(cast)
    before = Sprint.objects.values().get(pk=sprint.pk)
    answer = api(cast.pia).post(path(sprint, verb), **body)
    assert answer.status_code == status, answer.content
    assert said in answer.content.decode()
    assert Sprint.objects.values().get(pk=sprint.pk) == before


def test_an_old_version_is_refused_and_the_new_one_is_told(cast: Cast, api: Any) -> None:
    sprint, pia = a_sprint(cast), api(cast.pia)
    old = f'"{sprint.version}"'
    services.set_reserve(sprint.pk, sprint.size - 1, by=cast.pia, at=clock.now())
    answer = pia.post(path(sprint, "start"), {"If-Match": old})
    assert (answer.status_code, answer.json()["version"]) == (412, sprint.version + 1)


def test_support_reads_name_goal_dates_and_state_alone(cast: Cast, api: Any) -> None:
    sprint = a_sprint(cast, team=cast.platform, by=cast.adam)
    told = api(cast.lena).get(path(sprint)).json()
    assert (told["name"], told["state"], told["allowed"]) == (sprint.name, "planned", [])
    for name in ("capacity", "commit_limit", "reserve", "committed", "risk_flagged_at"):
        assert told[name] is None, name
    (listed,) = api(cast.lena).get("sprints/?team=platform").json()["results"]
    assert listed["reserve"] is None
    assert api(cast.ines).get(path(sprint)).json()["reserve"]["size"] == "10"
