"""Letters, and a mail server, for every test here."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.channels.post import MailServer, Post, a_mail_server, a_post


@pytest.fixture
def post() -> Iterator[Post]:
    with a_post() as made:
        yield made


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    with a_mail_server(settings) as running:
        yield running
