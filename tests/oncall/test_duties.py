"""Duties: who holds which, when; set up and revised by an admin; the only answer to "is release manager"."""

from datetime import datetime, timedelta

import pytest

from foundation.errors import Conflict, NotAllowed, NotFound, RuleBroken, Stale
from journal.models import Event
from oncall import services
from oncall.models import Duty
from oncall.querysets import holder, on_duty, standing
from oncall.rules import ON_CALL, RELEASE_MANAGER
from teams.models import Person
from tests.cast import Cast

WEEK = timedelta(days=7)
TICK = timedelta(microseconds=1)


def after(cast: Cast, weeks: int) -> datetime:
    """A moment after the duties of the cast are over."""
    return cast.now + timedelta(days=30) + weeks * WEEK


def set_up(cast: Cast, person: Person, start: datetime, end: datetime, **told: object) -> Duty:
    said = {"by": cast.adam, "at": cast.now, "team": cast.billing, "duty": ON_CALL, **told}
    team, duty = said.pop("team"), said.pop("duty")
    return services.set_up(team, duty, person, start=start, end=end, **said)  # type: ignore[arg-type]


def test_a_duty_is_held_from_its_start_until_just_before_its_end(cast: Cast) -> None:
    start, end = after(cast, 1), after(cast, 2)
    set_up(cast, cast.ines, start, end)

    def held(at: datetime) -> Person | None:
        return holder(cast.billing.pk, ON_CALL, at)

    assert [held(start - TICK), held(start), held(end - TICK), held(end)] == [
        *(None, cast.ines, cast.ines, None)
    ]
    assert holder(cast.billing.pk, RELEASE_MANAGER, start) is None
    assert holder(cast.platform.pk, ON_CALL, start) is None


def test_two_do_not_hold_it_at_once_and_one_after_the_other_do(cast: Cast) -> None:
    set_up(cast, cast.ines, after(cast, 1), after(cast, 2))
    set_up(cast, cast.otto, after(cast, 2), after(cast, 3))
    for start, end in ((0, 4), (1, 2), (2, 3)):
        with pytest.raises(Conflict, match="Somebody else holds this duty"):
            set_up(cast, cast.rhea, after(cast, start), after(cast, end))
    set_up(cast, cast.ines, after(cast, 1), after(cast, 2), duty=RELEASE_MANAGER)
    set_up(cast, cast.ines, after(cast, 1), after(cast, 2), team=cast.platform)


def test_a_duty_ends_after_it_starts(cast: Cast) -> None:
    for end in (after(cast, 1), after(cast, 0)):
        with pytest.raises(RuleBroken, match="ends after it starts"):
            set_up(cast, cast.ines, after(cast, 1), end)


def test_only_an_admin_of_the_team_edits_its_duties(cast: Cast) -> None:
    row = Duty.objects.get(team=cast.billing, duty=ON_CALL)
    span = {"start": after(cast, 1), "end": after(cast, 2)}
    for name, person in cast.everybody.items():
        if name != "adam":
            with pytest.raises(NotAllowed):
                set_up(cast, cast.ines, *span.values(), by=person)
            with pytest.raises(NotAllowed):
                services.revise(row.pk, person=cast.ines, by=person, at=cast.now, **span)


def test_a_revision_says_who_held_it_when(cast: Cast) -> None:
    row = set_up(cast, cast.ines, after(cast, 1), after(cast, 2))
    services.revise(
        row.pk,
        person=cast.otto,
        start=after(cast, 1),
        end=after(cast, 3),
        by=cast.adam,
        at=cast.now,
        version=row.version,
    )
    assert holder(cast.billing.pk, ON_CALL, after(cast, 2)) == cast.otto
    told = Event.objects.get(name="duty.revised").data
    assert (told["was"], told["person"]) == ("ines", "otto")
    assert datetime.fromisoformat(told["was_end"]) == after(cast, 2)


def test_a_revision_of_an_old_version_is_stale(cast: Cast) -> None:
    row = set_up(cast, cast.ines, after(cast, 1), after(cast, 2))
    span = {"start": after(cast, 1), "end": after(cast, 2), "by": cast.adam, "at": cast.now}
    services.revise(row.pk, person=cast.otto, version=1, **span)  # type: ignore[arg-type]
    with pytest.raises(Stale):
        services.revise(row.pk, person=cast.rhea, version=1, **span)  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        services.revise(2**62, person=cast.rhea, **span)  # type: ignore[arg-type]


def test_a_revision_into_somebody_elses_time_is_a_conflict(cast: Cast) -> None:
    set_up(cast, cast.ines, after(cast, 1), after(cast, 2))
    row = set_up(cast, cast.otto, after(cast, 2), after(cast, 3))
    with pytest.raises(Conflict):
        services.revise(
            row.pk,
            person=cast.otto,
            start=after(cast, 1) + TICK,
            end=after(cast, 3),
            by=cast.adam,
            at=cast.now,
        )
    assert Duty.objects.get(pk=row.pk).during.lower == after(cast, 2)


def test_standing_is_roles_and_the_duties_of_the_moment(cast: Cast) -> None:
    who = standing(cast.rhea, cast.now)
    assert who.is_release_manager(cast.billing.pk)
    assert not who.is_release_manager(cast.platform.pk)
    assert who.roles == {(cast.billing.pk, "developer"), (cast.billing.pk, "lead")}
    later = standing(cast.rhea, after(cast, 1))
    assert not later.is_release_manager(cast.billing.pk)
    assert later.belongs_to(cast.billing.pk)


def test_it_is_answered_in_one_query(cast: Cast, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    standing(cast.adam, cast.now)  # this connection prepares it once
    with django_assert_num_queries(1):
        standing(cast.adam, cast.now)


def test_support_is_no_delivery_whatever_the_role(cast: Cast) -> None:
    adam, lena = standing(cast.adam, cast.now), standing(cast.lena, cast.now)
    assert adam.delivery == {cast.billing.pk, cast.platform.pk}
    assert adam.teams == {cast.services.pk, cast.billing.pk, cast.platform.pk}
    assert not lena.works_in_delivery
    assert not standing(cast.stranger, cast.now).teams


def test_who_has_left_stands_nowhere(cast: Cast) -> None:
    cast.rhea.is_active = False
    who = standing(cast.rhea, cast.now)
    assert who.roles == who.duties == who.delivery == frozenset()


def test_who_is_on_duty_now_is_listed_by_team_and_duty(cast: Cast) -> None:
    teams = (cast.billing.pk, cast.platform.pk)
    shown = [(d.team.slug, d.duty, d.person.username) for d in on_duty(teams, cast.now)]
    assert shown == [
        ("billing", "on_call", "otto"),
        ("billing", "release_manager", "rhea"),
        ("platform", "release_manager", "sami"),
    ]
