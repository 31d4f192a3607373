"""A team says whom its pages tell: written line by line, previewed for this moment, published as a version (ONC-6)."""

from typing import Any

import pytest
from django.test import Client

from oncall.models import EscalationPolicy
from tests.cast import Cast

URL = "/settings/billing/escalation/"
SENT = {"steps": "0: on call\n4: Release manager, pia", "gives_up_after": "20", "p1": "any_hour"}


@pytest.fixture
def adam(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.adam)
    return client


def said(answer: Any) -> str:
    return str(answer.content.decode())


def test_it_shows_what_is_in_force_and_whom_it_would_tell_now(adam: Client) -> None:
    page = said(adam.get(URL))
    assert "0: on call\n5: release manager\n10: lead" in page
    assert "<b>at once</b>: Otto" in page
    assert "<b>after 15 min</b>: Rhea" in page


def test_a_preview_publishes_nothing_and_keeps_what_was_typed(adam: Client) -> None:
    page = said(adam.post(URL, {**SENT, "preview": "1"}))
    assert "<b>after 4 min</b>: Rhea, Pia" in page
    assert "4: Release manager, pia" in page
    assert EscalationPolicy.objects.filter(team__slug="billing").count() == 1


def test_publishing_makes_the_next_version(adam: Client) -> None:
    answer = adam.post(URL, {**SENT, "version": "1"}, follow=True)
    assert "Version 2 is in force" in said(answer)
    made = EscalationPolicy.objects.get(team__slug="billing", number=2)
    assert made.steps[1] == {"after": 4, "whom": ["release_manager", "person:pia"]}
    answer = adam.post(URL, {**SENT, "version": "1"})
    assert answer.status_code == 412
    assert "Somebody published another version" in said(answer)


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ("on call", "write its minutes, a colon and whom it tells"),
        ("0: on call\n3: nobody-here", "Step 2 names nobody-here, who is not in the team."),
        ("7: on call", "The first step is told at once"),
        ("0:", "Step 1 tells nobody."),
    ],
)
@pytest.mark.parametrize("button", ["publish", "preview"])
def test_what_cannot_be_read_says_why(adam: Client, steps: str, words: str, button: str) -> None:
    page = said(adam.post(URL, {**SENT, "steps": steps, button: "1"}))
    assert words in page
    assert steps.splitlines()[-1] in page


def test_a_developer_reads_and_does_not_publish(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.otto)
    assert "Only a lead or an admin of Billing says whom a page tells." in said(client.get(URL))
    assert client.post(URL, SENT).status_code == 403
    client.force_login(cast.lena)
    assert client.get("/settings/services/escalation/").status_code == 404
