"""The pages of actions, and the desk of who sees to them (PM-6)."""

from django.test import Client

from postmortems.models import Action
from tests import budgets
from tests.cast import Cast
from tests.factories import a_bug
from tests.pages.conftest import SignIn
from tests.postmortems.acts import action_in, complete, opened, with_factor


def test_it_is_agreed_on_the_page_and_leads_from_list_to_proof(cast: Cast, sign_in: SignIn) -> None:
    thing = opened(cast, a_bug(cast))
    factor = with_factor(cast, thing, "No test compares totals.")
    client = sign_in(cast.ines)
    sent = {
        "what": "Be more careful", "comes_from": f"factor-{factor}", "kind": "prevent", "means": "guard",
        "owner": "otto",
    }  # fmt: skip
    page = client.post(f"/post-mortems/{thing.reference}/agree-action/", sent)
    assert page.status_code == 400
    assert "asks people to be better" in page.text
    sent["what"] = "The build compares totals."
    page = client.post(f"/post-mortems/{thing.reference}/agree-action/", sent, follow=True)
    action = Action.objects.get()
    assert f'href="/post-mortems/actions/{action.reference}/"' in page.text
    page = sign_in(cast.pia).get(f"/post-mortems/actions/{action.reference}/")
    assert "1 report, 1 hour of work on 1 bug" in page.text
    then = f"/post-mortems/actions/{action.reference}/"
    page = sign_in(cast.pia).post(f"/backlog/{action.reference}/accept/", {"then": then}, follow=True)  # fmt: skip
    assert page.redirect_chain[-1][0] == then
    assert "When it was accepted: 1 report" in page.text


def test_who_did_it_is_offered_no_verification_and_somebody_else_is(
    cast: Cast, sign_in: SignIn
) -> None:
    action = action_in(cast, "done")
    address = f"/post-mortems/actions/{action.reference}/"
    assert "How it was seen that it holds" not in sign_in(cast.ines).get(address).text
    page = sign_in(cast.rhea).get(address)
    assert "How it was seen that it holds" in page.text
    page = sign_in(cast.rhea).post(f"{address}verify/", {"proof": " "})
    assert page.status_code == 400
    page = sign_in(cast.rhea).post(f"{address}verify/", {"proof": "It stopped."}, follow=True)
    assert "It stopped." in page.text


def test_the_desk_asks_its_owner_and_then_who_may_verify(cast: Cast, sign_in: SignIn) -> None:
    thing = complete(cast)
    action_in(cast, "accepted", thing)
    assert "You see to this action." in sign_in(cast.otto).get("/desk/mine/").text
    assert "You see to this action." not in sign_in(cast.ines).get("/desk/mine/").text
    action_in(cast, "done")
    assert "Does it hold" in sign_in(cast.otto).get("/desk/mine/").text
    assert "Does it hold" not in sign_in(cast.ines).get("/desk/mine/").text


def test_an_open_action_stands_before_what_is_verified(cast: Cast, sign_in: SignIn) -> None:
    done, waits = action_in(cast, "verified"), complete(cast).actions.get()
    page = sign_in(cast.ines).get("/post-mortems/actions/").text
    assert page.index(waits.reference) < page.index(done.reference)
    assert "weak" not in page  # nothing to say


def test_the_list_asks_as_much_for_40_as_for_20(cast: Cast, client: Client) -> None:
    client.force_login(cast.ines)
    budgets.holds(
        "GET /post-mortems/actions/",
        lambda: client.get("/post-mortems/actions/"),
        grow=lambda: complete(cast),
    )
