"""Real people in a real browser: the product served by Django's live server, driven in Chromium."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import pytest

from teams.models import Person
from tests.cast import Cast

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

#: Only the environment of `make test-browser` has Playwright; the other suites pass by.
collect_ignore_glob = [] if find_spec("playwright") else ["test_*.py"]

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """Everybody, committed: the server reads on a connection of its own."""
    return Cast()


@pytest.fixture
def enter(browser: Browser, live_server: Any) -> Iterator[Callable[..., Page]]:
    """Sign in on the login page and return the first page that one sees; whatever the page logs as an error fails."""
    contexts, complaints = [], []

    def enter(person: Person, **context: Any) -> Page:
        context.setdefault("viewport", DESK)
        opened = browser.new_context(base_url=live_server.url, **context)
        contexts.append(opened)
        page = opened.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda m: complaints.append(m.text) if "Content Security Policy" in m.text else None,
        )
        page.goto("/accounts/login/")
        page.get_by_label("Username").fill(person.username)
        page.get_by_label("Password").fill("demo")
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_load_state()
        return page

    yield enter
    for opened in contexts:
        opened.close()
    assert complaints == []
