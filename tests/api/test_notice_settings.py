"""`me/notice-settings/`: the same choices as on the page, in parts."""

from typing import Any

import pytest

from channels.models import NoticePreference
from tests.api.test_document import _true_to
from tests.cast import Cast

PATH = "me/notice-settings/"


def test_it_shows_what_holds_before_anything_was_chosen(cast: Cast, api: Any) -> None:
    shown = api(cast.lena).get(PATH).json()
    _true_to(shown, "HearingShown")
    assert set(shown["by_email"].values()) == {"at_once"}
    assert (shown["digest_at"], shown["quiet_from"], shown["quiet_until"]) == ("08:00", None, None)


def test_a_part_is_changed_and_the_rest_stays(cast: Cast, api: Any) -> None:
    lena = api(cast.lena)
    lena.patch(PATH, digest_at="07:30", quiet_from="22:00", quiet_until="06:30")
    shown = lena.patch(PATH, by_email={"decided": "digest"}).json()
    assert shown["by_email"]["decided"] == "digest"
    assert shown["by_email"]["message"] == "at_once"
    assert (shown["digest_at"], shown["quiet_from"]) == ("07:30", "22:00")
    shown = lena.patch(PATH, quiet_from=None, quiet_until=None).json()
    assert (shown["quiet_from"], shown["quiet_until"]) == (None, None)
    assert NoticePreference.objects.filter(person=cast.lena).count() == 1


@pytest.mark.parametrize(
    "body",
    [
        {"by_email": {"decided": "loudly"}},
        {"by_email": {"gossip": "never"}},
        {"by_email": "never"},
        {"digest_at": "25:00"},
        {"digest_at": None},
        {"quiet_from": "22:00"},
        {"quiet_from": "22:00", "quiet_until": "22:00"},
        {"surprise": 1},
    ],
)
def test_what_makes_no_sense_is_refused_and_named(cast: Cast, api: Any, body: Any) -> None:
    answer = api(cast.lena).patch(PATH, **body)
    assert answer.status_code == 400
    assert not NoticePreference.objects.exists()
