"""*What I hear, and how*: a choice per topic, the digest's hour and the quiet hours, without JavaScript."""

import re
from datetime import time
from typing import Any

import pytest
from django.test import Client

from channels.models import NoticePreference, ReadingHours
from teams.models import Person
from tests.cast import Cast
from tests.pages.conftest import SignIn

PATH = "/notices/settings/"
CHOSEN = {
    **dict.fromkeys(("message", "assigned", "decided", "fixed", "clock", "queue"), "at_once"),
    "decided": "digest",
    "fixed": "never",
    "digest_at": "07:30",
    "quiet_from": "22:00",
    "quiet_until": "06:45",
}


@pytest.fixture
def lena(cast: Cast, sign_in: SignIn) -> Client:
    return sign_in(cast.lena)


def chosen_on(page: str) -> dict[str, str]:
    """topic -> the way that is ticked."""
    inputs = re.findall(r'<input type="radio" name="(\w+)" value="(\w+)"[^>]*\bchecked', page)
    return dict(inputs)


def test_before_anything_is_chosen_it_shows_what_holds(lena: Client) -> None:
    page = lena.get(PATH).text
    assert chosen_on(page) == dict.fromkeys(
        ("message", "assigned", "decided", "fixed", "clock", "queue"), "at_once"
    )
    assert 'value="08:00"' in page
    assert "Europe/Brussels" in page
    assert "lena@example.org" in page


def test_what_is_chosen_is_kept_and_shown(cast: Cast, lena: Client) -> None:
    page = lena.post(PATH, CHOSEN, follow=True).text
    assert "Kept." in page
    assert chosen_on(page)["decided"] == "digest"
    assert chosen_on(page)["fixed"] == "never"
    hours = ReadingHours.objects.get(person=cast.lena)
    assert (hours.digest_at, hours.quiet_from, hours.quiet_until) == (
        time(7, 30),
        time(22),
        time(6, 45),
    )


def test_choosing_again_replaces_and_quiet_hours_can_go(cast: Cast, lena: Client) -> None:
    lena.post(PATH, CHOSEN)
    lena.post(PATH, {**CHOSEN, "decided": "at_once", "quiet_from": "", "quiet_until": ""})
    assert NoticePreference.objects.filter(person=cast.lena).count() == 6
    assert NoticePreference.objects.get(person=cast.lena, topic="decided").how == "at_once"
    assert ReadingHours.objects.get(person=cast.lena).quiet_from is None


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"quiet_until": ""}, "Quiet hours have a beginning and an end."),
        ({"quiet_until": "22:00"}, "Quiet hours end at another time than they begin."),
        ({"digest_at": "25:00"}, "Enter a valid time."),
        ({"message": "loudly"}, "Select a valid choice."),
    ],
)
def test_what_makes_no_sense_is_said_beside_its_field_and_nothing_is_kept(
    lena: Client, wrong: dict[str, str], says: str
) -> None:
    answer = lena.post(PATH, {**CHOSEN, **wrong})
    assert answer.status_code == 400
    assert says in answer.text
    assert not ReadingHours.objects.exists()


def test_choices_are_of_one_person_alone(cast: Cast, lena: Client, sign_in: SignIn) -> None:
    lena.post(PATH, CHOSEN)
    assert chosen_on(sign_in(cast.leo).get(PATH).text)["fixed"] == "at_once"


def test_who_has_no_address_is_told_that_nothing_comes(cast: Cast, lena: Client) -> None:
    Person.objects.filter(pk=cast.lena.pk).update(email="")
    assert "You have no e-mail address" in lena.get(PATH).text


def test_without_a_mail_server_it_says_so(lena: Client, settings: Any) -> None:
    settings.NOTICES_BY_EMAIL = False
    assert "No mail server is set up" in lena.get(PATH).text


def test_the_menu_and_the_notices_lead_there(lena: Client) -> None:
    assert lena.get("/notices/").text.count(f'href="{PATH}"') == 2
