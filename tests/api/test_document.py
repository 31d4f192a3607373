"""The OpenAPI document: complete, valid, and true to what the addresses answer."""

import re
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import get_resolver

from tests.cast import Cast
from tests.factories import a_bug, a_report, a_running_sprint
from tests.house.test_permissions import routes
from triage.api_docs import document

#: These describe the API; they are not part of it.
APART = {"schema/", "docs/", "^(?P<address>.*)$"}


def test_it_is_valid_and_nothing_in_it_is_guessed() -> None:
    call_command("spectacular", validate=True, fail_on_warn=True, stdout=StringIO())


def test_it_is_openapi_3_1_and_holds_every_address() -> None:
    told = document()
    assert told["openapi"].startswith("3.1")
    known = {path.replace("/api/v1/", "", 1) for path in told["paths"]}
    served = {
        r.removeprefix("api/v1/") for r, _ in routes(get_resolver()) if r.startswith("api/v1/")
    }
    plain = {re.sub(r"<\w+:(\w+)>", r"{\1}", r) for r in served - APART}
    assert known == plain


def _operations() -> list[Any]:
    return [
        pytest.param(operation, id=operation["operationId"])
        for methods in document()["paths"].values()
        for operation in methods.values()
    ]


@pytest.mark.parametrize("operation", _operations())
def test_every_operation_has_examples_of_what_goes_in_and_comes_out(operation: Any) -> None:
    bodies = [b for r in operation["responses"].values() for b in r.get("content", {}).items()]
    bodies += operation.get("requestBody", {}).get("content", {}).items()
    for kind, body in bodies:
        if kind in ("application/json", "application/problem+json"):
            assert body["examples"], operation["operationId"]
    refusals = [
        s for s, r in operation["responses"].items() if "application/problem+json" in str(r)
    ]
    assert {"401", "403", "429"} <= set(refusals)


def test_operation_names_are_unique() -> None:
    names = [o.values[0]["operationId"] for o in _operations()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("scope", ["all", "read", "commits"])
def test_any_token_reads_it(cast: Cast, api: Any, scope: str) -> None:
    answer = api(cast.lena, scope=scope).get("schema/")
    assert answer.status_code == 200
    assert answer.json()["info"]["title"] == "Firebreak"


def test_its_page_is_for_who_is_signed_in_and_runs_no_inline_script(cast: Cast) -> None:
    client = Client()
    assert client.get("/api/v1/docs/").status_code == 302
    client.force_login(cast.lena)
    page = client.get("/api/v1/docs/")
    assert page.status_code == 200
    assert b"<script>" not in page.content
    assert b"<style" not in page.content
    script = client.get("/api/v1/docs/?script=")
    assert script["Content-Type"].startswith("application/javascript")
    assert b"/api/v1/schema/" in script.content


def _shape(name: str) -> tuple[set[str], set[str]]:
    """The names of a component's properties, and those that it may leave out."""
    found = document()["components"]["schemas"][name]
    return set(found["properties"]), set(found["properties"]) - set(found.get("required", ()))


def _true_to(shown: Any, name: str) -> None:
    all_names, optional = _shape(name)
    assert all_names - optional <= set(shown) <= all_names, set(shown) ^ all_names
    for part, told in document()["components"]["schemas"][name]["properties"].items():
        inner = shown.get(part)
        reference = next(iter(_references(told)), None)
        if reference and isinstance(inner, dict):
            _true_to(inner, reference)
        if reference and isinstance(inner, list) and inner:
            _true_to(inner[0], reference)


def _references(told: Any) -> list[str]:
    if isinstance(told, dict):
        own = [told["$ref"].rpartition("/")[2]] if "$ref" in told else []
        return own + [r for inner in told.values() for r in _references(inner)]
    return [r for inner in told for r in _references(inner)] if isinstance(told, list) else []


def test_what_is_shown_has_the_fields_that_the_document_names(cast: Cast, api: Any) -> None:
    bug = a_bug(cast, "fixed")
    report = a_report(cast, "closed")
    sprint = a_running_sprint(cast)
    rhea, lena = api(cast.rhea), api(cast.lena)
    explained = f"problem-reports/PR-{bug.classifications.get().report_id}/"
    for path, name in (
        (f"problem-reports/{report.reference}/", "Report"),
        (explained, "Report"),
        (f"bugs/{bug.reference}/", "Bug"),
        (f"sprints/{sprint.reference}/", "SprintShown"),
        (f"problem-reports/{report.reference}/clocks/", "Clocks"),
        ("teams/billing/policy/", "PolicyShown"),
        ("me/", "MeShown"),
    ):
        _true_to(rhea.get(path).json(), name)
    for path, name in (
        ("problem-reports/", "ReportCard"),
        ("bugs/", "BugCard"),
        ("sprints/", "SprintShown"),
        ("teams/", "TeamShown"),
        ("product-areas/", "Area"),
        ("causes/", "CauseWord"),
        (f"{explained}history/", "HistoryItem"),
    ):
        _true_to(rhea.get(path).json()["results"][0], name)
    _true_to(lena.get(f"bugs/{bug.reference}/").json(), "BugOutside")
    _true_to(rhea.post("commit-checks/", text="PR-1").json(), "CommitVerdict")


def test_a_refusal_has_the_fields_that_the_document_names(cast: Cast, api: Any) -> None:
    report = a_report(cast, "assigned")
    rhea = api(cast.rhea)
    for answer in (
        rhea.post(f"problem-reports/{report.reference}/assign/", assignee="ines"),
        rhea.post(f"problem-reports/{report.reference}/assign/"),
        rhea.get("problem-reports/PR-0/"),
    ):
        assert answer["Content-Type"] == "application/problem+json"
        _true_to(answer.json(), "Problem")
        assert answer.json()["status"] == answer.status_code
