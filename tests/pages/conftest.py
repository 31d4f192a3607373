"""Pages are asked as a signed-in person would ask them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from teams.models import Person

SignIn = Callable[[Person], Client]


@pytest.fixture
def sign_in() -> SignIn:
    """A browser of this person's."""

    def signed_in(person: Person) -> Client:
        browser = Client()
        browser.force_login(person)
        return browser

    return signed_in


@pytest.fixture(autouse=True)
def _files_of_a_test_are_its_own(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
