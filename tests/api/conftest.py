"""A caller: the API as one person sees it, with a token of their own."""

import json
from typing import Any

import pytest
from django.test import Client

from foundation import clock
from teams.models import Person
from teams.services import issue_token

API = "/api/v1/"


class Caller:
    """`caller.post("problem-reports/PR-1/assign/", assignee="ines")` answers with Django's response."""

    def __init__(self, person: Person, **token: Any) -> None:
        _, text = issue_token(person, by=person, at=clock.now(), **token)
        self.person, self.token = person, text
        self.client = Client(headers={"Authorization": f"Bearer {text}"})

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(_at(path), headers=_named(headers))

    def post(self, path: str, _headers: dict[str, str] | None = None, **body: Any) -> Any:
        return self.send("POST", path, json.dumps(body), _headers or {})

    def patch(self, path: str, _headers: dict[str, str] | None = None, **body: Any) -> Any:
        return self.send("PATCH", path, json.dumps(body), _headers or {})

    def send(self, method: str, path: str, body: str | bytes, headers: dict[str, str]) -> Any:
        return self.client.generic(
            method, _at(path), body, content_type="application/json", headers=headers
        )


def _at(path: str) -> str:
    return path if path.startswith(("/", "http")) else f"{API}{path}"


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


@pytest.fixture
def api() -> type[Caller]:
    """`api(cast.lena)` calls as Lena; `scope="read"` with a token that reads only."""
    return Caller
