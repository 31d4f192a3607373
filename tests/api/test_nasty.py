"""What must never be a 500: every address is sent what no client should send (issue 2 §7)."""

import base64
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.db import transaction
from django.test import Client
from rest_framework.serializers import BooleanField

from bugs.api.acts import ACTS as BUG_ACTS
from problem_reports.api import shapes
from problem_reports.api.acts import ACTS as REPORT_ACTS
from tests.cast import Cast
from tests.factories import a_bug, a_report

HUGE, DEEP = 2 * 1024 * 1024, 10_000
BODIES = {
    "not json": b"{",
    "a list": b"[]",
    "a string": b'"x"',
    "null": b"null",
    "a number": b"1",
    "not UTF-8": b'{"a": "\xff"}',
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "a byte order mark": b'\xef\xbb\xbf{"a": 1}',
    "NaN": b'{"a": NaN}',
    "Infinity": b'{"a": -Infinity}',
    "a deep list": b"[" * DEEP + b"]" * DEEP,
    "a deep object": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "a depth that just parses": b'{"a": ' + b"[" * 200 + b"]" * 200 + b"}",
    "NUL": b'{"a": "\\u0000"}',
    "NUL in a name": b'{"\\u0000": 1}',
    "half a character": b'{"a": "\\ud800"}',
    "half a character in a name": b'{"\\udfff": 1}',
    "half a character deep inside": b'{"a": [{"b": ["\\ud800"]}]}',
    "a number of 5000 digits": b'{"a": ' + b"9" * 5000 + b"}",
    "two megabytes": b'{"a": "' + b"x" * HUGE + b'"}',
    "a field that does not exist": b'{"surprise": 1}',
}
#: No field takes these.
WRONG: tuple[Any, ...] = (None, True, {}, {"a": [1]}, [[]], [None], ["\0"])
#: Some field may take these; none may break on them.
ODD: tuple[Any, ...] = (
    -1,
    2**63,
    10**300,
    1.5,
    [],
    "",
    " ",
    "a\0b",
    "\ud800",
    "x" * 200_001,
    "NaN",
    "Infinity",
    "1e999",
    "1e-400000",
    "10000-01-01",
    "2026-02-30",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "2026-12-01T09:00:00",
    "PR-0",
    "PR-٣",
    "PR-9223372036854775808",
    "BUG-99999999999999999999",
)
REFERENCES = (
    "PR-0",
    "PR-٣",
    "PR-9223372036854775808",
    "PR-999999999999999999",
    "PR-1\0",
    "PR--1",
    "BUG-0",
    "BUG-9223372036854775808",
    "1",
    "..",
    "%",
    "\udcff",
    "x" * 3000,
)


def refused(answer: Any, *, say: Any = "") -> None:
    assert 400 <= answer.status_code < 500, (answer.status_code, say, answer.content[:300])
    assert answer["Content-Type"] == "application/problem+json", say
    body = answer.json()
    assert body["status"] == answer.status_code
    assert body["detail"], say


def never_broken(answer: Any, say: Any) -> None:
    """Some values happen to be right for a field; the others are refused properly."""
    if answer.status_code >= 400:
        refused(answer, say=say)


@pytest.fixture
def things(cast: Cast) -> dict[str, str]:
    return {
        "problem-reports": a_report(cast, "assigned").reference,
        "bugs": a_bug(cast).reference,
    }


def posts() -> Iterator[Any]:
    for kind, acts in (("problem-reports", REPORT_ACTS), ("bugs", BUG_ACTS)):
        for act in acts:
            yield pytest.param(
                "POST", f"{kind}/{{}}/{act.verb}/", act.takes, act.example, id=f"{kind} {act.verb}"
            )
    report = {
        "title": "T",
        "description": "D",
        "product_area": "invoicing",
        "impact": "one_user",
        "urgency": "low",
    }
    yield pytest.param("POST", "problem-reports/", shapes.File, report, id="file")
    yield pytest.param("PATCH", "problem-reports/{}/", shapes.Edit, {"title": "T"}, id="edit")
    check = {"text": "PR-1"}
    yield pytest.param("POST", "commit-checks/", shapes.CommitText, check, id="commit-checks")


@pytest.mark.parametrize(("method", "path", "takes", "example"), posts())
def test_a_body_that_makes_no_sense_is_refused_with_a_problem(
    cast: Cast, api: Any, things: Any, method: str, path: str, takes: Any, example: Any
) -> None:
    rhea = api(cast.rhea)
    address = path.format(things.get(path.partition("/")[0], ""))
    for name, body in BODIES.items():
        answer = rhea.send(method, address, body, {"If-Match": "*"})
        refused(answer, say=name)
        assert answer.status_code == (413 if name == "two megabytes" else 400), name


@pytest.mark.parametrize(("method", "path", "takes", "example"), posts())
def test_a_value_of_the_wrong_kind_is_refused_and_its_field_named(
    cast: Cast, api: Any, things: Any, method: str, path: str, takes: Any, example: Any
) -> None:
    rhea = api(cast.rhea)
    address = path.format(things.get(path.partition("/")[0], ""))
    every = takes().fields
    for value in WRONG if every else ():
        # Yes is right for what is answered by yes or no.
        fields = {
            n for n, f in every.items() if not (value is True and isinstance(f, BooleanField))
        }
        if not fields:
            continue
        body = json.dumps(dict.fromkeys(fields, value))
        answer = rhea.send(method, address, body, {"If-Match": "*"})
        refused(answer, say=value)
        assert answer.status_code == 400
        named = {name.partition(".")[0] for name in answer.json()["fields"]}
        # What cannot be stored is refused where it is met first, before any field is read.
        assert named == fields or (value == ["\0"] and named <= fields), value


@pytest.mark.parametrize(("method", "path", "takes", "example"), posts())
def test_no_odd_value_of_any_field_breaks_it(
    cast: Cast, api: Any, things: Any, method: str, path: str, takes: Any, example: Any
) -> None:
    rhea = api(cast.rhea)
    address = path.format(things.get(path.partition("/")[0], ""))
    for field in takes().fields:
        for value in ODD:
            with transaction.atomic():
                body = json.dumps({**example, field: value})
                answer = rhea.send(method, address, body, {"If-Match": "*"})
                never_broken(answer, (field, str(value)[:40]))
                transaction.set_rollback(True)


@pytest.mark.parametrize("value", [*WRONG, *ODD], ids=lambda v: repr(v)[:30])
def test_no_value_inside_the_bug_of_a_classification_breaks_it(
    cast: Cast, api: Any, things: Any, value: Any
) -> None:
    ines = api(cast.ines)
    example = next(a.example for a in REPORT_ACTS if a.verb == "classify")
    for field in shapes.BugOfReport().fields:
        with transaction.atomic():
            body = {**example, "bug": {**example["bug"], field: value}}
            answer = ines.post(f"problem-reports/{things['problem-reports']}/classify/", **body)
            never_broken(answer, field)
            transaction.set_rollback(True)


@pytest.mark.parametrize("reference", REFERENCES, ids=lambda r: repr(r)[:30])
def test_a_reference_to_nothing_is_404(cast: Cast, api: Any, reference: str) -> None:
    rhea = api(cast.rhea)
    named = quote(reference, safe="", errors="surrogateescape")
    for path in ("problem-reports/{}/", "problem-reports/{}/history/", "bugs/{}/", "sprints/{}/"):
        answer = rhea.get(path.format(named))
        refused(answer, say=path)
        assert answer.status_code == 404
    for act in REPORT_ACTS:
        answer = rhea.post(f"problem-reports/{named}/{act.verb}/", **act.example)
        assert answer.status_code == 404, act.verb
    for act in BUG_ACTS:
        answer = rhea.post(f"bugs/{named}/{act.verb}/", **act.example)
        assert answer.status_code == 404, act.verb


@pytest.mark.parametrize("team", ["%00", "a%00b", "%ED%A0%80", "x" * 3000, "%2e%2e"])
def test_a_team_that_is_none_is_404(cast: Cast, api: Any, team: str) -> None:
    rhea = api(cast.rhea)
    for path in (
        "fairness",
        "handoff",
        "ladder",
        "p1-policies",
        "planning",
        "policy",
        "trigger-rules",
        "handoff/queue",
    ):
        answer = rhea.get(f"teams/{team}/{path}/")
        refused(answer, say=path)
        assert answer.status_code == 404


def _cursor(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


QUERIES = [
    *(f"limit={limit}" for limit in ("0", "-1", "x", "1.5", "٣", "%00", "1e2")),
    *(f"cursor={cursor}" for cursor in ("x", "%00", "é", "{}", "W10", "bnVsbA", "////")),
    *(
        f"cursor={_cursor(value)}"
        for value in (
            [0],
            [0, 1, 2, 3],
            [0, -1],
            [0, 2**63],
            [0, "x"],
            [0, None],
            [0, True],
            [0, [1]],
            ["x", 1],
            [0, {"a": 1}],
            {"a": 1},
            7,
            None,
        )
    ),
    *(f"state={state}" for state in ("nope", "%00", "%ED%A0%80", "CLOSED")),
    *(f"team={team}" for team in ("nope", "%00", "1")),
    "surprise=1",
]


@pytest.mark.parametrize("query", QUERIES)
def test_a_query_that_makes_no_sense_is_400_and_named(cast: Cast, api: Any, query: str) -> None:
    rhea = api(cast.rhea)
    name = query.partition("=")[0]
    for path in ("problem-reports/", "bugs/", "sprints/"):
        answer = rhea.get(f"{path}?{query}")
        refused(answer, say=path)
        assert answer.status_code == 400
        assert set(answer.json()["fields"]) == {name}


@pytest.mark.parametrize(
    "query",
    [
        "product_area=nope",
        "priority=P9",
        "assignee=nobody",
        "assignee=%00",
        "order=title",
        "order=due",
        f"order=due&state=to_be_investigated&cursor={_cursor([0, 'x', 1])}",
        f"order=due&state=to_be_investigated&cursor={_cursor([0, '2026-01-01', 1])}",
        f"order=due&state=to_be_investigated&cursor={_cursor([0, 1, 1])}",
    ],
)
def test_a_filter_of_reports_that_makes_no_sense_is_400(cast: Cast, api: Any, query: str) -> None:
    answer = api(cast.rhea).get(f"problem-reports/?{query}")
    refused(answer)
    assert answer.status_code == 400


@pytest.mark.parametrize("path", ["teams/", "product-areas/", "causes/"])
def test_a_short_list_refuses_a_cursor_that_is_not_its_own(cast: Cast, api: Any, path: str) -> None:
    rhea = api(cast.rhea)
    for cursor in (
        "x",
        _cursor([0, "nope"]),
        _cursor([0, 1]),
        _cursor([0, ["a"]]),
        _cursor([0, {}]),
    ):
        answer = rhea.get(f"{path}?cursor={cursor}")
        refused(answer, say=cursor)
        assert answer.status_code == 400


@pytest.mark.parametrize(
    "header",
    ["Bearer", "Bearer ", "Bearer x", "Bearer é", "Basic eDp5", "Bearer a b", "x" * 5000, "\x80"],
)
def test_a_token_that_is_none_is_401(cast: Cast, header: str) -> None:
    answer = Client(headers={"Authorization": header}).get("/api/v1/problem-reports/")
    refused(answer)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"


def test_another_media_type_is_415_and_another_method_405(cast: Cast, api: Any) -> None:
    rhea = api(cast.rhea)
    form = rhea.client.post("/api/v1/problem-reports/", {"title": "T"})
    refused(form)
    assert form.status_code == 415
    for method, path in (("POST", "bugs/"), ("DELETE", "problem-reports/"), ("PUT", "sprints/")):
        answer = rhea.send(method, path, "{}", {})
        refused(answer)
        assert answer.status_code == 405
        assert "GET" in answer["Allow"]


@pytest.mark.parametrize("path", ["nothing/", "problem-reports/PR-1/explode/", "problem-reports"])
def test_an_address_that_does_not_exist_is_404_as_a_problem(
    cast: Cast, api: Any, path: str
) -> None:
    answer = api(cast.rhea).get(path)
    refused(answer)
    assert answer.status_code == 404


@pytest.mark.parametrize("key", ["x" * 256, "a\x01b", "\x7f"])
def test_a_key_of_a_repeated_request_is_short_and_printable(cast: Cast, api: Any, key: str) -> None:
    answer = api(cast.rhea).post("commit-checks/", {"Idempotency-Key": key}, text="PR-1")
    refused(answer)
    assert answer.status_code == 400
    assert set(answer.json()["fields"]) == {"Idempotency-Key"}
