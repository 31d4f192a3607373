"""Agreements over REST (PM-7, PM-10)."""

from typing import Any

from tests.cast import Cast
from tests.factories import a_bug, a_report
from tests.teams.test_agreements import a_trial


def test_an_agreement_is_proposed_used_adopted_and_retired(cast: Cast, api: Any) -> None:
    sent = {
        "team": "billing",
        "kind": "working",
        "text": "Who is on call decides.",
        "because": "Slow",
    }
    made = api(cast.ines).post("agreements/", **sent)
    assert made.status_code == 201
    path = made.headers["Location"]
    for key in (a_bug(cast).reference, a_report(cast).reference):
        assert api(cast.ines).post(f"{path}use/", what=key, followed=True).status_code == 200
    shown = api(cast.rhea).post(f"{path}adopt/", words="It helped").json()
    assert (shown["state"], shown["followed"]) == ("adopted", 2)
    assert shown["allowed"] == ["use", "revise", "retire"]
    assert api(cast.rhea).post(f"{path}retire/", reason="Nobody asks").json()["ended_on"]
    assert (
        api(cast.ines).get("agreements/?state=retired").json()["results"][0]["key"] == shown["key"]
    )


def test_what_it_was_used_on_has_a_reference(cast: Cast, api: Any) -> None:
    path = f"agreements/{a_trial(cast).pk}/use/"
    elsewhere = a_report(cast, product_area="login").reference
    for what in ("nine", "BUG-999999", "PM-1", elsewhere):
        refused = api(cast.ines).post(path, what=what, followed=True)
        assert (refused.status_code, "of the team's" in refused.text) == (400, True), what
