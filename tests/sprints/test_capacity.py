"""Capacity of people, days off and part time; duties are never taken twice; the commit limit (SPR-1, SPR-2)."""

from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg2.extras import DateTimeTZRange

from foundation import clock
from foundation.errors import Invalid, NotAllowed, RuleBroken
from journal.models import Event
from oncall.models import Pairing
from sprints import services
from sprints.models import Availability, Planning, Sprint
from sprints.rules.capacity import Presence, reckon
from sprints.rules.reserve import commit_limit
from sprints.services import There
from tests.cast import Cast
from tests.factories import a_bug, a_sprint, an_item

DAYS = st.decimals(0, 14, places=2)
PERCENT = st.integers(1, 100)
PEOPLE = st.lists(
    st.builds(Presence, DAYS, DAYS, PERCENT, PERCENT, DAYS, DAYS, DAYS), min_size=0, max_size=6
)
TEN = Decimal(10)


def reckoned(people: list[Presence], rm: int = 50, on_call: int = 50) -> Any:
    return reckon(
        people,
        hours_per_day=Decimal(8),
        hours_per_unit=Decimal(6),
        release_manager_percent=rm,
        on_call_percent=on_call,
    )


def test_the_example_of_source_001_comes_out_of_people() -> None:
    """Five people of 8 points each, one of them on call all along; reserve 10: commit 30."""
    four = [Presence(TEN, focus_percent=60)] * 4
    found = reckoned([*four, Presence(TEN, focus_percent=60, on_call_days=TEN)], on_call=100)
    assert (found.capacity, found.on_call_duty, found.release_manager_duty) == (40, 8, 0)
    assert commit_limit(found.capacity, on_call_duty=found.on_call_duty, reserve=TEN) == 30


def test_days_off_part_time_and_focus_multiply() -> None:
    half = Presence(TEN, days_off=Decimal(4), share_percent=50, focus_percent=50)
    assert reckoned([half]).capacity == Decimal(2)  # 6 days x 8 h x 1/4 / 6


def test_a_mentors_hours_are_no_capacity_and_never_less_than_none() -> None:
    """10 days x 8 h x 60 % = 48 h, less two accompanied shifts of 6 h: 36 h / 6."""
    assert reckoned([Presence(TEN, focus_percent=60, mentor_hours=Decimal(12))]).capacity == 6
    assert reckoned([Presence(TEN, mentor_hours=Decimal(900))]).capacity == 0


@given(PEOPLE, st.integers(0, 100), st.integers(0, 100))
def test_duties_are_a_part_of_the_capacity_and_never_taken_twice(
    people: list[Presence], rm: int, on_call: int
) -> None:
    found = reckoned(people, rm, on_call)
    assert found.release_manager_duty >= 0
    assert found.on_call_duty >= 0
    assert found.release_manager_duty + found.on_call_duty <= found.capacity


@given(PEOPLE, st.builds(Presence, DAYS, DAYS, PERCENT, PERCENT))
def test_one_more_person_never_takes_capacity_away(people: list[Presence], one: Presence) -> None:
    assert reckoned([*people, one]).capacity >= reckoned(people).capacity


@given(st.decimals(0, 99, places=2), st.decimals(0, 99, places=2), st.decimals(0, 99, places=2))
def test_on_call_time_supplies_the_reserve(
    capacity: Decimal, duty: Decimal, reserve: Decimal
) -> None:
    limit = commit_limit(capacity, on_call_duty=duty, reserve=reserve)
    assert limit == max(capacity - max(duty, reserve), Decimal(0))


def set_capacity(cast: Cast, sprint: Sprint, *people: There, **said: Any) -> Sprint:
    by = said.pop("by", cast.pia)
    return services.set_capacity(sprint.pk, people=people, by=by, at=clock.now(), **said)


def two_weeks(cast: Cast, **fields: Any) -> Sprint:
    """From a Monday that lies ahead: ten working days of eight hours."""
    today = cast.today
    return a_sprint(cast, starts_on=today + timedelta(days=7 - today.weekday()), **fields)


def test_it_is_reckoned_from_who_is_there_and_from_the_rotation(cast: Cast) -> None:
    sprint = two_weeks(cast, reserve=2)
    people = (There(cast.ines.pk), There(cast.otto.pk, days_off=Decimal(5)), There(cast.rhea.pk))
    done = set_capacity(cast, sprint, *people, stock_stream=Decimal(1))
    # 10 days x 8 h x 70 % / 6 h = 9.33 each, Otto half of it; half of Rhea and of Otto goes to duties
    assert done.capacity == Decimal("23.33")
    assert (done.release_manager_duty, done.on_call_duty) == (Decimal("4.66"), Decimal("2.33"))
    assert done.commit_limit == Decimal("23.33") - Decimal("4.66") - Decimal("2.33") - 1
    kept = Availability.objects.filter(sprint=sprint).order_by("pk")
    assert [(a.person, a.days, a.days_off) for a in kept] == [
        (cast.ines, 10, 0),
        (cast.otto, 10, 5),
        (cast.rhea, 10, 0),
    ]
    told = Event.objects.get(name="sprint.capacity_set")
    assert told.data["on_call_duty"] == "2.33"


def test_the_settings_of_the_team_say_what_a_duty_takes(cast: Cast) -> None:
    Planning.objects.create(team=cast.billing, on_call_percent=100, release_manager_percent=0)
    done = set_capacity(cast, two_weeks(cast, reserve=2), There(cast.otto.pk), There(cast.rhea.pk))
    assert (done.release_manager_duty, done.on_call_duty) == (0, Decimal("9.33"))


def test_an_amount_is_enough(cast: Cast) -> None:
    sprint = a_sprint(cast)
    done = services.set_capacity(sprint.pk, Decimal(36), by=cast.pia, at=clock.now())
    assert done.capacity == 36
    with pytest.raises(Invalid, match="an amount, or who is there"):
        services.set_capacity(sprint.pk, by=cast.pia, at=clock.now())


def test_what_is_wrong_is_said_beside_the_person(cast: Cast) -> None:
    sprint = two_weeks(cast)
    with pytest.raises(Invalid) as refused:
        set_capacity(cast, sprint, There(cast.ines.pk, Decimal(11), 101))
    assert set(refused.value.fields) == {
        f"days_off_{cast.ines.pk}",
        f"share_percent_{cast.ines.pk}",
    }
    for people in ((There(cast.lena.pk),), (There(cast.ines.pk), There(cast.ines.pk))):
        with pytest.raises(Invalid, match="each developer of Billing once"):
            set_capacity(cast, sprint, *people)
    assert not Availability.objects.exists()


def test_the_reserve_stays_a_part_of_it(cast: Cast) -> None:
    sprint = two_weeks(cast, reserve=20)
    with pytest.raises(RuleBroken, match="lower the reserve first"):
        set_capacity(cast, sprint, There(cast.ines.pk))
    assert not Availability.objects.exists(), "nothing is kept of a refused act"


def test_developers_do_not_set_it(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        set_capacity(cast, two_weeks(cast), There(cast.ines.pk), by=cast.ines)


def commit(cast: Cast, sprint: Sprint, reason: str = "") -> Sprint:
    return services.commit(sprint.pk, reason=reason, by=cast.pia, at=clock.now())


def test_what_is_planned_is_committed_to_items_and_bugs_alike(cast: Cast) -> None:
    bug = a_bug(cast, "scheduled", points=4)
    sprint = Sprint.objects.get(pk=bug.sprint_id)
    an_item(cast, "scheduled", sprint=sprint, points=3)
    done = commit(cast, sprint)
    assert done.committed == 7
    assert done.committed_at is not None
    told = Event.objects.get(name="sprint.committed")
    assert told.data == {"points": "7", "limit": "30"}


def test_beyond_the_limit_the_amount_is_named_and_a_reason_is_needed(cast: Cast) -> None:
    sprint = a_sprint(cast, reserve=10, capacity=12)
    an_item(cast, "scheduled", sprint=sprint, points=5)
    with pytest.raises(
        RuleBroken, match=r"5 points are planned and the commit limit is 2\. Take out 3"
    ):
        commit(cast, sprint, reason="  ")
    assert Sprint.objects.get(pk=sprint.pk).committed is None
    assert commit(cast, sprint, reason="The fair is on the 12th").committed == 5
    assert Event.objects.get(name="sprint.committed").text.body == "The fair is on the 12th"


def test_whoever_lets_a_trainee_go_along_has_less_capacity(cast: Cast) -> None:
    sprint = a_sprint(cast)
    there = {"people": [There(cast.otto.pk)], "by": cast.pia}
    services.set_capacity(sprint.pk, reserve_first(sprint), by=cast.pia, at=clock.now())
    services.set_reserve(sprint.pk, Decimal(0), by=cast.pia, at=clock.now())
    before = services.set_capacity(sprint.pk, **there, at=clock.now()).capacity
    zone = ZoneInfo(cast.billing.calendar.zone)
    start = datetime.combine(sprint.starts_on, time(9), zone)
    Pairing.objects.create(
        team=cast.billing, duty="on_call", trainee=cast.ines, mentor=cast.otto, made_by=cast.otto,
        made_at=cast.now, during=DateTimeTZRange(start, start + timedelta(days=1), "[)"),
    )  # fmt: skip
    after = services.set_capacity(sprint.pk, **there, at=clock.now()).capacity
    assert before - after == pytest.approx(Decimal(4) / sprint.hours_per_unit, abs=Decimal("0.01"))


def reserve_first(sprint: Sprint) -> Decimal:
    """Enough for the reserve that the sprint was planned with."""
    return sprint.size + 1
