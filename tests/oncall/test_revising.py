"""A change of a rotation touches nothing silently; for a while; and with what is planned (ONC-3)."""

from datetime import time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.models import Notice
from channels.services import fan_out
from foundation.errors import Conflict, Invalid, RuleBroken
from journal.models import Event
from oncall import services
from oncall.models import Rotation, SwapOffer
from oncall.querysets.rotas import standing_layers, versions_of
from oncall.rules.changes import layers_at, replaced, shifts_of
from oncall.rules.resolver import resolve
from oncall.rules.rota import Layer, Rota, Version
from tests.cast import Cast
from tests.oncall.rotas import LONG_AGO, layers, utc
from tests.oncall.test_changes import unhurried
from tests.oncall.turns import a_rotation, holders, layer, midnight, slot

NOON = timedelta(hours=12)
HOURS = st.integers(0, 24 * 30).map(lambda n: utc(2026, 3, 15) + n * timedelta(hours=1))

# By rule


@given(layers(), layers(), layers(), st.tuples(HOURS, HOURS, HOURS))
@unhurried
def test_what_stands_in_for_a_while_leaves_no_trace(
    one: Layer, planned: Layer, other: Layer, moments: Any
) -> None:
    since, until, later = moments
    since, until = sorted((since, until))
    if since == until:
        return
    versions = (Version(LONG_AGO, (one,)), Version(later, (planned,)))
    was, now = Rota(versions), Rota(replaced(versions, since, (other,), until))
    before, after = utc(2026, 3, 10), utc(2026, 4, 20)
    assert resolve(now, before, since) == resolve(was, before, since)
    assert resolve(now, until, after) == resolve(was, until, after)
    alone = Rota((Version(LONG_AGO, (other,)),))
    assert resolve(now, since, until) == resolve(alone, since, until)


@given(layers(), layers(), layers(), HOURS, HOURS)
@unhurried
def test_for_good_puts_aside_whatever_was_to_begin_later(
    one: Layer, planned: Layer, other: Layer, since: Any, later: Any
) -> None:
    versions = (Version(LONG_AGO, (one,)), Version(later, (planned,)))
    after = replaced(versions, since, (other,), None)
    assert layers_at(after, since) == layers_at(after, utc(2030, 1, 1)) == (other,)
    assert layers_at(after, LONG_AGO) == (one,)


@given(layers(), HOURS)
@unhurried
def test_every_shift_has_a_name_and_another_order_leaves_it(one: Layer, since: Any) -> None:
    until = since + timedelta(days=20)
    there = shifts_of(Rota((Version(LONG_AGO, (one,)),)), since, until)
    assert {s.slot for s in resolve(Rota((Version(LONG_AGO, (one,)),)), since, until)} <= {
        "",
        *there,
    }
    turned = Layer(**{**vars_of(one), "participants": one.participants[::-1]})
    assert shifts_of(Rota((Version(LONG_AGO, (turned,)),)), since, until) == there
    renamed = Layer(**{**vars_of(one), "name": "other"})
    assert not shifts_of(Rota((Version(LONG_AGO, (renamed,)),)), since, until) & there


def vars_of(layer: Layer) -> dict[str, Any]:
    return {name: getattr(layer, name) for name in layer.__dataclass_fields__}


# Swaps whose shift is none any more


def swapped(cast: Cast, days: int, back: int = 0) -> tuple[Rotation, SwapOffer]:
    """Otto's or Ines's shift in some days, which Rhea has taken."""
    rotation = a_rotation(cast)
    owner = {1: cast.otto, 2: cast.ines, 4: cast.otto, 5: cast.ines}[days]
    taker = {0: cast.rhea, 2: cast.ines, 4: cast.otto, 5: cast.ines}[back]
    swap = services.offer_swap(
        rotation.pk, slot=slot(cast, days), to=taker, in_return=slot(cast, back) if back else "",
        by=owner, at=cast.now,
    )  # fmt: skip
    return rotation, services.accept_swap(swap.pk, by=taker, at=cast.now)


def weekly(cast: Cast) -> Layer:
    return layer(cast, cast.sami, cast.otto, cast.ines, unit="week")


def told(person: Any) -> list[str]:
    fan_out()
    return [n.subject for n in Notice.objects.filter(person=person).order_by("pk")]


def test_a_swap_without_its_shift_lapses_and_both_are_told(cast: Cast) -> None:
    rotation, swap = swapped(cast, days=4, back=0)
    found = services.preview(rotation, [weekly(cast)], midnight(cast, 1), cast.now)
    assert found.lapses == [swap]
    swap.refresh_from_db()
    assert swap.state == "accepted"  # a preview writes nothing
    services.revise_rotation(
        rotation.pk, layers=[weekly(cast)], since=midnight(cast, 1), by=cast.adam, at=cast.now
    )
    swap.refresh_from_db()
    assert (swap.state, swap.taken_by) == ("lapsed", cast.rhea)
    assert holders(rotation, [midnight(cast, 4) + NOON]) == ["sami"]
    event = Event.objects.get(name="rotation.swap_lapsed")
    assert (event.data["person"], event.data["to"]) == ("otto", "rhea")
    words = "A swap of yours no longer applies: on call, Platform"
    assert words in told(cast.otto)
    assert words in told(cast.rhea)
    assert words not in told(cast.sami) + told(cast.adam)
    # The days come back; the swap does not.
    services.revise_rotation(
        rotation.pk, layers=[layer(cast, cast.sami, cast.otto, cast.ines)], since=midnight(cast, 2),
        by=cast.adam, at=cast.now,
    )  # fmt: skip
    assert holders(rotation, [midnight(cast, 4) + NOON]) == ["otto"]


def test_of_two_shifts_for_each_other_both_go_back(cast: Cast) -> None:
    rotation, swap = swapped(cast, days=1, back=5)
    assert holders(rotation, [midnight(cast, n) + NOON for n in (1, 5)]) == ["ines", "otto"]
    services.revise_rotation(
        rotation.pk, layers=[weekly(cast)], since=midnight(cast, 3), by=cast.adam, at=cast.now
    )
    swap.refresh_from_db()
    assert swap.state == "lapsed"
    assert holders(rotation, [midnight(cast, 1) + NOON]) == ["otto"]


def test_a_swap_that_keeps_its_shift_and_one_of_the_past_stay(cast: Cast) -> None:
    rotation, swap = swapped(cast, days=4)
    other = [layer(cast, cast.otto, cast.sami, cast.ines, handoff=time(9))]
    assert services.preview(rotation, other, cast.now, cast.now).lapses == []
    services.revise_rotation(rotation.pk, layers=other, by=cast.adam, at=cast.now)
    swap.refresh_from_db()
    assert swap.state == "accepted"
    services.revise_rotation(
        rotation.pk, layers=[weekly(cast)], since=midnight(cast, 6), by=cast.adam, at=cast.now
    )
    swap.refresh_from_db()
    assert swap.state == "accepted"
    assert holders(rotation, [midnight(cast, 4) + NOON]) == ["rhea"]


def test_an_open_offer_lapses_too_and_nobody_accepts_it(cast: Cast) -> None:
    rotation = a_rotation(cast)
    swap = services.offer_swap(rotation.pk, slot=slot(cast, 4), by=cast.otto, at=cast.now)
    services.revise_rotation(rotation.pk, layers=[weekly(cast)], by=cast.adam, at=cast.now)
    swap.refresh_from_db()
    assert (swap.state, swap.decided_by, swap.taken_by) == ("lapsed", cast.adam, None)
    with pytest.raises(Conflict, match="lapsed already"):
        services.accept_swap(swap.pk, by=cast.rhea, at=cast.now)


def test_a_swap_of_an_override_lapses_when_that_is_taken_back(cast: Cast) -> None:
    rotation = a_rotation(cast)
    act = {"by": cast.adam, "at": cast.now}
    made = services.override(
        rotation.pk, person=cast.rhea, start=midnight(cast, 1), end=midnight(cast, 2), **act
    )
    swap = services.offer_swap(rotation.pk, slot=f"override {made.pk}", **act)
    services.accept_swap(swap.pk, person=cast.ines, **act)
    services.take_back_override(made.pk, **act)
    swap.refresh_from_db()
    assert swap.state == "lapsed"
    assert holders(rotation, [midnight(cast, 1) + NOON]) == ["otto"]


def test_the_preview_names_overrides_that_stay_and_what_is_put_aside(cast: Cast) -> None:
    rotation = a_rotation(cast)
    act = {"by": cast.adam, "at": cast.now}
    made = services.override(
        rotation.pk, person=cast.rhea, start=midnight(cast, 3), end=midnight(cast, 4), **act
    )
    services.revise_rotation(rotation.pk, layers=[weekly(cast)], since=midnight(cast, 9), **act)
    found = services.preview(rotation, [weekly(cast)], midnight(cast, 2), cast.now)
    assert found.overrides == [made]
    assert found.put_aside == [midnight(cast, 9)]
    for_a_while = services.preview(
        rotation, [weekly(cast)], midnight(cast, 2), cast.now, midnight(cast, 5)
    )
    assert for_a_while.put_aside == ()
    # An override outside of what changes is nobody's news.
    later = services.preview(rotation, [weekly(cast)], midnight(cast, 5), cast.now)
    before = services.preview(
        rotation, [weekly(cast)], midnight(cast, 1), cast.now, midnight(cast, 2)
    )
    assert later.overrides == before.overrides == []


# For a while


def holidays(cast: Cast, rotation: Rotation, first: int = 2, last: int = 6) -> Rotation:
    """Rhea and Otto alternate by day for a while."""
    return services.revise_rotation(
        rotation.pk,
        layers=[layer(cast, cast.rhea, cast.otto, starts=midnight(cast, first).date(), name="holidays")],
        since=midnight(cast, first),
        until=midnight(cast, last),
        by=cast.adam,
        at=cast.now,
    )  # fmt: skip


def who(cast: Cast, rotation: Rotation, *days: int) -> list[str | None]:
    return holders(rotation, [midnight(cast, n) + NOON for n in days])


def test_the_holidays_are_shared_otherwise_and_then_it_goes_on_as_before(cast: Cast) -> None:
    rotation = a_rotation(cast)
    before = who(cast, rotation, *range(10))
    layers = [layer(cast, cast.rhea, cast.otto, starts=midnight(cast, 2).date(), name="holidays")]
    found = services.preview(rotation, layers, midnight(cast, 2), cast.now, midnight(cast, 6))
    assert cast.rhea.pk in found.moved
    assert all(
        midnight(cast, 2) <= start and end <= midnight(cast, 6)
        for moves in found.moved.values()
        for start, end in (*moves.loses, *moves.gets)
    )
    holidays(cast, rotation)
    after = who(cast, rotation, *range(10))
    assert after[2:6] == ["rhea", "otto", "rhea", "otto"]
    assert after[:2] + after[6:] == before[:2] + before[6:]
    event = Event.objects.filter(name="rotation.revised").get()
    assert event.data["until"]
    with pytest.raises(Invalid, match="ends after it starts"):
        holidays(cast, rotation, 6, 2)
    with pytest.raises(Invalid, match="A year at most"):
        holidays(cast, rotation, 2, 400)


def test_what_was_planned_behind_it_still_begins(cast: Cast) -> None:
    rotation = a_rotation(cast)
    services.revise_rotation(
        rotation.pk, layers=[layer(cast, cast.ines)], since=midnight(cast, 8), by=cast.adam,
        at=cast.now,
    )  # fmt: skip
    holidays(cast, rotation)
    assert who(cast, rotation, 2, 6, 7, 8, 9) == ["rhea", "sami", "otto", "ines", "ines"]
    holidays(cast, rotation, 7, 10)  # over the beginning of what was planned
    assert who(cast, rotation, 7, 8, 9, 10) == ["rhea", "otto", "rhea", "ines"]


def test_nothing_stands_in_where_there_is_nothing_to_go_back_to(cast: Cast) -> None:
    new = services.set_up_rotation(
        cast.platform, "on_call", layers=[layer(cast, cast.sami)], since=midnight(cast, 20),
        by=cast.adam, at=cast.now,
    )  # fmt: skip
    with pytest.raises(Invalid, match="has not begun by then"):
        services.revise_rotation(
            new.pk, layers=[layer(cast, cast.sami)], since=midnight(cast, 1), until=midnight(cast, 3),
            by=cast.adam, at=cast.now,
        )  # fmt: skip


def test_who_joins_before_the_holidays_is_not_in_them_and_is_after(cast: Cast) -> None:
    rotation = a_rotation(cast, layer(cast, cast.sami, cast.otto))
    holidays(cast, rotation)
    services.join_rotation(rotation.pk, person=cast.ines, by=cast.adam, at=cast.now)
    assert who(cast, rotation, 2, 3, 4, 5) == ["rhea", "otto", "rhea", "otto"]
    plain = a_plain_order(cast, rotation)
    assert who(cast, rotation, *range(6, 12)) == plain
    assert "ines" in plain


def a_plain_order(cast: Cast, rotation: Rotation) -> list[str | None]:
    """What the layer that stands now says of these days: as if nothing had been between."""
    (stands,) = standing_layers(rotation, cast.now)
    names = {p.pk: p.username for p in (cast.sami, cast.otto, cast.ines, cast.rhea)}
    found = resolve(Rota((Version(LONG_AGO, (stands,)),)), midnight(cast, 6), midnight(cast, 12))
    return [names[s.who] for s in found if s.who]


def test_who_leaves_is_in_nothing_that_is_planned(cast: Cast) -> None:
    rotation = a_rotation(cast, layer(cast, cast.sami, cast.otto))
    holidays(cast, rotation)
    services.leave_rotation(rotation.pk, person=cast.otto, by=cast.adam, at=cast.now)
    assert set(who(cast, rotation, *range(1, 10))) == {"sami", "rhea"}
    assert len(versions_of(rotation, cast.now)) == 3
    services.revise_rotation(
        rotation.pk, layers=[layer(cast, cast.otto)], since=midnight(cast, 2), until=midnight(cast, 4),
        by=cast.adam, at=cast.now,
    )  # fmt: skip
    with pytest.raises(RuleBroken, match="takes no turns then"):
        services.leave_rotation(rotation.pk, person=cast.otto, by=cast.adam, at=cast.now)
    with pytest.raises(RuleBroken, match="the only one left"):
        services.leave_rotation(
            rotation.pk, person=cast.otto, since=midnight(cast, 2), by=cast.adam, at=cast.now
        )
