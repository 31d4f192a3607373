"""*My feeds*: make an address and copy it once, renew it, revoke it; no JavaScript."""

import re
from typing import Any

from django.test import Client

from oncall.models import Feed
from tests import budgets
from tests.cast import Cast
from tests.pages.conftest import SignIn

PATH = "/on-call/feeds/"


def address_on(page: str) -> str:
    found = re.search(r'value="(http[^"]*/feeds/[^"]+\.ics)"', page)
    return found[1] if found else ""


def test_an_address_is_made_shown_once_and_works(cast: Cast, sign_in: SignIn) -> None:
    ines = sign_in(cast.ines)
    assert "No address" in ines.get(PATH).text
    made = ines.post(f"{PATH}renew/", {"team": ""})
    address = address_on(made.text)
    assert "shown once" in made.text
    assert made["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    assert Client().get(address.removeprefix("http://testserver")).status_code == 200
    assert address_on(ines.get(PATH).text) == ""
    assert "Renew the address" in ines.get(PATH).text


def test_a_team_has_one_too_and_it_is_revoked(cast: Cast, sign_in: SignIn) -> None:
    ines = sign_in(cast.ines)
    address = address_on(ines.post(f"{PATH}renew/", {"team": "billing"}).text)
    key = Feed.objects.get(team=cast.billing).pk
    answer = ines.post(f"{PATH}revoke/", {"feed": key}, follow=True)
    assert "The address is revoked" in answer.text
    assert Client().get(address.removeprefix("http://testserver")).status_code == 404
    assert "was revoked before" in ines.post(f"{PATH}revoke/", {"feed": key}, follow=True).text


def test_what_makes_no_sense_is_not_there(cast: Cast, sign_in: SignIn) -> None:
    ines = sign_in(cast.ines)
    for sent in ({"feed": "x"}, {"feed": "9" * 30}, {}, {"feed": "١"}):
        assert ines.post(f"{PATH}revoke/", sent).status_code == 404
    assert ines.post(f"{PATH}renew/", {"team": "nowhere\0"}).status_code == 404


def test_a_stranger_gets_no_feed_of_a_team(cast: Cast, sign_in: SignIn) -> None:
    stranger = sign_in(cast.stranger)
    assert "Billing" not in stranger.get(PATH).text
    refused = stranger.post(f"{PATH}renew/", {"team": "billing"})
    assert refused.status_code == 403
    assert "for the people who work with it" in refused.text


def test_the_page_and_the_file_keep_their_budgets(cast: Cast, sign_in: SignIn) -> None:
    ines: Any = sign_in(cast.ines)
    budgets.holds("GET /on-call/feeds/", lambda: ines.get(PATH))
    path = address_on(ines.post(f"{PATH}renew/", {"team": "billing"}).text)
    budgets.holds("GET /feeds/….ics", lambda: Client().get(path.removeprefix("http://testserver")))
