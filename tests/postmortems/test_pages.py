"""The pages of post-mortems, as people read and use them."""

import pytest
from django.test import Client
from django.utils.html import escape

from postmortems import services
from postmortems.models import PostMortem
from postmortems.querysets import Whole
from tests.cast import Cast
from tests.factories import a_bug
from tests.postmortems.acts import blame, complete, in_review, now, proposed, with_factor

FACTOR = {
    "statement": "Totals differed.",
    "kind": "condition",
    "category": "code",
    "control": "team",
}


@pytest.fixture
def ines(cast: Cast, client: Client) -> Client:
    client.force_login(cast.ines)
    return client


def test_it_is_asked_for_opened_and_its_timeline_stands_there(cast: Cast, ines: Client) -> None:
    bug = a_bug(cast, "verified")
    sent = {"bug": bug.reference, "reason": "Three customers were hit"}
    page = ines.post("/post-mortems/", sent, follow=True)
    thing = PostMortem.objects.get()
    assert page.redirect_chain[-1][0] == f"/post-mortems/{thing.reference}/"
    page = ines.post(f"/post-mortems/{thing.reference}/open/", {"size": "full"}, follow=True)
    shown = page.content.decode()
    assert f"{bug.reference}</a> was opened as P1." in shown
    assert "Name at least two contributing factors." in shown


def test_a_bug_that_is_not_there_is_said_beside_the_field_and_what_was_typed_stays(
    cast: Cast, ines: Client
) -> None:
    for named, words in (
        ("BUG-99999", "There is no BUG-99999"),
        ("nine", "the reference of a bug"),
    ):
        page = ines.post("/post-mortems/", {"bug": named, "reason": "It hurt"})
        assert page.status_code == 400
        assert words in page.content.decode()
        assert "It hurt" in page.content.decode()


def test_a_second_one_for_the_same_bug_names_the_first(cast: Cast, ines: Client) -> None:
    thing = proposed(cast)
    page = ines.post("/post-mortems/", {"bug": thing.bug.reference, "reason": "Again"})
    assert page.status_code == 409
    assert f"has {thing.reference} already" in page.content.decode()


def test_the_outline_says_what_the_picture_shows(cast: Cast, ines: Client) -> None:
    thing = complete(cast)
    top = Whole(thing).factors[0].pk
    with_factor(cast, thing, "The formula was copied <twice>.", contributes_to=top)
    shown = ines.get(f"/post-mortems/{thing.reference}/").content.decode()
    assert shown.count(escape("The formula was copied <twice>.")) >= 2
    assert 'role="img"' in shown
    assert "outline__line--1" in shown
    assert "<twice>" not in shown


def test_blame_is_underlined_with_its_reason_and_kept_in_one_form(cast: Cast, ines: Client) -> None:
    thing = complete(cast)
    blame(cast, thing)
    address = f"/post-mortems/{thing.reference}/"
    shown = ines.get(address).content.decode()
    assert '<mark class="phrase phrase--blame">The developer forgot</mark>' in shown
    assert "does not mean that nobody is blamed" in shown
    sent = {"rule": "B2", "said": "The developer forgot", "reason": ""}
    page = ines.post(f"{address}keep-phrase/", sent)
    assert page.status_code == 400
    page = ines.post(f"{address}keep-phrase/", {**sent, "reason": "Own words"}, follow=True)
    assert "Kept: Own words" in page.content.decode()


def test_a_part_is_edited_where_it_stands_and_a_refusal_keeps_what_was_typed(
    cast: Cast, ines: Client
) -> None:
    thing = complete(cast)
    factor = Whole(thing).factors[0]
    address = f"/post-mortems/{thing.reference}/edit/"
    sent = {**FACTOR, "part": "factor", "key": str(factor.pk)}
    page = ines.post(address, {**sent, "kind": "culprit", "statement": "Half typed"})
    assert page.status_code == 400
    assert "Half typed" in page.content.decode()
    ines.post(address, sent)
    factor.refresh_from_db()
    assert factor.statement == "Totals differed."
    for wrong in ({"part": "person", "key": "1"}, {"part": "factor", "key": "x"}, {}):
        assert ines.post(address, wrong).status_code == 404


def test_what_is_missing_is_said_when_a_review_is_asked_for(cast: Cast, ines: Client) -> None:
    thing = services.open(proposed(cast).pk, **now(by=cast.ines))
    page = ines.post(f"/post-mortems/{thing.reference}/submit/")
    assert page.status_code == 422
    assert "Not answered yet: What went wrong?" in page.content.decode()


def test_the_reviewer_publishes_and_the_register_shows_what_was_waived(
    cast: Cast, client: Client
) -> None:
    thing = in_review(cast)
    client.force_login(cast.otto)
    page = client.post(f"/post-mortems/{thing.reference}/publish/", follow=True)
    assert f"{thing.reference} is published." in page.content.decode()
    services.waive(proposed(cast).pk, reason="PM-1 covers it", **now(by=cast.pia))
    shown = client.get("/post-mortems/").content.decode()
    assert "Waived" in shown
    assert "covers it" in shown


def test_an_address_of_nothing_is_not_found(cast: Cast, ines: Client) -> None:
    for reference in ("PM-99999999999999999999", "PM-0", "BUG-1", "PM-77"):
        assert ines.get(f"/post-mortems/{reference}/").status_code == 404
