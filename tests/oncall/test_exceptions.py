"""Overrides, taking a shift now, being away, and taking these back (ONC-3)."""

from datetime import timedelta

import pytest

from foundation.errors import Conflict, Invalid, NotAllowed, NotFound, RuleBroken
from journal.models import Event
from oncall import services
from oncall.models import Duty
from oncall.querysets import holder
from oncall.rules import ON_CALL
from tests.cast import Cast
from tests.oncall.turns import DAY, a_rotation, holders, layer, midnight

HOUR = timedelta(hours=1)
NOON = 12 * HOUR


def test_the_later_override_wins_and_taken_back_it_never_was(cast: Cast) -> None:
    rotation = a_rotation(cast)
    plain = [midnight(cast, n) + NOON for n in range(1, 4)]
    act = {"by": cast.adam, "at": cast.now}
    services.override(
        rotation.pk, person=cast.rhea, start=midnight(cast, 1), end=midnight(cast, 4), **act
    )
    later = services.override(
        rotation.pk, person=cast.sami, start=midnight(cast, 2), end=midnight(cast, 3), **act
    )
    assert holders(rotation, plain) == ["rhea", "sami", "rhea"]
    services.take_back_override(later.pk, **act)
    assert holders(rotation, plain) == ["rhea", "rhea", "rhea"]
    with pytest.raises(Conflict, match="taken back already"):
        services.take_back_override(later.pk, **act)
    told = Event.objects.filter(name="rotation.overridden").last()
    assert told
    assert told.data["moved"] == ["rhea", "sami"]


def test_an_override_is_ahead_of_somebody_of_the_team_who_is_there(cast: Cast) -> None:
    rotation = a_rotation(cast)
    act = {"by": cast.adam, "at": cast.now}
    soon = {"start": midnight(cast, 1), "end": midnight(cast, 2)}
    with pytest.raises(RuleBroken, match="who was on duty then is a record"):
        services.override(rotation.pk, person=cast.rhea, start=cast.now - DAY, end=cast.now, **act)
    with pytest.raises(RuleBroken, match="It ends after it starts"):
        services.override(
            rotation.pk, person=cast.rhea, start=soon["end"], end=soon["start"], **act
        )
    with pytest.raises(RuleBroken, match="A year at most"):
        services.override(
            rotation.pk, person=cast.rhea, start=cast.now, end=cast.now + 400 * DAY, **act
        )
    with pytest.raises(Invalid, match="Lena is not of Platform"):
        services.override(rotation.pk, person=cast.lena, **soon, **act)
    services.record_absence(cast.rhea, **soon, by=cast.rhea, at=cast.now)
    with pytest.raises(RuleBroken, match="Rhea is away then"):
        services.override(rotation.pk, person=cast.rhea, **soon, **act)
    with pytest.raises(NotAllowed, match="Only a lead or an admin"):
        services.override(rotation.pk, person=cast.otto, **soon, by=cast.otto, at=cast.now)
    with pytest.raises(NotFound):
        services.take_back_override(2**40, **act)


def test_one_takes_the_shift_that_runs_until_it_ends(cast: Cast) -> None:
    rotation = a_rotation(cast)
    runs = Duty.objects.get(rotation=rotation, during__contains=cast.now)
    services.take_shift(rotation.pk, by=cast.otto, at=cast.now)
    row = Duty.objects.get(rotation=rotation, during__contains=cast.now)
    assert (row.person, row.during.upper, row.why) == (cast.otto, runs.during.upper, "override")
    told = Event.objects.get(name="rotation.shift_taken").data
    assert (told["instead_of"], told["person"]) == ("sami", "otto")
    with pytest.raises(Conflict, match="yours already"):
        services.take_shift(rotation.pk, by=cast.otto, at=cast.now)
    for person in (cast.lena, cast.pia, cast.stranger, cast.robot):
        with pytest.raises(NotAllowed, match="Only people of Platform take its shifts"):
            services.take_shift(rotation.pk, by=person, at=cast.now)


def test_a_gap_is_taken_until_somebody_is_on_duty_again(cast: Cast) -> None:
    rotation = a_rotation(cast, layer(cast, cast.sami))
    services.record_absence(
        cast.sami, start=cast.now, end=cast.now + 2 * HOUR, by=cast.sami, at=cast.now
    )
    assert holder(cast.platform.pk, ON_CALL, cast.now) is None
    services.take_shift(rotation.pk, by=cast.adam, at=cast.now)
    assert holders(rotation, [cast.now + HOUR, cast.now + 3 * HOUR]) == ["adam", "sami"]


def test_who_falls_sick_is_off_duty_at_once_and_the_layer_below_covers(cast: Cast) -> None:
    rotation = a_rotation(cast, layer(cast, cast.sami), layer(cast, cast.otto, name="backup"))
    before = Duty.objects.get(rotation=rotation, during__contains=cast.now + HOUR)
    absence = services.record_absence(
        cast.sami, start=cast.now - DAY, end=cast.now + 3 * DAY, by=cast.sami, at=cast.now
    )
    assert absence.during.lower == cast.now
    hours = [cast.now, cast.now + 2 * DAY, cast.now + 4 * DAY]
    assert holders(rotation, hours) == ["otto", "otto", "sami"]
    assert before.person == cast.sami
    told = Event.objects.get(name="absence.recorded").data
    assert (told["person"], told["moved"]) == ("sami", ["otto", "sami"])
    services.take_back_absence(absence.pk, by=cast.sami, at=cast.now)
    assert holders(rotation, hours) == ["sami", "sami", "sami"]


def test_one_says_it_of_oneself_or_of_somebody_one_leads(cast: Cast) -> None:
    span = {"start": cast.now + DAY, "end": cast.now + 2 * DAY, "at": cast.now}
    made = services.record_absence(cast.ines, **span, by=cast.rhea)  # her lead, in Billing
    services.record_absence(cast.ines, **span, by=cast.ines)
    for person in (cast.otto, cast.pia, cast.sami, cast.stranger):
        with pytest.raises(NotAllowed, match="Only they themselves, or a lead"):
            services.record_absence(cast.ines, **span, by=person)
        with pytest.raises(NotAllowed):
            services.take_back_absence(made.pk, by=person, at=cast.now)
    with pytest.raises(NotFound):
        services.take_back_absence(2**40, by=cast.ines, at=cast.now)
