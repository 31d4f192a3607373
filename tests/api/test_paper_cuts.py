"""Paper cuts over REST: clusters of small reports, and asking for a review of one (PM-9)."""

from datetime import timedelta
from typing import Any

from tests.cast import Cast, today_there
from tests.factories import a_report

PATH = "teams/billing/paper-cuts/"


def test_clusters_are_read_and_a_review_is_asked_for(cast: Cast, api: Any) -> None:
    a_report(cast, "closed")
    a_report(cast, "closed")
    ines = api(cast.ines)
    (one,) = ines.get(PATH).json()["clusters"]
    told = {
        key: one[key]
        for key in ("area", "cause", "reports", "hours", "estimated_hours", "comparable", "low")
    }
    assert told == {
        "area": "invoicing", "cause": "knowledge", "reports": 2, "hours": 1.0, "estimated_hours": 0.0,
        "comparable": False, "low": None,
    }  # fmt: skip
    today = today_there()
    asked = {"area": "invoicing", "cause": "knowledge", "since": f"{today - timedelta(days=9)}",
             "until": f"{today + timedelta(days=1)}", "reason": "One form"}  # fmt: skip
    made = ines.post(PATH, **asked)
    assert made.status_code == 201
    shown = made.json()
    assert shown["bug"] is None
    assert shown["paper_cuts"]["area"] == "invoicing"
    opened = ines.post(f"{made.headers['Location']}open/").json()
    assert len(opened["moments"]) == 1
    assert ines.post(PATH, **asked).status_code == 409
    assert ines.post(PATH, **asked | {"area": "login"}).status_code == 400
    assert ines.get(f"{PATH}?since=2026-02-30").status_code == 400
    assert ines.get(f"{PATH}?since=2026-02-02&until=2026-02-01").status_code == 400
