"""The page of what a team agreed, and the clauses where they are ticked (PM-7, PM-10)."""

from django.test import Client

from teams.models import Agreement
from tests import budgets
from tests.cast import Cast
from tests.factories import a_bug, a_running_sprint, an_item
from tests.pages.conftest import SignIn
from tests.postmortems.acts import opened
from tests.teams.test_agreements import a_clause, a_trial, a_working, adopted, over


def test_it_is_proposed_commented_on_and_adopted(cast: Cast, sign_in: SignIn) -> None:
    sent = {"kind": "done", "text": "Totals are compared.", "because": "They differed"}
    page = sign_in(cast.ines).post("/agreements/?team=billing", sent, follow=True)
    made = Agreement.objects.get()
    assert "comments until" in page.text
    sent = {"text": "In the export?"}
    page = sign_in(cast.otto).post(f"/agreements/{made.pk}/comment/", sent, follow=True)
    assert "In the export?" in page.text
    page = sign_in(cast.rhea).post(f"/agreements/{made.pk}/adopt/", {"words": "Agreed"})
    assert page.status_code == 422
    assert "It is open for comments until" in page.text
    over(made)
    assert "Its comments are over" in sign_in(cast.rhea).get("/agreements/?team=billing").text
    page = sign_in(cast.rhea).post(f"/agreements/{made.pk}/adopt/", {"words": "By all"}, follow=True)  # fmt: skip
    assert "By all" in page.text


def test_what_was_typed_wrong_stays(cast: Cast, sign_in: SignIn) -> None:
    sent = {"kind": "done", "text": "Totals are compared.", "because": "x", "starts_on": "2020-01-01"}  # fmt: skip
    page = sign_in(cast.ines).post("/agreements/?team=billing", sent)
    assert page.status_code == 400
    assert "Totals are compared." in page.text
    assert "It starts after its comments" in page.text


def test_a_day_that_no_calendar_reaches_is_refused_and_stays(cast: Cast, sign_in: SignIn) -> None:
    sent = {"kind": "done", "text": "Totals are compared.", "because": "x", "comments_until": "9999-12-31"}  # fmt: skip
    page = sign_in(cast.ines).post("/agreements/?team=billing", sent)
    assert page.status_code == 400
    assert "Name a day between 1980 and 2199." in page.text
    assert 'value="9999-12-31"' in page.text


def test_a_trial_asks_to_be_reviewed(cast: Cast, sign_in: SignIn) -> None:
    a_trial(cast)
    page = sign_in(cast.ines).get("/agreements/?team=billing").text
    assert "on trial" in page
    assert "It was tried: adopt it, change it, or drop it." in page
    assert "followed 2 ×" in page


def test_the_fix_shows_the_clauses_and_keeps_what_was_ticked(cast: Cast, sign_in: SignIn) -> None:
    clause, other = adopted(cast), adopted(cast, "It ran like in production.")
    bug = a_bug(cast, "in_progress")
    assert clause.text in sign_in(cast.ines).get(f"/bugs/{bug.reference}/").text
    sent = {"links": "https://git.example.org/9", "ticked": [clause.pk]}
    page = sign_in(cast.ines).post(f"/bugs/{bug.reference}/fix/", sent)
    assert page.status_code == 400
    assert "1 clause is not ticked: say why." in page.text
    sent["open_because"] = "There is none yet"
    assert sign_in(cast.ines).post(f"/bugs/{bug.reference}/fix/", sent).status_code == 302
    page = sign_in(cast.ines).get(f"/agreements/{other.pk}/").text
    assert "ticked 0 ×, left open 1 ×" in page


def test_finish_asks_for_the_clauses_and_is_one_button_where_there_are_none(
    cast: Cast, sign_in: SignIn
) -> None:
    item = an_item(cast, "in_progress")
    address = f"/backlog/{item.reference}/"
    assert "Tick what is met." not in sign_in(cast.ines).get(address).text
    clause = adopted(cast)
    assert clause.text in sign_in(cast.ines).get(address).text
    page = sign_in(cast.ines).post(f"{address}finish/", {})
    assert page.status_code == 400
    assert "1 clause is not ticked: say why." in page.text
    sent = {"ticked": [clause.pk]}
    assert sign_in(cast.ines).post(f"{address}finish/", sent).status_code == 302
    assert "ticked 1 ×" in sign_in(cast.ines).get(f"/agreements/{clause.pk}/").text


def test_the_plan_of_a_sprint_cites_what_is_agreed(cast: Cast, sign_in: SignIn) -> None:
    sprint = a_running_sprint(cast)
    made = a_working(cast, binds="planning")
    page = sign_in(cast.pia).get(f"/sprints/{sprint.reference}/plan/").text
    assert f'href="/agreements/{made.pk}/"' in page
    assert made.text in page


def test_a_post_mortem_proposes_a_clause_and_links_it(cast: Cast, sign_in: SignIn) -> None:
    thing = opened(cast)
    sent = {
        "answer": "amended",
        "because": "Nothing compared totals",
        "text": "Totals are compared.",
    }
    page = sign_in(cast.ines).post(f"/post-mortems/{thing.reference}/answer-done/", sent, follow=True)  # fmt: skip
    made = Agreement.objects.get()
    assert f'href="/agreements/{made.pk}/"' in page.text
    assert "would have caught 1 incident" in sign_in(cast.ines).get("/agreements/?team=billing").text  # fmt: skip


def test_the_p1_policy_cites_what_is_agreed(cast: Cast, sign_in: SignIn) -> None:
    made = a_working(cast)
    page = sign_in(cast.rhea).get("/settings/billing/p1-policy/")
    assert made.text in page.text


def test_the_list_asks_as_much_for_40_as_for_20(cast: Cast, client: Client) -> None:
    client.force_login(cast.ines)
    budgets.holds(
        "GET /agreements/",
        lambda: client.get("/agreements/?team=billing"),
        grow=lambda: a_clause(cast),
    )
