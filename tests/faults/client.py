"""A REST client that keeps a log of what it was told, as a tool that must not lose a report would."""

from __future__ import annotations

import http.client
import http.cookies
import json
import re
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

PATIENCE = 20.0
NO_ANSWER = 0  # the connection was refused or fell: the act may or may not have happened


@dataclass(frozen=True)
class Answer:
    status: int
    text: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def body(self) -> dict[str, Any]:
        found = json.loads(self.text)
        assert isinstance(found, dict)
        return found


@dataclass(frozen=True)
class Attempt:
    """One try to file: the same key and title may be tried again."""

    key: str
    title: str
    answer: Answer
    at: float

    @property
    def reference(self) -> str:
        """What a 201 named; empty when nothing was acknowledged."""
        return str(self.answer.body["reference"]) if self.answer.status == 201 else ""


class Api:
    """The door as one person sees it."""

    def __init__(self, port: int, token: str) -> None:
        self._port, self._token = port, token

    def ask(self, method: str, path: str, body: object = None, key: str = "") -> Answer:
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        if key:
            headers["Idempotency-Key"] = key
        line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
        began = time.monotonic()
        try:
            line.request(method, f"/api/v1/{path}", json.dumps(body or {}), headers)
            said = line.getresponse()
            text = said.read().decode(errors="replace")
            named = {name.lower(): value for name, value in said.getheaders()}
            return Answer(said.status, text, named, time.monotonic() - began)
        except (OSError, http.client.HTTPException):
            return Answer(NO_ANSWER, seconds=time.monotonic() - began)
        finally:
            line.close()

    def post(self, path: str, key: str = "", **body: object) -> Answer:
        return self.ask("POST", path, body, key)

    def must(self, path: str, **body: object) -> dict[str, Any]:
        """A verb that has to succeed; its representation."""
        answer = self.post(path, **body)
        assert answer.status in (200, 201), f"{path}: {answer.status} {answer.text}"
        return answer.body

    def file(self, title: str, key: str = "") -> Attempt:
        at = time.monotonic()
        answer = self.post(
            "problem-reports/",
            key,
            title=title,
            description="The export says 41.20, the screen says 41.02.",
            product_area="invoicing",
            impact="some_users",
            urgency="high",
        )
        return Attempt(key, title, answer, at)


class Browser:
    """As much of a browser as it takes to sign in and look: cookies, and the hidden token of a form."""

    def __init__(self, port: int) -> None:
        self._port, self._cookies = port, dict[str, str]()

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> Answer:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
        try:
            line.request(method, path, urlencode(form or {}), headers)
            said = line.getresponse()
            text = said.read().decode(errors="replace")
            for name, value in said.getheaders():
                if name.lower() == "set-cookie":
                    kept = http.cookies.SimpleCookie(value)
                    self._cookies |= {name: morsel.value for name, morsel in kept.items()}
            return Answer(said.status, text, {n.lower(): v for n, v in said.getheaders()})
        finally:
            line.close()

    def sign_in(self, username: str, password: str) -> None:
        page = self.ask("GET", "/accounts/login/").text
        form = {"login": username, "password": password, **hidden(page, "csrfmiddlewaretoken")}
        answer = self.ask("POST", "/accounts/login/", form)
        assert answer.status == 302, answer.text[:500]


def hidden(page: str, *names: str) -> dict[str, str]:
    """The hidden fields of a page by their names."""
    found = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    assert found.keys() >= set(names), page[:500]
    return {name: found[name] for name in names}
