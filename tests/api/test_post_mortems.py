"""Post-mortems over REST: the whole way from asking to a version that never changes (PRODUCT §8)."""

from typing import Any

import pytest

from postmortems.models import Published
from tests.cast import Cast
from tests.factories import a_bug
from tests.postmortems.acts import ANSWERS, blame, complete

FACTOR = {"statement": "No test", "kind": "condition", "category": "testing", "control": "team"}


def test_a_post_mortem_is_asked_for_written_reviewed_and_published(cast: Cast, api: Any) -> None:
    bug = a_bug(cast, "verified")
    ines, otto = api(cast.ines), api(cast.otto)
    made = ines.post("post-mortems/", bug=bug.reference, reason="It hurt")
    assert made.status_code == 201
    path = made.headers["Location"]
    assert made.json()["allowed"] == ["open"]
    opened = ines.post(f"{path}open/").json()
    assert f"{bug.reference} was opened as P1." in [m["what"] for m in opened["moments"]]
    ines.post(f"{path}write/", **ANSWERS, fixed_at="2026-01-05T09:12:00Z")
    first = ines.post(f"{path}add-factor/", **FACTOR).json()["factors"][0]["key"]
    more = {**FACTOR, "statement": "Rounded per line"}
    shown = ines.post(f"{path}add-factor/", **more).json()
    assert [f["contributes_to"] for f in shown["factors"]] == [[], []]
    act = {"what": "Totals are compared", "kind": "prevent", "means": "guard", "owner": "otto"}
    ines.post(f"{path}agree-action/", **act, factor=first)
    ines.post(f"{path}answer-done/", answer="not_applicable", because="No clause is about totals")
    shown = ines.post(f"{path}edit/", part="factor", key=first, evidence="The suite").json()
    assert (shown["factors"][0]["evidence"], shown["missing"]) == ("The suite", [])
    assert ines.post(f"{path}submit/").json()["state"] == "in_review"
    assert otto.post(f"{path}publish/").json()["reviewer"] == "otto"
    assert Published.objects.get().body["fixed_at"].startswith("2026-01-05T09:12")
    listed = otto.get("post-mortems/?state=published").json()["results"]
    assert [each["bug"] for each in listed] == [bug.reference]


def test_findings_say_where_why_and_what_instead(cast: Cast, api: Any) -> None:
    thing = complete(cast)
    blame(cast, thing)
    ines, path = api(cast.ines), f"post-mortems/{thing.reference}/"
    (found,) = ines.get(path).json()["findings"]
    assert (found["rule"], found["level"], found["said"]) == ("B2", "blame", "The developer forgot")
    assert (found["start"], found["end"], found["where"]) == (0, 20, "What was hard")
    refused = ines.post(f"{path}submit/")
    assert refused.status_code == 422
    assert "blames somebody" in refused.json()["detail"]


def test_what_somebody_else_wrote_meanwhile_is_not_lost(cast: Cast, api: Any) -> None:
    thing = complete(cast)
    path, etag = f"post-mortems/{thing.reference}/", f'"{thing.version}"'
    assert (
        api(cast.otto).post(f"{path}write/", {"If-Match": etag}, was_hard="Logs").status_code == 200
    )
    assert (
        api(cast.ines).post(f"{path}write/", {"If-Match": etag}, was_hard="Mine").status_code == 412
    )


@pytest.mark.parametrize(
    ("verb", "body", "said"),
    [
        ("write", {"root_cause": "x"}, "root_cause"),
        ("write", {"fixed_at": "yesterday"}, "fixed_at"),
        ("add-factor", {**FACTOR, "category": "people"}, "category"),
        ("add-moment", {"when": "2999-01-01T00:00:00Z", "what": "x"}, "when"),
        ("edit", {"part": "factor", "key": 1}, "part"),
        ("edit", {"part": "person", "key": 1, "what": "x"}, "part"),
        ("remove", {"part": "factor", "key": -1}, "key"),
        ("link-factors", {"cause": 1}, "effect"),
    ],
)
def test_bad_input_is_named(
    cast: Cast, api: Any, verb: str, body: dict[str, Any], said: str
) -> None:
    answer = api(cast.ines).post(f"post-mortems/{complete(cast).reference}/{verb}/", **body)
    assert (answer.status_code, said in answer.content.decode()) == (400, True)
