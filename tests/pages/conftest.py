"""Pages are asked as a signed-in person would ask them."""

from collections.abc import Callable

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
