"""The main path of the product over REST alone: from a filed report to a verified fix (issue 2)."""

from typing import Any

from tests.cast import Cast
from tests.factories import a_running_sprint, a_sprint

FILED = {
    "title": "Totals differ on export",
    "description": "The export says 41.20, the screen says 41.02.",
    "product_area": "invoicing",
    "impact": "everyone",
    "urgency": "high",
    "customer": "Acme",
    "version": "5.0",
}


def test_a_report_becomes_a_bug_that_is_fixed_and_verified(cast: Cast, api: Any) -> None:
    sprint = a_running_sprint(cast)
    lena, rhea, ines, otto = (api(p) for p in (cast.lena, cast.rhea, cast.ines, cast.otto))

    filed = lena.post("problem-reports/", **FILED)
    assert filed.status_code == 201
    at = filed["Location"]
    report = filed.json()
    assert at.endswith(f"/api/v1/problem-reports/{report['reference']}/")
    assert report["state"] == "to_be_investigated"
    assert [p["kind"] for p in report["promises"]] == ["first_response", "classification"]
    assert all(p["state"] == "running" and p["due_at"] for p in report["promises"])

    def done(who: Any, verb: str, **body: Any) -> Any:
        answer = who.post(f"{at}{verb}/", **body)
        assert answer.status_code == 200, answer.content
        assert answer["ETag"] == f'"{answer.json()["version"]}"'
        return answer.json()

    assert done(rhea, "respond", message="We look at it.")["promises"][0]["state"] == "kept"
    assert done(rhea, "prioritise", priority="P1")["priority"] == "P1"
    assert done(rhea, "assign", assignee="ines")["assignee"] == "ines"
    assert done(ines, "start")["state"] == "investigating"
    asked = done(ines, "ask", message="Which invoice?")
    assert asked["state"] == "waiting"
    assert "answer" in lena.get(at).json()["allowed"]
    assert done(lena, "answer", message="Number 7.")["state"] == "investigating"
    closed = done(
        ines,
        "classify",
        outcome="bug",
        message="It is a rounding error.",
        cause="code",
        hours="1.5",
        bug={"title": "Rounding", "priority": "P1", "confirmed_by_steps": "Invoice 7."},
    )
    assert closed["state"] == "closed"
    bug_at = f"bugs/{closed['bug']['reference']}/"

    def act(who: Any, verb: str, **body: Any) -> Any:
        answer = who.post(f"{bug_at}{verb}/", **body)
        assert answer.status_code == 200, answer.content
        return answer.json()

    assert act(ines, "estimate", points=3)["estimate"] == "3"
    injected = act(rhea, "inject", sprint=sprint.reference, points=3, reason="Month's end")
    assert injected["sprint"] == sprint.reference
    assert act(ines, "start")["state"] == "in_progress"
    assert act(ines, "fix", links=["https://git.example.org/pull/9"])["state"] == "fixed"
    assert act(otto, "verify")["state"] == "verified"

    seen = lena.get(at).json()
    assert seen["bug"] == {
        "reference": closed["bug"]["reference"],
        "state": "verified",
        "promise": seen["promises"][-1],
        "workaround": None,
    }
    assert seen["promises"][-1]["state"] == "kept"
    history = lena.get(f"{at}history/").json()["results"]
    assert [item["verb"] for item in history] == [
        "file", "respond", "prioritise", "assign", "start", "ask", "answer",
        "open", "classify", "inject", "fix", "verify",
    ]  # fmt: skip
    assert {item["by"] for item in history} == {"lena", "rhea", "ines", "otto"}


def test_a_bug_is_scheduled_into_a_later_sprint_and_the_reporter_reads_its_end(
    cast: Cast, api: Any
) -> None:
    later = a_sprint(cast)
    lena, rhea, ines = (api(p) for p in (cast.lena, cast.rhea, cast.ines))
    at = lena.post("problem-reports/", **FILED)["Location"]
    rhea.post(f"{at}assign/", assignee="ines")
    new = {"title": "Rounding", "priority": "P2", "confirmed_by_steps": "Invoice 7."}
    closed = ines.post(
        f"{at}classify/", outcome="bug", message="Yes.", cause="code", hours=1, bug=new
    )
    bug = f"bugs/{closed.json()['bug']['reference']}/"
    assert rhea.post(f"{bug}schedule/", sprint=later.reference).status_code == 422
    assert ines.post(f"{bug}estimate/", points="2.5").status_code == 200
    scheduled = rhea.post(f"{bug}schedule/", sprint=later.reference)
    assert scheduled.json()["state"] == "scheduled"
    fix = lena.get(at).json()["promises"][-1]
    assert fix["due_on"] == later.ends_on.isoformat()
