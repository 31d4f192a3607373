"""Who was paged at night rests the day after, and the sprint that runs knows (ONC-3)."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from psycopg2.extras import DateTimeTZRange

from foundation import clock
from journal.models import Event
from oncall.models import Duty, Page, PageStep
from problem_reports import services
from sprints import services as services_of_sprints
from sprints.models import NightRest, Planning, Sprint
from sprints.querysets import line_of
from sprints.rules.reserve import ZERO, commit_limit, replay
from sprints.rules.rest import Amounts, morning_after, rested
from sprints.services import There, tending
from teams.models import Person
from teams.rules import Hours
from teams.services.calendars import Week, lay_out
from tests.cast import Cast
from tests.factories import a_bug, a_report, a_running_sprint


@pytest.mark.parametrize(
    ("wall", "day"),
    [
        ((29, 22, 0), date(2026, 11, 30)),
        ((30, 0, 0), date(2026, 11, 30)),
        ((30, 6, 59), date(2026, 11, 30)),
        ((30, 7, 0), None),
        ((30, 12, 45), None),  # also over lunch
        ((30, 21, 59), None),
    ],
)
def test_a_night_ends_in_the_morning(wall: tuple[int, int, int], day: date | None) -> None:
    assert morning_after(datetime(2026, 11, *wall, tzinfo=UTC)) == day


@pytest.fixture
def sprint(cast: Cast) -> Sprint:
    """A running sprint of a team that works on every day of the week."""
    hours = [Hours(day, time(9), time(17)) for day in range(7)]
    cast.billing.calendar = lay_out("Every day", Week("Europe/Brussels", hours), at=cast.now)
    cast.billing.save(update_fields=["calendar"])
    Planning.objects.create(team=cast.billing, night_hours=3, hours_per_point=6)
    return a_running_sprint(cast, capacity=40, reserve=10)


def last_night(cast: Cast) -> datetime:
    """Three in the morning by the wall clock of Brussels today, or midnight while it is not three yet."""
    local = cast.now.astimezone(ZoneInfo("Europe/Brussels"))
    night = datetime.combine(local.date(), time(3), local.tzinfo)
    return night if night < local else datetime.combine(local.date(), time(0), local.tzinfo)


def paged(cast: Cast, person: Person, *moments: datetime) -> None:
    """Steps of one page that told somebody at these moments; the first one told nobody of these tests."""
    Duty.objects.filter(team=cast.billing, duty="on_call").delete()
    report = a_report(cast)
    services.page(report.pk, reason="It burns", by=cast.ines, at=clock.now())
    page = Page.objects.get(report=report.pk)
    event = Event.objects.get(name="page.told", subject=page.pk)
    for step, at in enumerate(moments, 2):
        Page.objects.filter(pk=page.pk).update(step=step)
        PageStep.objects.create(page=page, step=step, person=person, event=event, at=at)


def rests() -> list[tuple[Any, ...]]:
    rows = NightRest.objects.filter(person__username__in=("otto", "pia")).order_by("pk")
    return list(rows.values_list("person__username", "day", "hours", "amount"))


def test_a_page_at_night_takes_hours_of_the_day_after_once(cast: Cast, sprint: Sprint) -> None:
    night = last_night(cast)
    paged(cast, cast.otto, night, night + timedelta(minutes=40))
    for _ in range(2):
        tending.tend(at=clock.now())
    assert rests() == [("otto", night.date(), 3, Decimal("0.5"))]
    told = Event.objects.filter(name="sprint.rest_kept", data__person="Otto")
    assert [(e.subject, e.data["points"], e.by.username) for e in told] == [
        (sprint.pk, "0.5", "the-clock")
    ]
    lost = sum(NightRest.objects.values_list("amount", flat=True))
    assert Sprint.objects.get(pk=sprint.pk).capacity == 40 - lost


def test_by_day_it_takes_nothing(cast: Cast, sprint: Sprint) -> None:
    paged(cast, cast.otto, last_night(cast) - timedelta(hours=12))
    tending.tend(at=clock.now())
    assert rests() == []


def test_while_no_sprint_runs_no_capacity_is_lost(cast: Cast) -> None:
    paged(cast, cast.otto, last_night(cast))
    tending.tend(at=clock.now())
    assert all(amount == 0 for *_, amount in rests())
    assert not Event.objects.filter(name="sprint.rest_kept").exists()


def test_who_does_not_develop_rests_too_and_the_sprint_loses_nothing(
    cast: Cast, sprint: Sprint
) -> None:
    paged(cast, cast.pia, last_night(cast))
    tending.tend(at=clock.now())
    assert [(name, amount) for name, _, _, amount in rests()] == [("pia", 0)]


CENTS = st.decimals(0, 60, places=2)


@given(CENTS, CENTS, CENTS, CENTS, CENTS, CENTS, CENTS, st.decimals(0, 1, places=2))
def test_after_a_rest_capacity_is_what_limit_reserve_and_duties_add_up_to(
    free: Decimal, managing: Decimal, calling: Decimal, reserve: Decimal, used: Decimal,
    aside: Decimal, asked: Decimal, share: Decimal,
) -> None:  # fmt: skip
    used = min(used, reserve)
    whole = free + managing + max(calling, reserve) + aside
    now = Amounts(whole, managing, calling, reserve, used, aside)
    took, then = rested(now, asked, release_manager_share=share / 2, on_call_share=share / 2)
    limit = commit_limit(
        then.capacity, release_manager_duty=then.release_manager_duty,
        on_call_duty=then.on_call_duty, reserve=then.reserve, stock_stream=aside,
    )  # fmt: skip
    taken = then.release_manager_duty + max(then.on_call_duty, then.reserve) + aside
    assert then.capacity == whole - took == limit + taken
    assert ZERO <= took <= asked
    assert used <= then.reserve <= reserve
    assert then.reserve == reserve or limit == 0, "what is free to plan goes first"
    assert took == asked or whole - took == managing + max(calling, used) + aside


def test_the_duty_of_who_rests_shrinks_too_and_people_reckoned_anew_say_the_same(
    cast: Cast, sprint: Sprint
) -> None:
    paged(cast, cast.otto, last_night(cast))
    start = clock.now() - timedelta(days=60)
    span = DateTimeTZRange(start, start + timedelta(days=120), "[)")
    Duty.objects.create(team=cast.billing, duty="on_call", person=cast.otto, during=span)
    people = [There(p.pk) for p in (cast.otto, cast.ines)]
    services_of_sprints.set_capacity(sprint.pk, people=people, by=cast.pia, at=clock.now())
    before = Sprint.objects.get(pk=sprint.pk)
    tending.tend(at=clock.now())
    rested_now = Sprint.objects.get(pk=sprint.pk)
    assert rested_now.capacity < before.capacity
    lost = NightRest.objects.get(person=cast.otto).amount
    assert rested_now.on_call_duty == before.on_call_duty - lost / 2
    services_of_sprints.set_capacity(sprint.pk, people=people, by=cast.pia, at=clock.now())
    again = Sprint.objects.get(pk=sprint.pk)
    assert (again.capacity, again.on_call_duty, again.commit_limit) == (
        rested_now.capacity, rested_now.on_call_duty, rested_now.commit_limit,
    )  # fmt: skip


def test_reserve_that_nobody_was_promised_gives_way_when_nothing_is_free_to_plan(
    cast: Cast, sprint: Sprint
) -> None:
    Sprint.objects.filter(pk=sprint.pk).update(capacity=Decimal("10.2"), release_manager_duty=0)
    paged(cast, cast.otto, last_night(cast))
    tending.tend(at=clock.now())
    after = Sprint.objects.get(pk=sprint.pk)
    lost = sum(NightRest.objects.values_list("amount", flat=True))
    assert after.capacity == after.size == Decimal("10.2") - lost
    assert (after.commit_limit, after.available) == (0, after.size)
    assert replay(line_of(e) for e in after.entries.order_by("pk")).size == after.size
    told = Event.objects.filter(name="sprint.reserve_set", by__username="the-clock")
    assert [e.data["reserve"] for e in told][-1:] == [f"{after.size.normalize():f}"]


def test_what_is_held_is_never_taken(cast: Cast, sprint: Sprint) -> None:
    held = a_bug(cast, "in_sprint", priority="P1", points=10)
    assert Sprint.objects.get(pk=sprint.pk).held == 10
    Sprint.objects.filter(pk=sprint.pk).update(capacity=Decimal("10.2"), release_manager_duty=0)
    paged(cast, cast.otto, last_night(cast))
    tending.tend(at=clock.now())
    after = Sprint.objects.get(pk=sprint.pk)
    assert (after.capacity, after.size, after.held) == (10, 10, 10), held


def test_the_desk_and_the_sprint_say_so(cast: Cast, sprint: Sprint) -> None:
    paged(cast, cast.otto, last_night(cast))
    tending.tend(at=clock.now())
    client = Client()
    client.force_login(cast.otto)
    desk = client.get("/desk/mine/").text
    assert "You were paged in the night to" in desk
    assert "3 hours less" in desk
    page = client.get(f"/sprints/{sprint.reference}/").text
    assert "Rest after pages at night" in page
    assert "3 hours, Otto" in page
