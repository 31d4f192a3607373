"""What verbs over REST refuse, in which order, and what they understand."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from foundation import clock
from problem_reports.models import ProblemReport
from sprints import services as sprints
from tests.api.test_path import FILED
from tests.cast import Cast
from tests.factories import a_bug, a_report, a_running_sprint, a_sprint, an_item

HOW_TO = {"outcome": "how_to", "message": "So.", "cause": "knowledge", "hours": "0.5"}
BUG = {"title": "Rounding", "priority": "P1", "confirmed_by_steps": "Invoice 7."}
AS_BUG = {"outcome": "bug", "message": "Yes.", "cause": "code", "hours": 1}


def _path(report: ProblemReport) -> str:
    return f"problem-reports/{report.reference}/"


def test_refusals_come_in_order_401_404_400_403_409_422(cast: Cast, api: Any) -> None:
    path = _path(a_report(cast, "assigned"))
    anonymous = api(cast.lena)
    anonymous.client.defaults.pop("HTTP_AUTHORIZATION", None)
    nobody = anonymous.client.post(f"/api/v1/{path}assign/", headers={"Authorization": ""})
    assert nobody.status_code == 401
    assert api(cast.paul).post(f"{path}assign/", surprise=1).status_code == 404
    assert api(cast.ines).post(f"{path}assign/", surprise=1).status_code == 400
    assert api(cast.ines).post(f"{path}assign/", assignee="nobody").status_code == 403
    assert api(cast.ines).post(f"{path}assign/", assignee="ines").status_code == 403
    assert api(cast.rhea).post(f"{path}assign/", assignee="ines").status_code == 409
    free = _path(a_report(cast))
    assert api(cast.rhea).post(f"{free}assign/", assignee="nobody").status_code == 400
    assert api(cast.rhea).post(f"{free}assign/", assignee="pia").status_code == 422


@pytest.mark.parametrize("second", ["ines", "otto"])
def test_a_second_assignment_is_told_who_won_and_what_is_allowed_instead(
    cast: Cast, api: Any, second: str
) -> None:
    rhea, path = api(cast.rhea), _path(a_report(cast))
    rhea.post(f"{path}assign/", assignee="ines")
    answer = rhea.post(f"{path}assign/", assignee=second)
    assert answer.status_code == 409
    assert answer.json()["assigned_to"] == "ines"
    assert answer.json()["allowed"] == rhea.get(path).json()["allowed"]
    assert "assign" not in answer.json()["allowed"]


def test_every_wrong_field_is_named_at_once(cast: Cast, api: Any) -> None:
    answer = api(cast.lena).post("problem-reports/", title="", impact="nobody", surprise=1)
    fields = answer.json()["fields"]
    assert set(fields) == {
        "title",
        "description",
        "product_area",
        "impact",
        "urgency",
        "surprise",
    }
    assert answer["Content-Type"] == "application/problem+json"


def test_an_area_that_does_not_exist_is_named(cast: Cast, api: Any) -> None:
    answer = api(cast.lena).post("problem-reports/", **{**FILED, "product_area": "nope"})
    assert (answer.status_code, set(answer.json()["fields"])) == (400, {"product_area"})


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"outcome": "bug"}, "bug"),
        ({"outcome": "bug", "bug": BUG, "existing_bug": "BUG-1"}, "existing_bug"),
        ({"outcome": "bug", "bug": {**BUG, "priority": "P9"}}, "bug.priority"),
        ({"outcome": "bug", "bug": {**BUG, "product_area": "nope"}}, "bug.product_area"),
        ({"outcome": "bug", "existing_bug": "BUG-999"}, "existing_bug"),
        ({"outcome": "how_to", "bug": BUG}, "bug"),
        ({"outcome": "duplicate"}, "duplicate_of"),
        ({"outcome": "duplicate", "duplicate_of": "PR-999"}, "duplicate_of"),
        ({"outcome": "duplicate", "duplicate_of": "BUG-1"}, "duplicate_of"),
        ({"outcome": "already_fixed"}, "already_fixed_in"),
        ({"outcome": "how_to", "already_fixed_in": "5.0"}, "already_fixed_in"),
        ({"outcome": "evolution"}, "item_title"),
        ({"outcome": "evolution", "item": {}}, "item"),
        ({"outcome": "evolution", "item_title": {}}, "item_title"),
        ({"outcome": "evolution", "item": "BI-999"}, "item"),
        ({"outcome": "evolution", "item": "BI-1", "item_title": "Export"}, "item"),
        ({"outcome": "how_to", "item_title": "Export"}, "item_title"),
        ({"outcome": "how_to", "cause": "gremlins"}, "cause"),
        ({"outcome": "how_to", "hours": "-1"}, "hours"),
        ({"outcome": "how_to", "hours": "0.005"}, "hours"),
        ({"outcome": "how_to", "message": ""}, "message"),
        ({"outcome": "guess"}, "outcome"),
    ],
)
def test_an_outcome_asks_for_its_own_evidence(
    cast: Cast, api: Any, body: dict[str, Any], field: str
) -> None:
    path = _path(a_report(cast, "assigned"))
    answer = api(cast.ines).post(f"{path}classify/", **{**HOW_TO, **body})
    assert answer.status_code == 400, answer.content
    assert field in answer.json()["fields"]
    assert ProblemReport.objects.get().state == "assigned"


def test_a_duplicate_needs_no_cause_it_inherits_one(cast: Cast, api: Any) -> None:
    ines = api(cast.ines)
    original, copy = a_report(cast, "closed"), a_report(cast, "assigned")
    body = {"outcome": "duplicate", "message": "Known.", "hours": 0}
    done = ines.post(f"{_path(copy)}classify/", **body, duplicate_of=original.reference)
    assert done.status_code == 200
    assert done.json()["classification"]["cause"] == "knowledge"
    itself = a_report(cast)
    api(cast.rhea).post(f"{_path(itself)}assign/", assignee="ines")
    refused = ines.post(f"{_path(itself)}classify/", **body, duplicate_of=itself.reference)
    assert refused.status_code == 422


def test_a_second_report_is_linked_to_the_bug_that_is_there(cast: Cast, api: Any) -> None:
    bug, other = a_bug(cast), a_report(cast, "assigned")
    done = api(cast.ines).post(f"{_path(other)}classify/", **AS_BUG, existing_bug=bug.reference)
    assert done.json()["bug"]["reference"] == bug.reference
    assert len(api(cast.ines).get(f"bugs/{bug.reference}/").json()["reports"]) == 2


def test_a_wish_joins_an_item_and_its_decision_is_told(cast: Cast, api: Any) -> None:
    item, report = an_item(cast, "declined"), a_report(cast, "assigned")
    path = f"{_path(report)}classify/"
    said = {"outcome": "evolution", "message": "Noted.", "hours": 0, "cause": "usability"}
    assert api(cast.ines).post(path, **said, item=item.reference).status_code == 422
    done = api(cast.ines).post(path, **said, item_title="Export to a spreadsheet")
    assert done.status_code == 200
    wish = done.json()["classification"]["item"]
    assert wish["decision"] == "to_be_decided"
    declined = api(cast.pia).post(f"backlog-items/{wish['reference']}/decline/", reason="Too few")
    assert declined.status_code == 200
    told = api(cast.lena).get(_path(report)).json()["classification"]["item"]
    assert (told["decision"], told["reason"]) == ("declined", "Too few")


def test_the_bug_may_name_another_area_of_the_team(cast: Cast, api: Any) -> None:
    path = _path(a_report(cast, "assigned"))
    new = {**BUG, "product_area": "payments"}
    done = api(cast.ines).post(f"{path}classify/", **AS_BUG, bug=new).json()
    bug = api(cast.ines).get(f"bugs/{done['bug']['reference']}/").json()
    assert bug["product_area"] == "payments"


def test_a_date_means_the_start_of_that_day_where_the_team_works(cast: Cast, api: Any) -> None:
    path = _path(a_report(cast))
    done = api(cast.rhea).post(f"{path}snooze/", reason="Release first", until="2027-07-01")
    assert done.status_code == 200
    wakes = datetime(2027, 7, 1, tzinfo=ZoneInfo("Europe/Brussels")).astimezone(UTC)
    assert done.json()["snoozed_until"] == wakes.isoformat().replace("+00:00", "Z")
    moment = api(cast.rhea).post(
        f"{path}snooze/", reason="Later", until="2027-07-02T09:00:00+02:00"
    )
    assert moment.json()["snoozed_until"] == "2027-07-02T07:00:00Z"


def test_a_moment_without_an_offset_is_no_moment(cast: Cast, api: Any) -> None:
    path = _path(a_report(cast))
    answer = api(cast.rhea).post(f"{path}snooze/", reason="Later", until="2027-07-02T09:00:00")
    assert set(answer.json()["fields"]) == {"until"}


def test_a_moment_that_has_passed_is_422(cast: Cast, api: Any) -> None:
    path = _path(a_report(cast))
    answer = api(cast.rhea).post(f"{path}snooze/", reason="Later", until="2020-01-01")
    assert answer.status_code == 422


def test_a_postponed_bug_is_reviewed_on_the_teams_day(cast: Cast, api: Any) -> None:
    bug = a_bug(cast)
    late = "2027-07-01T23:30:00Z"
    done = api(cast.rhea).post(f"bugs/{bug.reference}/postpone/", until=late, reason="Rare")
    assert done.json()["review_on"] == "2027-07-02"


def test_a_p1_beyond_the_reserve_is_422_unless_what_leaves_covers_it(cast: Cast, api: Any) -> None:
    rhea, ines, pia = api(cast.rhea), api(cast.ines), cast.pia
    planned = a_bug(cast, "scheduled", priority="P2", points=3)
    sprints.set_reserve(planned.sprint_id, Decimal(2), by=pia, at=clock.now())
    sprint = sprints.start(planned.sprint_id, by=pia, at=clock.now())
    bug = f"bugs/{a_bug(cast).reference}/"
    ines.post(f"{bug}estimate/", points=4)
    body = {"sprint": sprint.reference, "reason": "It bites"}
    alone = rhea.post(f"{bug}inject/", **body, points=4)
    assert alone.status_code == 422
    assert "2" in alone.json()["detail"]
    said = {"swappable": True, "serves_goal": False}
    assert api(pia).post(f"bugs/{planned.reference}/mark/", **said).status_code == 200
    done = rhea.post(f"{bug}inject/", **body, points=4, leaves=[planned.reference])
    assert done.status_code == 200
    assert rhea.get(f"bugs/{planned.reference}/").json()["state"] == "to_be_scheduled"
    assert rhea.get(f"sprints/{sprint.reference}/").json()["reserve"]["available"] == "1"


def test_an_injection_names_the_running_sprint_by_default(cast: Cast, api: Any) -> None:
    rhea, bug = api(cast.rhea), f"bugs/{a_bug(cast).reference}/"
    planned = a_sprint(cast)
    early = rhea.post(f"{bug}inject/", sprint=planned.reference, points=2, reason="It bites")
    assert early.status_code == 422
    running = a_running_sprint(cast)
    done = rhea.post(f"{bug}inject/", points=2, reason="It bites")
    assert done.json()["sprint"] == running.reference


def test_an_injection_while_no_sprint_runs_starts_the_work_and_waits_for_the_next_one(
    cast: Cast, api: Any
) -> None:
    rhea, bug = api(cast.rhea), f"bugs/{a_bug(cast).reference}/"
    done = rhea.post(f"{bug}inject/", points=2, reason="It bites").json()
    assert (done["state"], done["sprint"]) == ("in_sprint", None)
    assert done["promise"]["words"] == "Being worked on now"
    running = a_running_sprint(cast)
    assert rhea.get(f"bugs/{bug.split('/')[1]}/").json()["sprint"] == running.reference
    shown = rhea.get(f"sprints/{running.reference}/").json()["reserve"]
    assert (shown["held"], shown["available"]) == ("2", "8")


def test_hours_on_an_injected_bug_draw_on_its_hold(cast: Cast, api: Any) -> None:
    bug = a_bug(cast, "in_progress", points=3)
    otto = api(cast.otto)
    done = otto.post(f"bugs/{bug.reference}/log-work/", hours=6, note="Read the logs")
    assert done.status_code == 200
    shown = otto.get(f"sprints/{done.json()['sprint']}/").json()["reserve"]
    assert (shown["held"], shown["spent"]) == ("2", "1")
    late = otto.post(f"bugs/{bug.reference}/log-work/", hours=1, on="2999-01-01")
    assert (late.status_code, set(late.json()["fields"])) == (400, {"on"})
    assert otto.post(f"bugs/{bug.reference}/log-work/", hours=25).status_code == 400


def test_what_leaves_must_exist(cast: Cast, api: Any) -> None:
    a_running_sprint(cast)
    bug = f"bugs/{a_bug(cast).reference}/"
    answer = api(cast.rhea).post(
        f"{bug}inject/", points=2, reason="It bites", leaves=["BUG-999999"]
    )
    assert (answer.status_code, set(answer.json()["fields"])) == (400, {"leaves.0"})


def test_a_fix_names_where_its_code_is(cast: Cast, api: Any) -> None:
    bug = f"bugs/{a_bug(cast, 'in_progress').reference}/"
    ines = api(cast.ines)
    for links in ([], ["no address"], ["ftp:x"], "https://git.example.org/9", ["javascript:x()"]):
        answer = ines.post(f"{bug}fix/", links=links)
        assert answer.status_code == 400, links
    assert ines.post(f"{bug}fix/", links=["https://git.example.org/9"]).status_code == 200


def test_who_fixed_it_does_not_verify_it(cast: Cast, api: Any) -> None:
    bug = f"bugs/{a_bug(cast, 'fixed').reference}/"
    answer = api(cast.ines).post(f"{bug}verify/")
    assert answer.status_code == 403
    assert "other than who fixed it" in answer.json()["detail"]


def test_a_verb_without_a_body_needs_none(cast: Cast, api: Any) -> None:
    path = _path(a_report(cast, "assigned"))
    answer = api(cast.ines).client.generic("POST", f"/api/v1/{path}start/")
    assert answer.status_code == 200


def test_a_bug_is_never_made_by_posting_one(cast: Cast, api: Any) -> None:
    answer = api(cast.rhea).post("bugs/", title="A defect")
    assert answer.status_code == 405


def test_a_conflict_on_a_bug_names_what_is_allowed(cast: Cast, api: Any) -> None:
    bug = f"bugs/{a_bug(cast).reference}/"
    answer = api(cast.ines).post(f"{bug}start/")
    assert (answer.status_code, answer.json()["allowed"]) == (
        409,
        ["estimate", "refute", "log-work", "page", "propose-plan", "mitigate"],
    )


def test_a_changed_priority_needs_a_reason_and_a_confirmed_one_does_not(
    cast: Cast, api: Any
) -> None:
    rhea, path = api(cast.rhea), _path(a_report(cast))
    answer = rhea.post(f"{path}prioritise/", priority="P0")
    assert (answer.status_code, set(answer.json()["fields"])) == (400, {"reason"})
    assert rhea.post(f"{path}prioritise/", priority="P2").status_code == 200
    assert ProblemReport.objects.get().prioritised_at is not None


def test_the_history_says_that_it_came_by_this_door(cast: Cast, api: Any) -> None:
    at = api(cast.lena).post("problem-reports/", **FILED)["Location"]
    (item,) = api(cast.lena).get(f"{at}history/").json()["results"]
    assert (item["verb"], item["by"], item["source"]) == ("file", "lena", "api")
    assert item["at"] <= item["recorded_at"]
