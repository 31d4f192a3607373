"""A rotation gives a duty from a moment on: set up, revised, joined, left; the past is a record (ONC-1)."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from foundation.errors import Conflict, Invalid, NotAllowed, RuleBroken, Stale
from journal.models import Event
from oncall import services
from oncall.models import Duty, Rotation
from oncall.querysets import holder
from oncall.querysets.rotas import standing_layers
from oncall.rules import ON_CALL, RELEASE_MANAGER
from oncall.rules.changes import left
from oncall.services.publishing import HORIZON
from tests.cast import Cast
from tests.oncall.turns import DAY, WEEK, a_rotation, crew, holders, layer, midnight, schedule

NOON = timedelta(hours=12)


def days(cast: Cast, first: int, last: int) -> list[Any]:
    return [midnight(cast, n) + NOON for n in range(first, last)]


def test_its_schedule_is_written_half_a_year_ahead_and_answers_who_is_on_duty(cast: Cast) -> None:
    rotation = a_rotation(cast)
    assert holders(rotation, days(cast, 1, 5)) == ["otto", "ines", "sami", "otto"]
    found = schedule(rotation)
    assert (found[0][1], found[-1][2]) == (cast.now, cast.now + HORIZON)
    assert holder(cast.platform.pk, ON_CALL, cast.now) == cast.sami
    told = Event.objects.get(name="rotation.set_up")
    assert (told.subject, told.data["duty"]) == (rotation.pk, "on call")
    assert told.data["moved"] == ["ines", "otto", "sami"]


def test_what_was_given_by_hand_ends_where_it_begins(cast: Cast) -> None:
    """Sami is release manager by hand for thirty days; from next week on the rotation says who."""
    people = crew(cast)
    since = cast.now + WEEK
    rotation = services.set_up_rotation(
        cast.platform,
        RELEASE_MANAGER,
        layers=[layer(cast, *people[:2], unit="week")],
        since=since,
        by=cast.adam,
        at=cast.now,
    )
    by_hand = Duty.objects.get(team=cast.platform, duty=RELEASE_MANAGER, rotation=None)
    assert by_hand.during.upper == since
    assert rotation.published_at == since
    with pytest.raises(Conflict, match="A rotation gives this duty then"):
        services.set_up(
            cast.platform, RELEASE_MANAGER, cast.sami, start=since, end=since + DAY, by=cast.adam,
            at=cast.now,
        )  # fmt: skip
    with pytest.raises(Conflict, match="A rotation gives this duty"):
        services.revise(
            by_hand.pk, person=cast.sami, start=by_hand.during.lower, end=since + DAY, by=cast.adam,
            at=cast.now,
        )  # fmt: skip
    row = Duty.objects.filter(rotation=rotation).first()
    assert row
    with pytest.raises(Conflict, match="A rotation gives this duty:"):
        services.revise(
            row.pk, person=cast.sami, start=since, end=since + DAY, by=cast.adam, at=cast.now
        )


def test_there_is_one_rotation_for_a_duty_of_a_team(cast: Cast) -> None:
    a_rotation(cast)
    with pytest.raises(Conflict, match="has a rotation for this duty already"):
        a_rotation(cast)


def test_only_a_lead_or_an_admin_edits_it(cast: Cast) -> None:
    rotation = a_rotation(cast)
    said: dict[str, Any] = {"at": cast.now}
    layers = [layer(cast, cast.sami)]
    for person in (cast.sami, cast.otto, cast.pia, cast.lena, cast.stranger, cast.robot):
        for act in (
            lambda: services.revise_rotation(rotation.pk, layers=layers, **said),
            lambda: services.join_rotation(rotation.pk, person=cast.rhea, **said),
            lambda: services.leave_rotation(rotation.pk, person=cast.otto, **said),
            lambda: services.set_up_rotation(cast.platform, RELEASE_MANAGER, layers=layers, **said),
        ):
            said["by"] = person
            with pytest.raises(NotAllowed, match="Only a lead or an admin of Platform"):
                act()


def test_layers_that_cannot_be_are_refused_in_words(cast: Cast) -> None:
    crew(cast)
    for layers, words in (
        ([], "at least one layer"),
        ([layer(cast)], "name at least one person"),
        ([layer(cast, cast.sami), layer(cast, cast.otto)], "the same name"),
        ([layer(cast, cast.lena)], "Only people of Platform take turns; Lena is not"),
        ([layer(cast, cast.sami, length=0)], "1 to 60 units"),
    ):
        with pytest.raises(Invalid, match=words):
            a_rotation(cast, *layers) if layers else services.set_up_rotation(
                cast.platform, ON_CALL, layers=[], by=cast.adam, at=cast.now
            )
    with pytest.raises(Invalid, match="Begin now or later"):
        a_rotation(cast, since=cast.now - DAY)
    with pytest.raises(Invalid, match="Choose release manager or on call"):
        services.set_up_rotation(cast.platform, "cook", layers=[], by=cast.adam, at=cast.now)
    assert not Rotation.objects.exists()


def test_a_revision_moves_what_is_ahead_and_nothing_that_was(cast: Cast) -> None:
    rotation = a_rotation(cast)
    first = Duty.objects.filter(rotation=rotation).earliest("during")
    since = midnight(cast, 3)
    services.revise_rotation(
        rotation.pk, layers=[layer(cast, cast.rhea)], since=since, by=cast.adam, at=cast.now
    )
    assert holders(rotation, days(cast, 1, 6)) == ["otto", "ines", "rhea", "rhea", "rhea"]
    assert Duty.objects.filter(pk=first.pk, during=first.during).exists()
    told = Event.objects.get(name="rotation.revised")
    assert told.data["moved"] == ["ines", "otto", "rhea", "sami"]


def test_a_later_revision_puts_aside_what_was_to_begin_after_it(cast: Cast) -> None:
    rotation = a_rotation(cast)
    for person, day in ((cast.rhea, 4), (cast.otto, 2)):
        services.revise_rotation(
            rotation.pk, layers=[layer(cast, person)], since=midnight(cast, day), by=cast.adam,
            at=cast.now,
        )  # fmt: skip
    assert holders(rotation, days(cast, 1, 6)) == ["otto", "otto", "otto", "otto", "otto"]


def test_an_older_version_is_stale(cast: Cast) -> None:
    rotation = a_rotation(cast)
    services.join_rotation(rotation.pk, person=cast.rhea, by=cast.adam, at=cast.now, version=1)
    with pytest.raises(Stale):
        services.leave_rotation(rotation.pk, person=cast.rhea, by=cast.adam, at=cast.now, version=1)


def test_who_joins_comes_last_and_who_leaves_is_gone_from_that_day(cast: Cast) -> None:
    rotation = a_rotation(cast)
    services.join_rotation(
        rotation.pk, person=cast.rhea, since=midnight(cast, 2), by=cast.adam, at=cast.now
    )
    after = ["otto", "ines", "sami", "otto", "rhea", "ines"]
    assert holders(rotation, days(cast, 1, 7)) == after
    with pytest.raises(RuleBroken, match="takes turns there already"):
        services.join_rotation(
            rotation.pk, person=cast.rhea, since=midnight(cast, 3), by=cast.adam, at=cast.now
        )
    services.leave_rotation(
        rotation.pk, person=cast.otto, since=midnight(cast, 4) + NOON, by=cast.adam, at=cast.now
    )
    assert holders(rotation, [midnight(cast, 4) + NOON / 2]) == ["otto"]
    assert holders(rotation, days(cast, 4, 8)) == ["rhea", "ines", "sami", "rhea"]
    with pytest.raises(RuleBroken, match="Otto takes no turns then"):
        services.leave_rotation(
            rotation.pk, person=cast.otto, since=midnight(cast, 5), by=cast.adam, at=cast.now
        )


def test_the_last_one_does_not_leave(cast: Cast) -> None:
    rotation = a_rotation(cast, layer(cast, cast.sami))
    with pytest.raises(RuleBroken, match="Sami is the only one left"):
        services.leave_rotation(rotation.pk, person=cast.sami, by=cast.adam, at=cast.now)
    with pytest.raises(Invalid, match="no layer called “nights”"):
        services.join_rotation(
            rotation.pk, person=cast.otto, layer="nights", by=cast.adam, at=cast.now
        )


def test_a_preview_says_per_person_what_would_move_and_writes_nothing(cast: Cast) -> None:
    rotation = a_rotation(cast)
    before = schedule(rotation)
    layers = [left(standing_layers(rotation, cast.now)[0], cast.otto.pk, midnight(cast, 1))]
    found = services.preview(rotation, layers, midnight(cast, 1), cast.now).moved
    assert set(found) == {p.pk for p in (cast.otto, cast.sami, cast.ines)}
    assert found[cast.otto.pk].after == timedelta(0)
    assert found[cast.otto.pk].loses[0] == (midnight(cast, 1), midnight(cast, 2))
    assert schedule(rotation) == before
    services.leave_rotation(
        rotation.pk, person=cast.otto, since=midnight(cast, 1), by=cast.adam, at=cast.now
    )
    rotation.refresh_from_db()
    assert services.preview(rotation, layers, midnight(cast, 1), cast.now).moved == {}


def test_the_preview_of_a_new_one_compares_with_what_was_given_by_hand(cast: Cast) -> None:
    crew(cast)
    since = cast.now + WEEK
    new = Rotation(team=cast.platform, duty=RELEASE_MANAGER, published_at=since)
    found = services.preview(new, [layer(cast, cast.sami, cast.otto)], since, cast.now).moved
    assert found[cast.sami.pk].loses
    assert found[cast.otto.pk].before == timedelta(0)
    assert None in found  # after the thirty days nobody had it


def test_the_clock_writes_on_as_time_goes_by_and_moves_nobody(cast: Cast) -> None:
    start = cast.now - 3 * WEEK
    rotation = a_rotation(cast, at=start, source="demo")
    before = schedule(rotation)
    assert services.publish_ahead(at=start) == 0
    assert services.publish_ahead(at=start + 2 * DAY) == 1
    assert services.publish_ahead(at=start + 2 * DAY) == 0
    after = schedule(rotation)
    assert after[: len(before) - 1] == before[:-1]
    assert after[-1][2] == start + 2 * DAY + HORIZON
    assert Event.objects.filter(name__startswith="rotation.").count() == 1


def test_who_has_left_the_company_is_on_duty_no_more(cast: Cast) -> None:
    rotation = a_rotation(cast)
    cast.otto.is_active = False
    cast.otto.save()
    services.publish_ahead(at=cast.now + 2 * DAY)
    assert holders(rotation, days(cast, 3, 6)) == ["sami", None, "ines"]


def test_working_hours_give_a_duty_that_has_gaps(cast: Cast) -> None:
    from tests.oncall.rotas import working_hours

    office = layer(cast, cast.sami, hours=working_hours(days=7))
    rotation = a_rotation(cast, office)
    assert holders(rotation, [midnight(cast, 1) + NOON, midnight(cast, 1)]) == ["sami", None]
    nights = replace(layer(cast, cast.otto), name="nights")
    services.revise_rotation(rotation.pk, layers=[office, nights], by=cast.adam, at=cast.now)
    assert holders(rotation, [midnight(cast, 1) + NOON, midnight(cast, 1)]) == ["sami", "otto"]


def test_after_a_long_sleep_of_the_clock_it_can_be_changed_and_what_nobody_was_told_is_a_gap(
    cast: Cast,
) -> None:
    rotation = a_rotation(cast, at=cast.now - HORIZON - 2 * WEEK, source="demo")
    layers = [layer(cast, cast.ines)]
    # Nobody was told anything that could move.
    assert services.preview(rotation, layers, cast.now, cast.now).moved == {}
    services.revise_rotation(rotation.pk, layers=layers, by=cast.adam, at=cast.now)
    assert holders(rotation, [cast.now - WEEK, cast.now]) == [None, "ines"]
