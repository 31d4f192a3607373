"""A swap's effect on sprints is said before it is offered: whose hours of planned work move, and where (ONC-3)."""

from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from foundation import clock
from oncall import services as oncall
from oncall.models import Duty, Rotation
from oncall.rules.rota import Layer
from sprints import services as sprints
from sprints.models import Planning, Sprint
from sprints.querysets import taken_by
from teams.rules import Hours
from teams.services.calendars import Week, lay_out
from tests.cast import Cast

ZONE = ZoneInfo("Europe/Brussels")
WEEK = timedelta(weeks=1)


@pytest.fixture
def first(cast: Cast) -> Sprint:
    """Two sprints of a week each, ahead, of a team that works eight hours every day; on call takes half."""
    hours = [Hours(day, time(9), time(17)) for day in range(7)]
    cast.billing.calendar = lay_out("Every day", Week("Europe/Brussels", hours), at=cast.now)
    cast.billing.save(update_fields=["calendar"])
    Planning.objects.create(team=cast.billing, focus_percent=70, on_call_percent=50)
    made = [planned(cast, n) for n in (1, 2)]
    return made[0]


def planned(cast: Cast, nth: int) -> Sprint:
    starts = day(cast) + nth * WEEK
    return sprints.plan(
        cast.billing, name=f"Sprint {nth}", goal="", starts_on=starts, ends_on=starts + timedelta(days=6),
        capacity=Decimal(40), reserve=Decimal(8), by=cast.pia, at=clock.now(),
    )  # fmt: skip


def day(cast: Cast) -> Any:
    return cast.now.astimezone(ZONE).date() + timedelta(days=1)


@pytest.fixture
def rotation(cast: Cast, first: Sprint) -> Rotation:
    """Ines and Otto take weekly turns, from midnight to midnight of the first day of a sprint."""
    Duty.objects.filter(team=cast.billing, duty="on_call").delete()
    turns = Layer(
        "Turns",
        ZONE,
        first.starts_on,
        time(0),
        "week",
        1,
        participants=(cast.ines.pk, cast.otto.pk),
    )
    since = datetime.combine(first.starts_on, time(0), ZONE)
    return oncall.set_up_rotation(
        cast.billing, "on_call", layers=[turns], since=since, by=cast.rhea, at=clock.now()
    )


def slots(rotation: Rotation) -> list[str]:
    return list(dict.fromkeys(rotation.duties.order_by("during").values_list("slot", flat=True)))


def said(cast: Cast, **query: Any) -> str:
    client = Client()
    client.force_login(cast.otto)
    return " ".join(client.get("/on-call/swapped/", query).text.split())


def test_a_week_of_the_duty_takes_its_share_of_each_open_hour(
    cast: Cast, first: Sprint, rotation: Rotation
) -> None:
    pieces = rotation.duties.filter(slot=slots(rotation)[0])
    (taken,) = taken_by(pieces, cast.ines.pk)
    assert taken == (first, Decimal("19.60"))  # 7 days x 8 hours x 70 % x 50 %


def test_who_is_there_less_gains_less(cast: Cast, first: Sprint, rotation: Rotation) -> None:
    there = [sprints.There(cast.ines.pk, share_percent=50), sprints.There(cast.otto.pk)]
    sprints.set_capacity(first.pk, people=there, by=cast.pia, at=clock.now())
    text = said(cast, rotation=rotation.pk, slot=slots(rotation)[0], to="otto")
    assert "Sprint 1: Ines has 9.8 hours more, Otto has 19.6 hours less." in text


def test_one_that_is_given_away_moves_hours_within_its_sprint(
    cast: Cast, rotation: Rotation
) -> None:
    text = said(cast, rotation=rotation.pk, slot=slots(rotation)[0])
    assert "Sprint 1: Ines has 19.6 hours more, whoever takes it has 19.6 hours less." in text


def test_one_in_return_moves_hours_between_sprints(cast: Cast, rotation: Rotation) -> None:
    one, other = slots(rotation)[:2]
    text = said(
        cast,
        **{"rotation": rotation.pk, "swap-slot": one, "swap-to": "otto", "swap-in_return": other},
    )
    assert (
        "Sprint 1: Ines has 19.6 hours more, Otto has 19.6 hours less. "
        "Sprint 2: Otto has 19.6 hours more, Ines has 19.6 hours less."
    ) in text


def test_beyond_what_is_planned_nothing_moves(cast: Cast, rotation: Rotation) -> None:
    text = said(cast, rotation=rotation.pk, slot=slots(rotation)[4], to="otto")
    assert text == "No sprint is planned there yet: nothing that is promised moves."


def test_the_rotation_s_page_asks_for_it(cast: Cast, rotation: Rotation) -> None:
    oncall.offer_swap(rotation.pk, slot=slots(rotation)[0], by=cast.ines, at=clock.now())
    client = Client()
    client.force_login(cast.ines)
    page = client.get(f"/on-call/{rotation.pk}/").text
    assert f"/on-call/swapped/?rotation={rotation.pk}&amp;slot=" in page
    assert 'id="swap-moves"' in page
    for wrong in ("x", "9" * 30, ""):
        assert client.get("/on-call/swapped/", {"rotation": wrong}).status_code == 404
