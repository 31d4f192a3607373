"""Versions over REST: many fixes in one act, once, and that it is out (BUG-6)."""

from datetime import timedelta
from typing import Any

from bugs.models import Release
from tests.bugs.acts import a_release
from tests.cast import Cast, today_there
from tests.factories import a_bug

SAID = {"team": "billing", "version": "5.2"}


def day(n: int) -> str:
    return f"{today_there() + timedelta(days=n)}"


def test_a_pipeline_brings_many_fixes_out_once(cast: Cast, api: Any) -> None:
    bugs = [a_bug(cast, "verified").reference, a_bug(cast, "verified").reference]
    told = SAID | {"on": day(0), "bugs": bugs}
    robot = api(cast.robot)
    first = robot.post("releases/", {"Idempotency-Key": "deploy-118"}, **told)
    again = robot.post("releases/", {"Idempotency-Key": "deploy-118"}, **told)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.headers["Idempotency-Replayed"] == "true"
    body = first.json()
    assert (body["version"], body["out"], body["bugs"]) == ("5.2", True, bugs)
    assert len(body["reports"]) == 2
    assert Release.objects.count() == 1
    bug = robot.get(f"bugs/{bugs[0]}/").json()
    assert bug["release"] == {
        "release": body["release"],
        "version": "5.2",
        "on": day(0),
        "out": True,
    }
    assert bug["promise"]["words"] == "Available in version 5.2"
    assert bug["promise"]["due_on"] == day(0)


def test_a_planned_one_is_brought_out(cast: Cast, api: Any) -> None:
    made = a_release(cast, a_bug(cast, "verified"))
    ines = api(cast.ines)
    assert ines.get(f"releases/{made.pk}/").json()["allowed"] == ["bring-out"]
    assert ines.post(f"releases/{made.pk}/bring-out/", on=day(1)).status_code == 400
    out = ines.post(f"releases/{made.pk}/bring-out/", on=day(-1)).json()
    assert (out["out"], out["on"], out["allowed"]) == (True, day(-1), [])
    assert ines.post(f"releases/{made.pk}/bring-out/").status_code == 409


def test_each_bug_that_cannot_go_has_its_word_and_none_goes(cast: Cast, api: Any) -> None:
    fit, queued = a_bug(cast, "verified"), a_bug(cast)
    told = SAID | {"on": day(0), "bugs": [fit.reference, queued.reference]}
    answer = api(cast.ines).post("releases/", **told)
    assert answer.status_code == 422
    assert answer.json()["bugs"] == {queued.reference: "is to be scheduled, not fixed"}
    unknown = api(cast.ines).post("releases/", **(told | {"bugs": [fit.reference, "BUG-999999"]}))
    assert unknown.status_code == 400
    assert "There is no bug BUG-999999." in str(unknown.json())
    assert not Release.objects.exists()


def test_the_list_is_filtered_by_team_and_by_what_is_out(cast: Cast, api: Any) -> None:
    a_release(cast, a_bug(cast, "verified"))
    a_release(cast, a_bug(cast, "verified"), named="5.1", days=-3)
    ines = api(cast.ines)

    def named(query: str) -> list[str]:
        return [one["version"] for one in ines.get(f"releases/?{query}").json()["results"]]

    assert named("team=billing") == ["5.1", "5.2"]
    assert named("out=true") == ["5.1"]
    assert named("out=false") == ["5.2"]
    assert named("team=platform") == []
    assert api(cast.lena).get("releases/").json()["results"] == []


def test_l1_reads_the_version_in_the_promise_alone(cast: Cast, api: Any) -> None:
    bug = a_bug(cast, "verified")
    a_release(cast, bug, days=0)
    seen = api(cast.lena).get(f"bugs/{bug.reference}/").json()
    assert set(seen) == {"reference", "state", "promise", "workaround"}
    assert seen["promise"]["words"] == "Available in version 5.2"


def test_the_report_carries_the_same_promise(cast: Cast, api: Any) -> None:
    bug = a_bug(cast, "verified")
    a_release(cast, bug)
    report = bug.classifications.get().report.reference
    lena = api(cast.lena)
    for days, words in ((30, "Fixed for version 5.2, planned"), (0, "Available in version 5.2")):
        if not days:
            api(cast.ines).post(f"releases/{Release.objects.get().pk}/bring-out/")
        promise = lena.get(f"problem-reports/{report}/").json()["promises"][-1]
        assert (promise["words"], promise["due_on"]) == (words, day(days))
