"""The product owner answers by a signed link to a page with one button, or on the page of the sprint (SPR-4)."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import signing
from django.test import Client

from bugs.notices import ANSWER, answer_url
from channels import services as channels
from channels.models import Notice
from foundation import clock, signed
from journal.models import Event
from sprints.models import Overdraft
from sprints.services import tending
from teams.models import Membership
from tests.cast import Cast
from tests.sprints.test_overdrafts import act, beyond


def the_link(cast: Cast) -> str:
    channels.fan_out()
    return (
        Notice.objects.filter(person=cast.pia, event__name="bug.injected", channel="in_app")
        .get()
        .url
    )


def test_the_whole_team_hears_of_an_injection_at_once_and_its_price(cast: Cast) -> None:
    beyond(cast, 5)
    channels.fan_out()
    told = Notice.objects.filter(event__name="bug.injected", channel="in_app")
    assert {n.person.username for n in told} >= {"pia", "otto", "ines", "adam"}
    assert not told.filter(person=cast.rhea).exists(), "nobody hears of their own act"
    body = told.get(person=cast.pia).body
    assert "at 6 points" in body
    assert "4 points beyond the reserve. Proposed to leave: BUG-" in body


def test_a_get_never_acts_and_one_button_does(cast: Cast) -> None:
    _, overdraft, (planned,) = beyond(cast, 5)
    link, browser = the_link(cast), Client()
    page = browser.get(link)
    assert page.status_code == 200
    text = page.content.decode()
    assert text.count("<button") == 1
    assert f"BUG-{planned.pk} would leave" in text
    assert "4 points beyond the reserve" in text
    overdraft.refresh_from_db()
    assert overdraft.state == "open"
    done = browser.post(link, follow=True)
    overdraft.refresh_from_db()
    assert (overdraft.state, overdraft.decided_by) == ("made_good", cast.pia)
    assert "Answered" in done.content.decode()
    again = browser.post(link)
    assert again.status_code == 422
    assert "the overdraft is made good" in again.content.decode()


def test_the_other_answer_is_one_link_away_and_asks_why(cast: Cast) -> None:
    _, overdraft, _ = beyond(cast, 5)
    text = Client().get(the_link(cast)).content.decode()
    other = re.search(r'href="(/answers/[^"]+)"', text)
    assert other
    assert Client().post(other[1], {"reason": " "}).status_code == 422
    Client().post(other[1], {"reason": "The goal has room"})
    overdraft.refresh_from_db()
    assert overdraft.state == "accepted"


@pytest.mark.parametrize("broken", ["", "x", "cut"])
def test_a_link_that_is_not_whole_leads_nowhere(cast: Cast, broken: str) -> None:
    beyond(cast, 5)
    link = the_link(cast)
    wrong = link[:-4] + "/" if broken == "cut" else f"/answers/{broken or 'y'}/"
    for answer in (Client().get(wrong), Client().post(wrong)):
        assert answer.status_code == 404
        assert "not whole" in answer.content.decode()


def test_a_link_for_another_purpose_is_none(cast: Cast) -> None:
    _, overdraft, _ = beyond(cast, 5)
    said = {"overdraft": overdraft.pk, "person": cast.pia.pk, "verb": "swap_out"}
    assert Client().get(f"/answers/{signed.sign('something else', said)}/").status_code == 404


def test_a_link_is_good_for_some_days(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    beyond(cast, 5)
    link = the_link(cast)
    real = signing.time.time
    later = real() + (signed.LASTS + timedelta(minutes=1)).total_seconds()
    monkeypatch.setattr(signing.time, "time", lambda: later)
    gone = Client().get(link)
    assert gone.status_code == 404
    assert "good for 5 days" in gone.content.decode()


def test_who_is_no_product_owner_any_more_answers_nothing(cast: Cast) -> None:
    _, overdraft, _ = beyond(cast, 5)
    link = the_link(cast)
    Membership.objects.filter(person=cast.pia).delete()
    assert Client().post(link).status_code == 422
    cast.pia.is_active = False
    cast.pia.save()
    assert Client().get(link).status_code == 404
    overdraft.refresh_from_db()
    assert overdraft.state == "open"


def test_after_a_working_day_without_an_answer_the_owner_is_reminded_once_a_day(cast: Cast) -> None:
    _sprint, overdraft, _ = beyond(cast, 5)
    assert tending.tend(at=clock.now()) == 0
    Overdraft.objects.update(nag_at=clock.now())
    assert tending.tend(at=clock.now()) == 1
    assert tending.tend(at=clock.now()) == 0
    told = Event.objects.get(name="sprint.overdraft_nagged")
    assert told.data == {"overdraft": overdraft.pk, "points": "4", "bug": f"BUG-{overdraft.bug}"}
    channels.fan_out()
    notice = Notice.objects.get(event=told, channel="in_app")
    assert (notice.person, "/answers/" in notice.url) == (cast.pia, True)
    act("accept_risk", cast, overdraft)
    Overdraft.objects.filter(nag_at__isnull=False).update(nag_at=clock.now())
    assert tending.tend(at=clock.now()) == 0


def test_the_sprint_s_page_shows_what_waits_to_who_may_answer(cast: Cast, sign_in: Any) -> None:
    sprint, overdraft, (_planned,) = beyond(cast, 5)
    page = f"/sprints/{sprint.reference}/"
    owner = sign_in(cast.pia).get(page).content.decode()
    assert "waits for the product owner" in owner
    assert "Let it leave" in owner
    developer = sign_in(cast.ines).get(page).content.decode()
    assert "4 points beyond the reserve" in developer
    assert "Let it leave" not in developer
    sent = sign_in(cast.pia).post(f"/overdrafts/{overdraft.pk}/swap-out/")
    assert sent.status_code == 302
    assert "waits for the product owner" not in sign_in(cast.pia).get(page).content.decode()


def test_a_refused_answer_says_why_on_the_page(cast: Cast, sign_in: Any) -> None:
    _sprint, overdraft, _ = beyond(cast)
    said = sign_in(cast.pia).post(f"/overdrafts/{overdraft.pk}/swap-out/", follow=True)
    assert "Nothing is proposed to leave" in said.content.decode()
    said = sign_in(cast.ines).post(
        f"/overdrafts/{overdraft.pk}/accept-risk/", {"reason": "x"}, follow=True
    )
    assert "accepts a risk for the goal" in said.content.decode()
    for address in (f"/overdrafts/{overdraft.pk}/give-away/", "/overdrafts/999999/swap-out/"):
        assert sign_in(cast.pia).post(address).status_code == 404
    assert sign_in(cast.sami).post(f"/overdrafts/{overdraft.pk}/swap-out/").status_code in (
        302,
        404,
    )
    overdraft.refresh_from_db()
    assert overdraft.state == "open"


def test_the_purpose_of_the_links_is_said_in_one_place(cast: Cast) -> None:
    _, overdraft, _ = beyond(cast, 5)
    token = answer_url(overdraft, cast.pia).split("/")[2]
    assert signed.read(ANSWER, token)["person"] == cast.pia.pk
