"""Who gets which answer at which address: tests/permissions.toml, asked line by line."""

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from foundation import clock
from teams.models import Person
from teams.services import issue_token
from tests.cast import Cast
from tests.house.stage import THINGS

FILE = Path(__file__).parent.parent / "permissions.toml"
LINES: dict[str, Any] = tomllib.loads(FILE.read_text())
PEOPLE = LINES.pop("people").split()
OWNERS = ("billing", "platform", "everywhere")
METHODS = ("get", "post", "put", "patch", "delete")
HOUSE = ("triage", "insights", "postmortems", "problem_reports", "bugs", "sprints", "oncall")


def routes(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, Any]]:
    """Every address of the product as the URLconf writes it; the admin has a test of its own."""
    for entry in resolver.url_patterns:
        here = before + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield here, entry.callback
        elif entry.namespace != "admin":
            yield from routes(entry, here)


def cases() -> Iterator[Any]:
    for route, methods in LINES.items():
        for method, line in methods.items():
            for owner in OWNERS:
                if owner in line:
                    name = f"{method} {route} ({owner})"
                    yield pytest.param(route, method, line, owner, id=name)


@pytest.fixture(scope="module")
def cast(django_db_setup: None, django_db_blocker: Any) -> Iterator[Cast]:
    """One cast for all lines: each line is rolled back, and the cast after the last."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield Cast()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def entries(cast: Cast) -> dict[str, tuple[str, str]]:
    """Everybody's token and session: they sign in once, not once a line."""
    return {name: (_token(who), _session(who)) for name, who in cast.everybody.items()}


def _token(who: Person) -> str:
    return issue_token(who, by=who, at=clock.now())[1]


def _session(who: Person) -> str:
    client = Client()
    client.force_login(who)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@pytest.mark.django_db
@pytest.mark.parametrize(("route", "method", "line", "owner"), cases())
def test_everybody_gets_the_answer_that_the_file_says(
    route: str,
    method: str,
    line: dict[str, Any],
    owner: str,
    cast: Cast,
    entries: dict[str, tuple[str, str]],
    settings: Any,
    tmp_path: Path,
) -> None:
    settings.MEDIA_ROOT = tmp_path
    answers = {}
    with transaction.atomic():
        made = THINGS[line.get("thing", "nothing")](cast, owner, line.get("state", ""))
        for name in PEOPLE:
            with transaction.atomic():
                client = _client(line, route, entries.get(name))
                answers[name] = str(_ask(client, route, method, line, made))
                transaction.set_rollback(True)
        transaction.set_rollback(True)
    wanted = dict(zip(PEOPLE, line[owner].split(), strict=True))
    assert answers == wanted, f'{owner} = "{" ".join(answers.values())}"'


def _client(line: dict[str, Any], route: str, entry: tuple[str, str] | None) -> Client:
    """A client of somebody, or of anonymous, who has no entry."""
    headers = {}
    by_token = route.startswith("api/") and not line.get("session")
    if entry and by_token:
        headers["Authorization"] = f"Bearer {entry[0]}"
    client = Client(raise_request_exception=False, headers=headers)
    if entry and not by_token:
        client.cookies[settings.SESSION_COOKIE_NAME] = entry[1]
    return client


def _ask(client: Client, route: str, method: str, line: dict[str, Any], made: Any) -> int:
    address = line.get("at") or "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda m: made[m[1]], route)
    send = _filled(line.get("send", {}), made)
    headers = line.get("headers", {})
    if "upload" in line:
        send |= {"file": SimpleUploadedFile(line["upload"], b"seen at 9:40")}
        answer = client.post(address, send, headers=headers)
    elif method == "GET":
        answer = client.get(address, send, headers=headers)
    elif route.startswith("api/"):
        kind = "application/json"
        answer = client.generic(method, address, json.dumps(send), kind, headers=headers)
    else:
        answer = client.post(address, send, headers=headers)
    return int(answer.status_code)


def _filled(value: Any, made: Any) -> Any:
    """`$developer` stands for what the thing offers under that name."""
    if isinstance(value, dict):
        return {name: _filled(inner, made) for name, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, made) for inner in value]
    return made[value[1:]] if isinstance(value, str) and value[:1] == "$" else value


def test_every_address_has_a_line_for_each_of_its_methods() -> None:
    missing = []
    for route, view in routes(get_resolver()):
        known = set(LINES.get(route, {}))
        own = getattr(view, "cls", None) or getattr(view, "view_class", None)
        if own is not None and own.__module__.partition(".")[0] in HOUSE:
            needed = {m.upper() for m in METHODS if hasattr(own, m)}
        else:
            needed = known or {"a method"}
        missing += [f'["{route}".{method}]' for method in sorted(needed - known)]
    assert not missing, "add to tests/permissions.toml:\n" + "\n".join(missing)


def test_every_line_is_of_an_address_that_exists() -> None:
    known = {route for route, _ in routes(get_resolver())}
    assert not [route for route in LINES if route not in known]
