"""How a team fixes its P1s: said from a day on, suggested beside an injection, stamped on each P1 (BUG-7)."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from bugs import services
from bugs.lifecycle import P1Way
from bugs.models import Bug, P1Policy
from bugs.rules import who_takes_it
from foundation import clock
from foundation.errors import Invalid, NotAllowed
from journal.models import Event
from tests.bugs.test_inject import inject
from tests.cast import Cast, today_there
from tests.factories import a_bug, a_running_sprint


def publish(cast: Cast, way: str = "pair", *, days: int = 0, **told: Any) -> P1Policy:
    said = {"by": cast.rhea, "at": clock.now(), **told}
    since = today_there() + timedelta(days=days)
    return services.publish_p1_policy(cast.billing.pk, way=way, since=since, **said)


def test_each_injected_p1_is_stamped_with_the_way_in_force(cast: Cast) -> None:
    sprint = a_running_sprint(cast)
    publish(cast, "swarm", days=1)
    publish(cast, "pair")
    stamped = a_bug(cast, priority="P1")
    inject(cast, stamped, sprint, 2)
    assert Bug.objects.get(pk=stamped.pk).p1_way == "pair", "swarm begins tomorrow"


def test_a_p0_and_a_p1_of_before_are_not_stamped(cast: Cast) -> None:
    sprint = a_running_sprint(cast)
    before = a_bug(cast, priority="P1")
    inject(cast, before, sprint, 2)
    publish(cast)
    graver = a_bug(cast, priority="P0")
    inject(cast, graver, sprint, 2)
    assert set(Bug.objects.values_list("p1_way", flat=True)) == {None}


def test_publishing_is_told_of_the_team(cast: Cast) -> None:
    publish(cast, "owner_fixes")
    event = Event.objects.get(name="team.p1_policy_published")
    assert event.subject == cast.billing.pk
    assert event.data["way"] == "Owner fixes after on-call confirms"


@pytest.mark.parametrize(
    ("told", "field", "words"),
    [
        ({"way": "heroics"}, "way", "Choose one of the five ways."),
        ({"days": -1}, "since", "begin today or later"),
        ({}, "since", "Another way begins on that day already"),
    ],
)
def test_what_would_rewrite_the_past_is_refused_in_words(
    cast: Cast, told: dict[str, Any], field: str, words: str
) -> None:
    publish(cast)
    with pytest.raises(Invalid) as refused:
        publish(cast, **told)
    assert words in str(refused.value.fields[field])
    assert P1Policy.objects.count() == 1


@pytest.mark.parametrize("name", ["ines", "otto", "pia", "lena", "sami"])
def test_only_a_lead_or_an_admin_says_it(cast: Cast, name: str) -> None:
    with pytest.raises(NotAllowed) as refused:
        publish(cast, by=getattr(cast, name))
    assert "Only a lead or an admin of Billing" in str(refused.value)


def test_the_settings_page_publishes_and_keeps_what_was_typed(cast: Cast, client: Client) -> None:
    client.force_login(cast.rhea)
    url = "/settings/billing/p1-policy/"
    assert "Not said yet" in client.get(url).content.decode()
    wrong = client.post(url, {"way": "swarm", "since": "2020-01-01"})
    assert wrong.status_code == 400
    page = wrong.content.decode()
    assert "begin today or later" in page
    assert 'value="2020-01-01"' in page
    assert 'value="swarm" required id="id_way_3" checked' in page
    done = client.post(url, {"way": "swarm", "since": "2199-01-01"}, follow=True)
    assert "Swarm, from 1 Jan 2199 on." in done.content.decode()
    assert P1Policy.objects.get().since == date(2199, 1, 1)


def test_the_injection_says_whom_the_way_suggests(cast: Cast, client: Client) -> None:
    a_running_sprint(cast)
    bug = a_bug(cast, priority="P1")
    client.force_login(cast.rhea)
    assert "Pair:" not in client.get(f"/bugs/{bug.reference}/").content.decode()
    publish(cast)
    page = client.get(f"/bugs/{bug.reference}/").content.decode()
    assert f"Pair: {cast.otto} with an expert of {bug.product_area.name}" in page


@given(
    way=st.sampled_from(P1Way.values),
    on_call=st.none() | st.sampled_from(["Otto"]),
    experts=st.lists(st.sampled_from(["Ines", "Rhea"]), unique=True),
)
def test_a_suggestion_names_a_gap_instead_of_guessing(
    way: str, on_call: str | None, experts: list[str]
) -> None:
    said = who_takes_it(way, on_call=on_call, experts=experts, area="Invoicing")
    assert said.endswith(".")
    assert ("Otto" in said) == (on_call is not None)
    assert ("nobody is on call" in said) == (on_call is None)
    if way in (P1Way.PAIR, P1Way.OWNER_FIXES):
        assert all(name in said for name in experts)
        assert ("nobody is named an expert" in said) == (not experts)
