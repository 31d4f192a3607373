"""What each reader sees of reports and bugs (issue 2 §4)."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from bugs import services as bugs
from foundation import clock
from problem_reports import services as reports
from problem_reports.models import ProblemReport
from tests.cast import Cast
from tests.factories import a_bug, a_report, a_sprint


def _verbs(answer: Any) -> list[str]:
    return [item["verb"] for item in answer.json()["results"]]


def test_l1_sees_of_a_bug_its_reference_state_and_promise_alone(cast: Cast, api: Any) -> None:
    bug = a_bug(cast, "scheduled")
    lena = api(cast.lena)
    seen = lena.get(f"bugs/{bug.reference}/").json()
    assert set(seen) == {"reference", "state", "promise", "workaround"}
    assert seen["promise"]["due_on"] == bug.sprint.ends_on.isoformat()
    assert lena.get("bugs/").json()["results"] == [seen]
    report = lena.get("problem-reports/").json()["results"][0]
    assert report["bug"] == seen
    assert report["promises"][-1] == seen["promise"]


def test_a_bug_of_another_support_teams_report_is_not_there(cast: Cast, api: Any) -> None:
    bug = a_bug(cast)
    assert api(cast.paul).get(f"bugs/{bug.reference}/").status_code == 404
    assert api(cast.paul).get("bugs/").json()["results"] == []


def test_developers_read_the_whole_bug(cast: Cast, api: Any) -> None:
    bug = a_bug(cast, "fixed", points=3)
    report = ProblemReport.objects.get()
    reports.join(report.pk, customer="Acme", by=cast.lena, at=clock.now())
    seen = api(cast.ines).get(f"bugs/{bug.reference}/").json()
    assert seen["estimate"] == "3"
    assert seen["links"] == ["https://git.example.org/billing/pull/9"]
    assert seen["opened_by"] == report.reference
    assert seen["reports"] == [report.reference]
    assert seen["customers_count"] == 1
    assert seen["fixed_by"] == "ines"
    assert seen["allowed"] == ["release", "reopen", "log-work"]
    assert api(cast.otto).get(f"bugs/{bug.reference}/").json()["allowed"] == [
        "verify",
        "release",
        "reopen",
        "log-work",
    ]


def test_notes_and_the_teams_own_figures_stay_with_the_delivery_team(cast: Cast, api: Any) -> None:
    bug = a_bug(cast, "scheduled")
    report = ProblemReport.objects.get()
    reports.note(report.pk, message="The rounding table.", by=cast.ines, at=clock.now())
    path = f"problem-reports/{report.reference}/"
    outside, inside = api(cast.lena), api(cast.ines)

    assert "note" not in _verbs(outside.get(f"{path}history/"))
    assert {"note", "estimate"} <= set(_verbs(inside.get(f"{path}history/")))
    assert "The rounding table." not in outside.get(f"{path}history/").content.decode()

    told = {i["verb"]: i for i in outside.get(f"{path}history/").json()["results"]}
    assert told["classify"]["text"] == "It is a rounding error; we will fix it."
    assert not {"hours", "cause"} & set(told["classify"]["data"])
    assert told["schedule"]["about"] == bug.reference
    assert "points" not in str(told)

    assert not {"hours", "cause"} & set(outside.get(path).json()["classification"])
    assert inside.get(path).json()["classification"]["hours"] == "1"
    assert inside.get(path).json()["classification"]["cause"] == "code"


def test_the_reason_of_a_snooze_stays_inside_and_its_date_does_not(cast: Cast, api: Any) -> None:
    report = a_report(cast, "snoozed")
    path = f"problem-reports/{report.reference}/history/"
    outside = api(cast.lena).get(path).json()["results"][-1]
    assert (outside["verb"], outside["text"]) == ("snooze", "")
    assert outside["data"]["until"]
    assert api(cast.rhea).get(path).json()["results"][-1]["text"] == "Release first"


def test_the_original_of_a_duplicate_is_named_only_to_who_may_see_it(cast: Cast, api: Any) -> None:
    original = a_report(cast, by=cast.paul)
    copy = a_report(cast, "assigned")
    reports.classify(
        copy.pk,
        outcome="duplicate",
        message="We know it.",
        hours=Decimal("0.5"),
        duplicate_of=original.pk,
        by=cast.ines,
        at=clock.now(),
    )
    path = f"problem-reports/{copy.reference}/"
    assert api(cast.lena).get(path).json()["classification"]["duplicate_of"] is None
    assert original.reference not in api(cast.lena).get(f"{path}history/").content.decode()
    inside = api(cast.ines).get(path).json()["classification"]
    assert inside["duplicate_of"] == original.reference


def test_both_promises_tell_what_became_of_them_with_their_slips(cast: Cast, api: Any) -> None:
    report = a_report(cast)
    lena, rhea = api(cast.lena), api(cast.rhea)
    path = f"problem-reports/{report.reference}/"
    before = lena.get(path).json()["promises"]
    rhea.post(f"{path}prioritise/", priority="P0", reason="Everybody has it.")
    first, second = lena.get(path).json()["promises"]
    assert first["due_at"] < before[0]["due_at"]
    (slip,) = first["slips"]
    assert (slip["due_at"], slip["because"]) == (before[0]["due_at"], "prioritise")
    rhea.post(f"{path}respond/", message="We look.")
    first, second = lena.get(path).json()["promises"]
    assert (first["state"], second["state"]) == ("kept", "running")
    history = lena.get(f"{path}history/").json()["results"]
    assert first["kept_by"] == history[-1]["id"]
    assert history[-1]["verb"] == "respond"
    assert history[-1]["data"] == {"first_response": True}


def test_a_tools_message_is_no_first_response(cast: Cast, api: Any) -> None:
    report = a_report(cast)
    reports.assign(report.pk, assignee=cast.robot, by=cast.rhea, at=clock.now())
    done = api(cast.robot).post(f"problem-reports/{report.reference}/respond/", message="Beep.")
    assert done.status_code == 200
    assert done.json()["promises"][0]["state"] == "running"


def test_customers_are_listed_and_counted_and_joining_twice_changes_nothing(
    cast: Cast, api: Any
) -> None:
    path = f"problem-reports/{a_report(cast, customer='Acme').reference}/"
    lena = api(cast.lena)
    joined = lena.post(f"{path}join/", customer="Bolt")
    assert (joined.json()["customers"], joined.json()["customers_count"]) == (["Acme", "Bolt"], 2)
    again = lena.post(f"{path}join/", customer="BOLT")
    assert again.json()["customers"] == ["Acme", "Bolt"]
    assert again["ETag"] == joined["ETag"]


def test_what_is_allowed_is_spelled_as_the_addresses_are(cast: Cast, api: Any) -> None:
    report = a_report(cast, "assigned")
    path = f"problem-reports/{report.reference}/"
    rhea = api(cast.rhea)
    allowed = rhea.get(path).json()["allowed"]
    assert {"hand-back", "return", "edit", "attach"} <= set(allowed)
    for verb in set(allowed) - {"edit"}:
        address = f"{path}{'attachments' if verb == 'attach' else verb}/"
        assert rhea.post(address, surprise=1).status_code in (400, 415), verb


def test_who_i_am_here(cast: Cast, api: Any) -> None:
    me = api(cast.rhea, name="laptop").get("me/").json()
    assert me["username"] == "rhea"
    assert me["kind"] == "person"
    assert me["teams"] == [
        {"team": "billing", "roles": ["developer", "lead"], "duties": ["release_manager"]}
    ]
    assert (me["token"]["name"], me["token"]["scope"]) == ("laptop", "all")
    assert api(cast.robot).get("me/").json()["kind"] == "tool"


def test_teams_name_who_is_on_duty_now(cast: Cast, api: Any) -> None:
    teams = {t["slug"]: t for t in api(cast.lena).get("teams/").json()["results"]}
    assert teams["billing"]["on_duty"] == {"release_manager": "rhea", "on_call": "otto"}
    assert teams["platform"]["on_duty"] == {"release_manager": "sami", "on_call": None}
    assert teams["services"]["kind"] == "support"


def test_a_sprint_shows_its_reserve_as_it_is_drawn_on(cast: Cast, api: Any) -> None:
    bug = a_bug(cast, "in_sprint", points=3)
    seen = api(cast.pia).get(f"sprints/{bug.sprint.reference}/").json()
    assert seen["reserve"] == {
        "size": "10",
        "held": "3",
        "spent": "0",
        "overdraft": "0",
        "available": "7",
        "unit": "points",
    }
    assert (seen["capacity"], seen["commit_limit"], seen["state"]) == ("40", "30", "running")
    assert seen["allowed"] == [
        "set-capacity", "set-reserve", "commit", "flag-goal-risk", "pull-forward", "close", "cancel",
    ]  # fmt: skip


def test_a_stranger_learns_nothing(cast: Cast, api: Any) -> None:
    a_bug(cast, "scheduled")
    a_sprint(cast, team=cast.platform, by=cast.adam)
    stranger = api(cast.stranger)
    for name in ("problem-reports", "bugs", "sprints", "teams", "product-areas"):
        assert stranger.get(f"{name}/").json()["results"] == [], name


def test_moments_are_in_utc_and_exact(cast: Cast, api: Any) -> None:
    report = a_report(cast)
    seen = api(cast.lena).get(f"problem-reports/{report.reference}/").json()
    assert seen["filed_at"] == report.filed_at.isoformat().replace("+00:00", "Z")
    assert seen["filed_at"].endswith("Z")


def test_a_postponed_bug_promises_its_review(cast: Cast, api: Any) -> None:
    bug = a_bug(cast)
    until = (clock.now() + timedelta(days=30)).date()
    bugs.postpone(bug.pk, until=until, reason="Rare", by=cast.rhea, at=clock.now())
    promise = api(cast.lena).get(f"bugs/{bug.reference}/").json()["promise"]
    assert (promise["due_on"], promise["label"]) == (until.isoformat(), "Not scheduled")


@pytest.mark.parametrize("customer", ["", "acme"])
def test_a_report_that_was_just_filed_is_shown_as_it_is_read(
    cast: Cast, api: Any, customer: str
) -> None:
    a_report(cast, customer="ACME")
    typed = {
        "title": "Totals differ",
        "description": "41.20 and 41.02",
        "product_area": "invoicing",
        "impact": "some_users",
        "urgency": "high",
        "environment": "test",
        **({"customer": customer} if customer else {}),
    }
    filed = api(cast.lena).post("problem-reports/", **typed)
    assert filed.status_code == 201
    assert filed.json() == api(cast.lena).get(filed["Location"]).json()
