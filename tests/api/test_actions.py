"""Actions over REST: agreed on a post-mortem, decided as backlog items, verified with a proof (PM-6)."""

from typing import Any

from tests.cast import Cast
from tests.postmortems.acts import action_in, complete


def test_an_action_is_agreed_accepted_and_read_with_what_it_rests_on(cast: Cast, api: Any) -> None:
    thing = complete(cast)
    factor = thing.factors.order_by("pk")[0].pk
    sent = {"what": "Be careful", "kind": "prevent", "means": "guard", "owner": "otto", "factor": factor}  # fmt: skip
    path = f"post-mortems/{thing.reference}/agree-action/"
    refused = api(cast.ines).post(path, **sent)
    assert refused.status_code == 400
    assert "what" in refused.json()["fields"]
    sent["what"] = "The build compares totals."
    made = api(cast.ines).post(path, **sent).json()["actions"][-1]
    assert api(cast.pia).post(f"backlog-items/{made}/accept/").status_code == 200
    shown = api(cast.otto).get(f"actions/{made}/").json()
    assert (shown["state"], shown["strength"], shown["owner"]) == ("accepted", "strong", "otto")
    figures = {"bugs": 1, "reports": 1, "customers": 0, "hours": "1"}
    assert shown["rested_on"] == shown["rests_on"] == figures
    assert shown["allowed"] == []
    assert api(cast.pia).get(f"actions/{made}/").json()["allowed"] == ["extend"]


def test_it_is_verified_by_another_with_a_proof(cast: Cast, api: Any) -> None:
    action = action_in(cast, "done")
    path = f"actions/{action.reference}/verify/"
    assert api(cast.ines).post(path, proof="I looked").status_code == 403
    assert api(cast.otto).post(path, proof="It stopped.").json()["proof"] == "It stopped."
    listed = api(cast.otto).get("actions/?state=verified").json()["results"]
    assert [each["reference"] for each in listed] == [action.reference]


def test_a_list_is_of_one_post_mortem(cast: Cast, api: Any) -> None:
    one, _ = complete(cast), complete(cast)
    listed = api(cast.otto).get(f"actions/?post_mortem={one.reference}").json()["results"]
    assert [each["post_mortem"] for each in listed] == [one.reference]
    assert api(cast.otto).get("actions/?post_mortem=nine").status_code == 400
