"""What goes beyond a reserve, over REST: the same answers as on the page (SPR-4)."""

from typing import Any

import pytest

from bugs import services as bugs
from foundation import clock
from sprints.models import Sprint
from tests.cast import Cast
from tests.sprints.test_overdrafts import act, beyond


def test_the_product_owner_reads_it_and_lets_the_proposed_work_leave(cast: Cast, api: Any) -> None:
    sprint, overdraft, (planned,) = beyond(cast, 5)
    pia, path = api(cast.pia), f"overdrafts/{overdraft.pk}/"
    shown = pia.get(path).json()
    assert (shown["state"], shown["left"], shown["sprint"]) == ("open", "4", sprint.reference)
    assert shown["leaving"] == [
        {"reference": planned.reference, "points": "5", "asked": None, "let_go_at": None}
    ]
    assert shown["allowed"] == ["propose-swap", "swap-out", "accept-risk"]
    answer = pia.post(f"{path}swap-out/", {"If-Match": f'"{shown["version"]}"'})
    assert (answer.status_code, answer.json()["state"]) == (200, "made_good")
    assert (answer.json()["left"], answer.json()["allowed"]) == ("0", [])
    assert answer.json()["decided_by"] == "pia"


def test_the_list_is_filtered_by_state_team_and_sprint(cast: Cast, api: Any) -> None:
    sprint, overdraft, _ = beyond(cast, 5)
    ines = api(cast.ines)
    for query in ("state=open", "team=billing", f"sprint={sprint.reference}"):
        keys = [row["key"] for row in ines.get(f"overdrafts/?{query}").json()["results"]]
        assert keys == [overdraft.pk], query
    for query in ("state=accepted", "team=platform", "sprint=SP-999999"):
        assert ines.get(f"overdrafts/?{query}").json()["results"] == [], query
    assert ines.get("overdrafts/?sprint=x").status_code == 400
    assert api(cast.lena).get("overdrafts/").json()["results"] == [], "support reads no ledger"


def test_who_works_on_it_is_asked_first(cast: Cast, api: Any) -> None:

    _, overdraft, (planned,) = beyond(cast, 5)
    bugs.start(planned.pk, by=cast.ines, at=clock.now())
    act("propose_swap", cast, overdraft, by=cast.rhea, leaves=[planned.reference])
    path = f"overdrafts/{overdraft.pk}/"
    assert "swap-out" not in api(cast.pia).get(path).json()["allowed"]
    refused = api(cast.pia).post(f"{path}swap-out/")
    assert (refused.status_code, "has not let it go" in refused.json()["detail"]) == (422, True)
    assert "let-go" not in api(cast.otto).get(path).json()["allowed"]
    ines = api(cast.ines)
    assert ines.get(path).json()["allowed"] == ["let-go"]
    assert ines.post(f"{path}let-go/").json()["leaving"][0]["let_go_at"]
    assert "swap-out" in api(cast.pia).get(path).json()["allowed"]


@pytest.mark.parametrize(
    ("verb", "body", "status", "said"),
    [
        ("accept-risk", {}, 400, "reason"),
        ("accept-risk", {"reason": "   "}, 400, "reason"),
        ("propose-swap", {"leaves": []}, 400, "leaves"),
        ("propose-swap", {"leaves": "BI-1"}, 400, "leaves"),
        ("propose-swap", {"leaves": ["BUG-999999"]}, 422, "cannot leave"),
        ("swap-out", {"surprise": 1}, 400, "surprise"),
        ("decline", {}, 404, ""),
    ],
)
def test_bad_input_is_named_and_changes_nothing(
    cast: Cast, api: Any, verb: str, body: dict[str, Any], status: int, said: str
) -> None:
    _, overdraft, _ = beyond(cast, 5)
    answer = api(cast.pia).post(f"overdrafts/{overdraft.pk}/{verb}/", **body)
    assert answer.status_code == status
    assert said in answer.content.decode()
    overdraft.refresh_from_db()
    assert overdraft.state == "open"


def test_an_answered_one_and_an_old_version_are_refused(cast: Cast, api: Any) -> None:
    sprint, overdraft, _ = beyond(cast, 5)
    path = f"overdrafts/{overdraft.pk}/accept-risk/"
    pia, why = api(cast.pia), {"reason": "The demo can wait"}
    stale = pia.post(path, {"If-Match": f'"{sprint.version - 1}"'}, **why)
    assert stale.status_code == 412
    assert stale.json()["version"] == Sprint.objects.get(pk=sprint.pk).version
    assert pia.post(path, **why).json()["state"] == "accepted"
    again = pia.post(path, **why)
    assert (again.status_code, again.json()["allowed"]) == (409, [])
