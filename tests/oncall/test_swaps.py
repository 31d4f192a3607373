"""Swaps are bound to shifts, and both change hands at once, with consent or on behalf (ONC-3)."""

from collections.abc import Callable
from datetime import time, timedelta
from typing import Any

import pytest
from django.test import Client

from channels.models import Notice
from channels.services import fan_out
from foundation.errors import Conflict, Invalid, NotAllowed, NotFound, RuleBroken
from journal.models import Event
from oncall import services
from oncall.models import Duty, Rotation, SwapOffer
from teams.models import Person
from tests.cast import Cast
from tests.oncall.turns import DAY, a_rotation, holders, layer, midnight, slot
from tests.pages.conftest import sign_in

__all__ = ["sign_in"]

NOON = timedelta(hours=12)


def offer(cast: Cast, rotation: Rotation, days: int = 1, **told: Any) -> SwapOffer:
    """Otto offers his shift of tomorrow."""
    given = {"slot": slot(cast, days), "by": cast.otto, "at": cast.now, **told}
    return services.offer_swap(rotation.pk, **given)


def who(cast: Cast, rotation: Rotation, first: int = 1, last: int = 5) -> list[str | None]:
    return holders(rotation, [midnight(cast, n) + NOON for n in range(first, last)])


def test_both_shifts_change_hands_at_once(cast: Cast) -> None:
    rotation = a_rotation(cast)
    swap = offer(cast, rotation, to=cast.ines, in_return=slot(cast, 2))
    assert who(cast, rotation) == ["otto", "ines", "sami", "otto"]
    services.accept_swap(swap.pk, by=cast.ines, at=cast.now)
    assert who(cast, rotation) == ["ines", "otto", "sami", "otto"]
    row = Duty.objects.get(rotation=rotation, slot=slot(cast, 1))
    assert (row.why, row.instead_of) == ("swap", cast.otto)
    told = Event.objects.get(name="rotation.swap_accepted").data
    assert (told["person"], told["to"], told["moved"]) == ("otto", "ines", ["ines", "otto"])


def test_an_offer_to_anybody_is_taken_by_the_first(cast: Cast) -> None:
    rotation = a_rotation(cast)
    swap = offer(cast, rotation)
    with pytest.raises(RuleBroken, match="Somebody else takes it"):
        services.accept_swap(swap.pk, by=cast.otto, at=cast.now)
    with pytest.raises(RuleBroken, match="need not answer"):
        services.decline_swap(swap.pk, by=cast.rhea, at=cast.now)
    services.accept_swap(swap.pk, by=cast.rhea, at=cast.now)
    with pytest.raises(Conflict, match="accepted already"):
        services.accept_swap(swap.pk, by=cast.sami, at=cast.now)
    assert who(cast, rotation) == ["rhea", "ines", "sami", "otto"]


def test_only_the_one_who_is_asked_answers_and_a_lead_on_their_behalf(cast: Cast) -> None:
    rotation = a_rotation(cast)
    swap = offer(cast, rotation, to=cast.ines)
    for person in (cast.rhea, cast.sami, cast.lena, cast.stranger):
        with pytest.raises(NotAllowed):
            services.accept_swap(swap.pk, by=person, at=cast.now)
        with pytest.raises(NotAllowed):
            services.decline_swap(swap.pk, by=person, at=cast.now)
    with pytest.raises(NotAllowed, match="offered to Ines"):
        services.accept_swap(swap.pk, person=cast.rhea, by=cast.adam, at=cast.now)
    services.accept_swap(swap.pk, by=cast.adam, at=cast.now)
    swap.refresh_from_db()
    assert (swap.taken_by, swap.decided_by) == (cast.ines, cast.adam)


def test_one_offers_ones_own_and_a_lead_on_behalf(cast: Cast) -> None:
    rotation = a_rotation(cast)
    with pytest.raises(NotAllowed, match="Only they themselves"):
        offer(cast, rotation, by=cast.ines)
    made = offer(cast, rotation, by=cast.adam)
    assert made.offered_by == cast.otto
    with pytest.raises(Conflict, match="offered already"):
        offer(cast, rotation)
    with pytest.raises(NotAllowed):
        services.withdraw_swap(made.pk, by=cast.ines, at=cast.now)
    services.withdraw_swap(made.pk, by=cast.otto, at=cast.now)
    declined = offer(cast, rotation, to=cast.ines)
    services.decline_swap(declined.pk, by=cast.ines, at=cast.now)
    assert who(cast, rotation) == ["otto", "ines", "sami", "otto"]
    with pytest.raises(NotFound):
        services.withdraw_swap(2**40, by=cast.otto, at=cast.now)


def test_what_cannot_be_offered_is_refused_in_words(cast: Cast) -> None:
    rotation = a_rotation(cast)
    with pytest.raises(NotFound, match="no such shift ahead"):
        offer(cast, rotation, slot="2001-01-01 turns")
    with pytest.raises(Invalid, match="whose shift you would take"):
        offer(cast, rotation, in_return=slot(cast, 2))
    with pytest.raises(RuleBroken, match="not Ines’s shift"):
        offer(cast, rotation, to=cast.ines, in_return=slot(cast, 3))
    with pytest.raises(RuleBroken, match="Otto’s shift already"):
        offer(cast, rotation, to=cast.otto)
    with pytest.raises(Invalid, match="Lena is not of Platform"):
        offer(cast, rotation, to=cast.lena)


def test_a_shift_that_is_not_theirs_any_more_is_not_swapped(cast: Cast) -> None:
    rotation = a_rotation(cast)
    swap = offer(cast, rotation, to=cast.ines, in_return=slot(cast, 2))
    services.leave_rotation(
        rotation.pk, person=cast.otto, since=midnight(cast, 1), by=cast.adam, at=cast.now
    )
    with pytest.raises(Conflict, match="not ahead any more, or is not theirs"):
        services.accept_swap(swap.pk, by=cast.ines, at=cast.now)


def test_who_is_away_takes_no_shift(cast: Cast) -> None:
    rotation = a_rotation(cast)
    swap = offer(cast, rotation)
    span = {"start": midnight(cast, 1) + NOON, "end": midnight(cast, 4)}
    services.record_absence(cast.rhea, **span, by=cast.rhea, at=cast.now)
    with pytest.raises(RuleBroken, match="Rhea is away during that shift"):
        services.accept_swap(swap.pk, by=cast.rhea, at=cast.now)


def test_an_accepted_swap_follows_its_shift_when_the_handoff_moves(cast: Cast) -> None:
    rotation = a_rotation(cast)
    services.accept_swap(offer(cast, rotation).pk, by=cast.rhea, at=cast.now)
    later = layer(cast, cast.sami, cast.otto, cast.ines, handoff=time(9))
    services.revise_rotation(rotation.pk, layers=[later], by=cast.adam, at=cast.now)
    row = Duty.objects.get(rotation=rotation, slot=slot(cast, 1))
    assert (row.person, row.during.lower) == (cast.rhea, midnight(cast, 1) + NOON * 3 / 4)


def test_a_swapped_shift_may_be_swapped_again_and_so_may_an_override(cast: Cast) -> None:
    rotation = a_rotation(cast)
    services.accept_swap(offer(cast, rotation).pk, by=cast.rhea, at=cast.now)
    again = offer(cast, rotation, by=cast.rhea)
    services.accept_swap(again.pk, by=cast.sami, at=cast.now)
    assert who(cast, rotation) == ["sami", "ines", "sami", "otto"]
    made = services.override(
        rotation.pk, person=cast.rhea, start=midnight(cast, 2), end=midnight(cast, 3), by=cast.adam,
        at=cast.now,
    )  # fmt: skip
    third = offer(cast, rotation, slot=f"override {made.pk}", by=cast.rhea)
    services.accept_swap(third.pk, by=cast.otto, at=cast.now)
    assert who(cast, rotation) == ["sami", "otto", "sami", "otto"]
    assert DAY


def letters() -> list[tuple[str, str, str]]:
    """What was told of swaps, in order: the fact, to whom, the subject."""
    fan_out()
    found = Notice.objects.filter(event__name__startswith="rotation.swap_", channel="in_app")
    rows = found.order_by("event_id", "person__username")
    return [(n.event.name.rpartition("_")[2], n.person.username, n.subject) for n in rows]


def test_who_is_named_is_asked_and_who_offered_hears_the_answer(cast: Cast) -> None:
    rotation = a_rotation(cast)
    swap = offer(cast, rotation, to=cast.ines)
    services.decline_swap(swap.pk, by=cast.ines, at=cast.now)
    offer(cast, rotation, days=4)  # to anybody: it waits on desks
    swap = offer(cast, rotation, to=cast.ines, in_return=slot(cast, 2))
    services.accept_swap(swap.pk, by=cast.ines, at=cast.now)
    assert letters() == [
        ("offered", "ines", "Otto offers you a shift"),
        ("declined", "otto", "Ines cannot take your shift"),
        ("offered", "ines", "Otto offers you a shift for one of yours"),
        ("accepted", "otto", "Ines takes your shift"),
    ]


def test_of_a_swap_on_their_behalf_both_sides_hear(cast: Cast) -> None:
    rotation = a_rotation(cast)
    swap = offer(cast, rotation, to=cast.ines, by=cast.adam)
    services.accept_swap(swap.pk, by=cast.adam, at=cast.now, person=cast.ines)
    assert letters() == [
        ("offered", "ines", "Otto offers you a shift"),
        ("accepted", "otto", "Ines takes your shift"),
    ]


def test_an_offer_waits_on_the_desks_of_those_who_may_take_it(
    cast: Cast, sign_in: Callable[[Person], Client]
) -> None:
    rotation = a_rotation(cast)
    offer(cast, rotation, to=cast.ines)

    def asked(person: Person) -> bool:
        page = sign_in(person).get("/desk/mine/").content.decode()
        return "Will you take it?" in page

    assert [p.username for p in cast.everybody.values() if p.kind == "person" and asked(p)] == [
        "ines"
    ]
    offer(cast, rotation, days=4)
    assert asked(cast.rhea)
    assert not asked(cast.otto)
    assert not asked(cast.lena)
