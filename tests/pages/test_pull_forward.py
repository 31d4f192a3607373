"""Late in a sprint its page proposes what unused reserve could be given to, one button each (SPR-8)."""

import re
from typing import Any

from sprints.models import Sprint
from tests.cast import Cast
from tests.factories import a_bug, a_late_sprint, an_item
from tests.pages.conftest import SignIn


def test_one_button_per_thing_and_pressing_it_brings_the_bug_in(
    cast: Cast, sign_in: SignIn
) -> None:
    sprint = a_late_sprint(cast)
    bug = a_bug(cast, "scheduled", priority="P2", points=3)
    an_item(cast, "scheduled")
    ines, page = sign_in(cast.ines), f"/sprints/{sprint.reference}/"
    shown = ines.get(page).text
    part = proposed(shown)
    assert "10 points of the reserve are not used" in part
    assert (part.count("<button"), bug.reference in part) == (1, True)
    answer = ines.post(f"{page}pull-forward/", sent(part), follow=True)
    assert answer.redirect_chain[-1][0] == page
    bug.refresh_from_db()
    assert (bug.state, bug.sprint) == ("in_sprint", sprint)
    assert "pull-forward-head" not in answer.text, "there is nothing more to propose"
    assert "Given to planned work:" in answer.text
    assert "pulled it forward from" in ines.get(f"/bugs/{bug.reference}/").text


def test_a_form_sent_twice_pulls_once_and_an_old_one_is_refused_in_words(
    cast: Cast, sign_in: SignIn
) -> None:
    sprint = a_late_sprint(cast)
    bug = a_bug(cast, "scheduled", priority="P2", points=3)
    pia, page = sign_in(cast.pia), f"/sprints/{sprint.reference}/"
    form = sent(proposed(pia.get(page).text))
    first, second = pia.post(f"{page}pull-forward/", form), pia.post(f"{page}pull-forward/", form)
    assert (first.status_code, second.status_code) == (302, 302)
    assert Sprint.objects.get(pk=sprint.pk).size == 7
    stale = pia.post(f"{page}pull-forward/", {**form, "idempotency_key": "another"})
    assert stale.status_code == 412
    assert "Somebody changed this sprint" in stale.text
    wrong = pia.post(f"{page}pull-forward/", {"thing": bug.reference})
    assert (wrong.status_code, "is not pulled forward" in wrong.text) == (422, True)
    assert pia.post(f"{page}pull-forward/", {"thing": "x" * 99}).status_code == 422


def test_who_only_reads_sees_no_button(cast: Cast, sign_in: SignIn) -> None:
    sprint = a_late_sprint(cast)
    a_bug(cast, "scheduled", priority="P2", points=3)
    cast.billing.readers = "company"
    cast.billing.save()
    part = proposed(sign_in(cast.sami).get(f"/sprints/{sprint.reference}/").text)
    assert "not used" in part
    assert "<button" not in part


def test_early_in_a_sprint_nothing_is_proposed(cast: Cast, sign_in: SignIn) -> None:
    sprint = a_late_sprint(cast, left=14)
    a_bug(cast, "scheduled", priority="P2", points=3)
    assert "pull-forward-head" not in sign_in(cast.ines).get(f"/sprints/{sprint.reference}/").text


def proposed(page: str) -> str:
    found = re.search(r'<section class="sheet" id="pull-forward".*?</section>', page, re.S)
    assert found
    return found[0]


def sent(part: str) -> dict[str, Any]:
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', part)
    return {name: value for name, value in fields if name != "csrfmiddlewaretoken"}
