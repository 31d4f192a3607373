"""Help is called for by hand from a bug too, and ends with what happens to it (ONC-6)."""

from typing import Any

import pytest
from django.test import Client

from bugs import services
from bugs.models import Bug
from foundation import clock
from foundation.errors import Conflict, Invalid, NotAllowed
from journal.models import Event
from oncall.models import Page
from tests.bugs.acts import perform
from tests.cast import Cast
from tests.factories import a_bug


def act(person: Any) -> dict[str, Any]:
    return {"by": person, "at": clock.now()}


def paged(cast: Cast, bug: Bug) -> Page:
    services.page(bug.pk, reason="It is back", **act(cast.ines))
    return Page.objects.get(bug=bug.pk)


def test_it_tells_who_is_on_call_with_the_reason_and_the_history_says_so(cast: Cast) -> None:
    bug = a_bug(cast, priority="P2")
    page = paged(cast, bug)
    assert [row.person for row in page.told.all()] == [cast.otto]
    assert (page.priority, page.state, page.area) == ("P2", "paging", bug.product_area)
    event = Event.objects.get(name="bug.paged")
    assert event.text is not None
    assert (event.subject, event.text.body) == (bug.pk, "It is back")


def test_once_at_a_time_with_a_reason_and_by_delivery(cast: Cast) -> None:
    bug = a_bug(cast)
    with pytest.raises(Invalid):
        services.page(bug.pk, reason=" ", **act(cast.ines))
    with pytest.raises(NotAllowed, match="Only people of a delivery team page"):
        services.page(bug.pk, reason="It is back", **act(cast.lena))
    paged(cast, bug)
    with pytest.raises(Conflict, match="is being paged"):
        services.page(bug.pk, reason="And again", **act(cast.otto))


def test_who_starts_the_fix_has_answered(cast: Cast) -> None:
    bug = a_bug(cast, "in_sprint")
    page = paged(cast, bug)
    services.start(bug.pk, **act(cast.ines))
    page.refresh_from_db()
    assert (page.state, page.acknowledged_by) == ("acknowledged", cast.ines)


@pytest.mark.parametrize("verb", ["postpone", "decline", "refute"])
def test_what_can_wait_stops_it(cast: Cast, verb: str) -> None:
    bug = a_bug(cast)
    page = paged(cast, bug)
    perform(verb, cast, bug)
    page.refresh_from_db()
    assert page.state == "stopped"


def test_from_its_page_and_who_answers_is_said_there(cast: Cast) -> None:
    bug = a_bug(cast)
    client = Client()
    client.force_login(cast.otto)
    there = f"/bugs/{bug.reference}/"
    assert "Page somebody" in client.get(there).text
    assert client.post(f"{there}page/", {"reason": ""}).status_code == 400
    client.post(f"{there}page/", {"reason": "Payday is today"})
    page = client.get(there).text
    assert "Payday is today" in page
    assert "I have it" in page
