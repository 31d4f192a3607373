"""What a team reckons with when it plans: set by its planners, told in its history, and never of the past (SPR-1)."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from foundation import clock
from foundation.errors import Invalid, NotAllowed, RuleBroken, Stale
from journal.models import Event
from sprints import services
from sprints.models import Planning, Sprint
from sprints.querysets import planning_of
from teams.models import Team
from tests.cast import Cast
from tests.factories import a_bug, a_running_sprint, a_sprint, an_item

PAGE = "/settings/billing/planning/"


def set_planning(
    cast: Cast, *, by: Any = None, version: int | None = None, **changes: Any
) -> Planning:
    who = by or cast.pia
    return services.set_planning(
        cast.billing.pk, changes=changes, by=who, at=clock.now(), version=version
    )


def test_the_next_sprint_is_planned_with_it_and_the_running_one_keeps_its_own(cast: Cast) -> None:
    running = a_running_sprint(cast)
    set_planning(cast, hours_per_point=Decimal(8), focus_percent=60)
    assert Sprint.objects.get(pk=running.pk).hours_per_unit == 6
    assert a_sprint(cast).hours_per_unit == 8
    assert planning_of(cast.billing).focus_percent == 60


def test_what_changed_is_told_of_the_team_and_nothing_is_told_of_nothing(cast: Cast) -> None:
    set_planning(cast, focus_percent=60, stock_hours=Decimal("12.00"), on_call_percent=50)
    set_planning(cast, focus_percent=60)
    event = Event.objects.get(name="team.planning_set")
    assert event.subject == cast.billing.pk
    assert event.data["changed"] == ["focus 60 %", "stock stream 12 hours"]
    set_planning(cast, default_reserve=Decimal(9))
    set_planning(cast, default_reserve=None)
    last = Event.objects.filter(name="team.planning_set").latest("pk")
    assert last.data["changed"] == ["first reserve as the sprint before"]


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("unit", "stones", "Choose points or hours."),
        ("focus_percent", 0, "From 1 to 100 percent."),
        ("on_call_percent", 101, "From 0 to 100 percent."),
        ("release_manager_percent", -1, "From 0 to 100 percent."),
        ("hours_per_point", Decimal(0), "Say an amount from 0.01 to 9999.99."),
        ("stock_hours", Decimal(-1), "Say an amount from 0 to 9999.99."),
        ("default_reserve", Decimal("NaN"), "Say an amount from 0"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(
    cast: Cast, name: str, value: Any, words: str
) -> None:
    with pytest.raises(Invalid) as refused:
        set_planning(cast, **{name: value})
    assert words in refused.value.fields[name][0]
    assert not Planning.objects.exists()


def test_a_team_without_amounts_chooses_its_unit(cast: Cast) -> None:
    set_planning(cast, unit="hours")
    assert Team.objects.get(pk=cast.billing.pk).unit == "hours"


@pytest.mark.parametrize("made", ["sprint", "item", "bug"])
def test_the_unit_stays_when_something_is_said_in_it(cast: Cast, made: str) -> None:
    if made == "sprint":
        a_sprint(cast)
    elif made == "item":
        an_item(cast, "accepted")
    else:
        a_bug(cast, "postponed")
    with pytest.raises(RuleBroken) as refused:
        set_planning(cast, unit="hours")
    assert "estimated in points already; they would be read as hours" in str(refused.value)
    assert set_planning(cast, unit="points", focus_percent=50).focus_percent == 50


def test_only_planners_set_it(cast: Cast) -> None:
    for name in ("ines", "otto", "lena", "sami", "stranger", "robot"):
        with pytest.raises(NotAllowed) as refused:
            set_planning(cast, by=getattr(cast, name), focus_percent=50)
        assert "Only the product owner, the lead or an admin of Billing" in str(refused.value)
    for name in ("pia", "rhea", "adam"):
        set_planning(cast, by=getattr(cast, name), focus_percent=50)


def test_an_older_version_is_refused(cast: Cast) -> None:
    kept = set_planning(cast, focus_percent=50)
    with pytest.raises(Stale):
        set_planning(cast, focus_percent=60, version=kept.version - 1)
    assert set_planning(cast, focus_percent=60, version=kept.version).focus_percent == 60


# --- The page and the API ------------------------------------------------------------------------

TYPED = {
    "unit": "points", "focus_percent": "65", "hours_per_point": "5.5", "on_call_percent": "40",
    "release_manager_percent": "50", "stock_hours": "12", "mentor_hours": "4", "night_hours": "4",
    "default_reserve": "9",
}  # fmt: skip


def test_the_settings_page_keeps_it_and_shows_what_changed(cast: Cast, client: Client) -> None:
    client.force_login(cast.pia)
    page = client.get(PAGE).content.decode()
    assert "Nothing was set yet" in page
    assert 'name="unit"' in page
    done = client.post(PAGE, TYPED, follow=True).content.decode()
    assert "From the next sprint on it is planned with this." in done
    assert "focus 65 %, 5.5 hours a point, on call takes 40 %, stock stream 12 hours" in done
    kept = Planning.objects.get(team=cast.billing)
    assert (kept.hours_per_point, kept.default_reserve) == (Decimal("5.5"), 9)
    assert 'value="9"' in client.get("/sprints/plan/?team=billing").content.decode()


def test_it_keeps_what_was_typed_when_it_refuses(cast: Cast, client: Client) -> None:
    client.force_login(cast.pia)
    answer = client.post(PAGE, {**TYPED, "focus_percent": "0", "stock_hours": "7.25"})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert 'value="7.25"' in page
    assert "greater than or equal to 1" in page
    assert not Planning.objects.exists()
    stale = client.post(PAGE, {**TYPED, "version": "7"})
    assert (stale.status_code, "Somebody changed this" in stale.content.decode()) == (412, True)


def test_when_something_is_planned_the_unit_is_not_asked(cast: Cast, client: Client) -> None:
    a_sprint(cast)
    client.force_login(cast.pia)
    assert 'name="unit"' not in client.get(PAGE).content.decode()
    assert client.post(PAGE, {k: v for k, v in TYPED.items() if k != "unit"}).status_code == 302


def test_who_only_reads_is_told_who_sets_it(cast: Cast, client: Client) -> None:
    client.force_login(cast.ines)
    page = client.get(PAGE).content.decode()
    assert "Only the product owner, the lead or an admin of Billing says how it plans." in page
    assert client.get("/settings/services/planning/").status_code == 404


def test_a_support_team_plans_no_sprints(cast: Cast, client: Client) -> None:
    client.force_login(cast.adam)
    assert client.get("/settings/services/planning/").status_code == 404
