"""Who is on duty when, and why (ONC-2): every property over zones whose clocks do what clocks can do."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from oncall.rules.resolver import at, resolve
from oncall.rules.rota import (
    AWAY,
    OPEN,
    OVERRIDE,
    SWAP,
    TURN,
    Absence,
    Layer,
    Override,
    Rota,
    Segment,
    answer,
)  # fmt: skip
from oncall.rules.turns import boundary, turn_at
from oncall.rules.walls import DAY, HOUR, MONTH
from teams.rules import Hours
from tests.oncall.rotas import (
    CHANGES,
    QUARTER,
    a_layer,
    layers,
    plainly,
    plainly_all,
    rota,
    spans,
    stories,
    turned,
    utc,
    working_hours,
)  # fmt: skip

Story = tuple[Rota, datetime, datetime]
#: The answer by simpler means takes its time.
unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
HOURS = timedelta(hours=1)


def hours_of(segments: list[Segment]) -> list[tuple[int | None, float]]:
    return [(s.who, (s.end - s.start) / HOURS) for s in segments]


# The properties of research/oncall_postmortems.md §2.3


@given(stories())
@unhurried
def test_the_whole_span_is_covered_without_gap_or_overlap(story: Story) -> None:
    told, since, until = story
    found = resolve(told, since, until)
    assert (found[0].start, found[-1].end) == (since, until)
    assert all(a.end == b.start for a, b in pairwise(found))
    assert all(s.start < s.end for s in found)
    assert all(answer(a) != answer(b) for a, b in pairwise(found))
    assert all((s.who is None) == (s.why in (AWAY, OPEN)) for s in found)


@given(stories(), st.integers(0, 96 * 20))
@unhurried
def test_the_answer_at_a_moment_is_the_stretch_that_contains_it(story: Story, nth: int) -> None:
    told, since, until = story
    moment = min(since + nth * QUARTER, until - QUARTER)
    one = at(told, moment)
    (there,) = [s for s in resolve(told, since, until) if s.start <= moment < s.end]
    assert answer(one) == answer(there)
    assert one.start <= there.start
    assert there.end <= one.end
    assert (max(one.start, since), min(one.end, until)) == (there.start, there.end)


@given(stories(), st.integers(1, 96 * 20))
@unhurried
def test_the_span_may_be_split_anywhere(story: Story, nth: int) -> None:
    told, since, until = story
    cut = since + nth * QUARTER
    assume(cut < until)
    first, second = resolve(told, since, cut), resolve(told, cut, until)
    whole = resolve(told, since, until)
    if answer(first[-1]) == answer(second[0]):
        over = Segment(first[-1].start, second[0].end, *answer(first[-1]))
        assert [*first[:-1], over, *second[1:]] == whole
    else:
        assert [*first, *second] == whole


@given(layers(), st.integers(0, 5), st.data())
@unhurried
def test_another_order_moves_people_and_not_moments(
    layer: Layer, by: int, data: st.DataObject
) -> None:
    since, until = data.draw(spans(layer.starts))
    before, after = (
        list(resolve(told, since, until)) for told in (rota(layer), turned(rota(layer), by))
    )
    people = layer.participants
    follows = {who: people[(people.index(who) + by) % len(people)] for who in people}
    assert [s._replace(who=s.who and follows[s.who]) for s in before] == after


@given(stories(), st.integers(1, 5), st.data())
@unhurried
def test_an_override_taken_back_leaves_nothing(story: Story, who: int, data: st.DataObject) -> None:
    told, since, until = story
    start, end = data.draw(spans(since.date()))
    more = replace(told, overrides=(*told.overrides, Override(99, start, end, who)))
    assert resolve(replace(more, overrides=told.overrides), since, until) == resolve(
        told, since, until
    )
    outside = [s for s in resolve(more, since, until) if s.end <= start or s.start >= end]
    plain = resolve(told, since, until)
    assert all(any(_within(s, p) for p in plain) for s in outside)


def _within(inner: Segment, outer: Segment) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end and answer(inner) == answer(outer)


@given(st.data())
@unhurried
def test_another_rule_for_clocks_changes_nothing_before_it_holds(data: st.DataObject) -> None:
    """Volgograd and Moscow had the same clocks until 28 October 2018: as if a rule had been published."""
    layer = data.draw(layers(near=("Europe/Moscow", date(2018, 10, 28))))
    other = replace(layer, zone=ZoneInfo("Europe/Volgograd"))
    changed = utc(2018, 10, 27, 23)
    since = changed - timedelta(days=40)
    assert resolve(rota(layer), since, changed) == resolve(rota(other), since, changed)


@given(layers(), st.data())
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_it_says_what_a_look_at_the_wall_says(layer: Layer, data: st.DataObject) -> None:
    since, until = data.draw(spans(layer.starts, 20))
    found = resolve(rota(layer), since, until)
    quarters = (until - since) // QUARTER
    for nth in data.draw(st.lists(st.integers(0, quarters - 1), max_size=12)):
        moment = since + nth * QUARTER
        (there,) = [s for s in found if s.start <= moment < s.end]
        assert there.who == plainly(layer, moment)


@given(stories(), st.data())
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_with_all_that_may_happen_too(story: Story, data: st.DataObject) -> None:
    told, since, until = story
    found = resolve(told, since, until)
    edges = [s.start for s in found] + [s.end - QUARTER for s in found]
    for moment in data.draw(st.lists(st.sampled_from(edges), max_size=8)):
        (there,) = [s for s in found if s.start <= moment < s.end]
        assert there.who == plainly_all(told, moment)


@given(layers(), st.integers(-400, 400))
def test_boundaries_never_go_back_and_a_turn_is_found_by_its_start(layer: Layer, turn: int) -> None:
    start, end = boundary(layer, turn), boundary(layer, turn + 1)
    assert start <= end
    if start < end:
        assert turn_at(layer, start) == turn
        assert turn_at(layer, end - timedelta.resolution) == turn


# Vectors


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Brussels", date(2026, 3, 28), [24, 23, 24]),
        ("Europe/Brussels", date(2026, 10, 24), [24, 25, 24]),
        ("Australia/Lord_Howe", date(2026, 4, 4), [24, 24.5, 24]),
        ("Australia/Lord_Howe", date(2026, 10, 3), [24, 23.5, 24]),
        ("America/Sao_Paulo", date(2018, 11, 3), [24, 23, 24]),
        ("Asia/Beirut", date(2026, 3, 28), [24, 23, 24]),
        ("Pacific/Apia", date(2011, 12, 29), [24, 0, 24]),
    ],
)
def test_a_day_from_midnight_to_midnight_over_a_change(
    zone: str, day: date, hours: list[float]
) -> None:
    layer = a_layer(zone, unit=DAY, handoff=time(0), starts=day)
    ends = [boundary(layer, turn) for turn in range(4)]
    assert [(b - a) / HOURS for a, b in pairwise(ends)] == hours


def test_a_handoff_in_a_left_out_hour_is_where_the_clocks_go_forward() -> None:
    layer = a_layer("America/Chicago", unit=DAY, handoff=time(2, 30), starts=date(2026, 3, 7))
    found = resolve(rota(layer), utc(2026, 3, 7, 8, 30), utc(2026, 3, 10, 7, 30))
    assert hours_of(found) == [(1, 23.5), (2, 23.5), (3, 24)]


def test_a_weekly_handoff_stays_at_nine_by_the_wall_over_both_changes() -> None:
    layer = a_layer()
    for since, hours in ((utc(2026, 3, 23, 8), [167, 168]), (utc(2026, 10, 19, 7), [169, 168])):
        found = resolve(rota(layer), since, since + timedelta(hours=sum(hours)))
        assert [length for _, length in hours_of(found)] == hours


def test_every_zone_hands_over_one_whole_year_without_a_hole() -> None:
    for zone, _ in CHANGES:
        layer = a_layer(zone, unit=DAY, handoff=time(2, 30))
        ends = [boundary(layer, turn) for turn in range(371)]
        assert all(a < b for a, b in pairwise(ends)), zone


def test_a_month_that_is_too_short_ends_on_its_last_day_and_the_next_is_not_moved() -> None:
    layer = a_layer(unit=MONTH, starts=date(2026, 1, 31))
    found = resolve(rota(layer), utc(2026, 1, 31, 8), utc(2026, 5, 31, 7))
    assert [f"{s.start:%m-%d}" for s in found] == ["01-31", "02-28", "03-31", "04-30"]
    assert [s.who for s in found] == [1, 2, 3, 1]


def test_a_weekend_uses_up_nobodys_turn() -> None:
    layer = a_layer(unit=DAY, handoff=time(0), hours=working_hours())
    found = resolve(rota(layer), utc(2026, 1, 5), utc(2026, 1, 19))
    assert [s.who for s in found if s.who] == [1, 2, 3, 1, 2, 3, 1, 2, 3, 1]
    # Seven people and a daily turn: without the rule two of them would never serve (goalert#55).
    seven = replace(layer, participants=tuple(range(1, 8)))
    served = {s.who for s in resolve(rota(seven), utc(2026, 1, 5), utc(2026, 2, 2))}
    assert served == {None, *range(1, 8)}


def test_hours_over_midnight_belong_to_the_turn_in_which_they_lie() -> None:
    night = frozenset(Hours(day, time(20), time(6)) for day in range(7))
    layer = a_layer(unit=DAY, handoff=time(12), hours=night)
    found = resolve(rota(layer), utc(2026, 1, 5, 11), utc(2026, 1, 7, 11))
    assert hours_of(found) == [(None, 8), (1, 10), (None, 14), (2, 10), (None, 6)]


def test_twelve_hours_follow_the_wall_clock() -> None:
    layer = a_layer(unit=HOUR, length=12, handoff=time(8), starts=date(2026, 3, 28))
    found = resolve(rota(layer), utc(2026, 3, 28, 7), utc(2026, 3, 30, 6))
    assert hours_of(found) == [(1, 12), (2, 11), (3, 12), (1, 12)]


def test_the_sun_is_followed_from_office_to_office() -> None:
    """Each office by its own clock; where two are open, the first layer has it."""
    offices = [
        a_layer("Asia/Kathmandu", people=(1,), hours=working_hours(9, 17, 7), name="Kathmandu"),
        a_layer("Europe/Brussels", people=(2,), hours=working_hours(9, 17, 7), name="Brussels"),
        a_layer("America/New_York", people=(3,), hours=working_hours(9, 17, 7), name="New York"),
    ]
    found = resolve(rota(*offices), utc(2026, 1, 12), utc(2026, 1, 13))
    assert [(s.who, f"{s.start:%H:%M}") for s in found] == [
        *((None, "00:00"), (1, "03:15"), (2, "11:15"), (3, "16:00"), (None, "22:00"))
    ]
    summer = resolve(rota(*offices), utc(2026, 7, 13), utc(2026, 7, 14))
    assert [(s.who, f"{s.start:%H:%M}") for s in summer] == [
        *((None, "00:00"), (1, "03:15"), (2, "11:15"), (3, "15:00"), (None, "21:00"))
    ]


def test_a_layer_below_covers_where_those_above_have_nobody() -> None:
    office = a_layer(hours=working_hours(), people=(1,))
    nights = a_layer(people=(2,), name="nights")
    found = resolve(rota(office, nights), utc(2026, 1, 5, 8), utc(2026, 1, 6, 8))
    assert hours_of(found) == [(1, 8), (2, 16)]


def test_the_later_made_override_wins_and_reaches_no_further() -> None:
    told = rota(
        a_layer(),
        overrides=(
            Override(2, utc(2026, 1, 7), utc(2026, 1, 8), 3),
            Override(1, utc(2026, 1, 6), utc(2026, 1, 9), 2),
        ),
    )
    found = resolve(told, utc(2026, 1, 5, 8), utc(2026, 1, 10))
    assert [(s.who, s.start.day, s.why) for s in found] == [
        *((1, 5, TURN), (2, 6, OVERRIDE), (3, 7, OVERRIDE), (2, 8, OVERRIDE), (1, 9, TURN))
    ]


def test_who_is_away_is_not_on_duty_by_override_either_and_the_gap_says_whose_turn_it_was() -> None:
    told = rota(
        a_layer(),
        overrides=(Override(1, utc(2026, 1, 6), utc(2026, 1, 8), 2),),
        absences=(
            Absence(2, utc(2026, 1, 7), utc(2026, 1, 20)),
            Absence(1, utc(2026, 1, 7, 12), utc(2026, 1, 9)),
        ),
    )
    found = resolve(told, utc(2026, 1, 5, 8), utc(2026, 1, 10))
    assert [(s.who, f"{s.start:%d %H}", s.why, s.instead_of) for s in found] == [
        (1, "05 08", TURN, None),
        (2, "06 00", OVERRIDE, None),
        (1, "07 00", TURN, None),
        (None, "07 12", AWAY, 1),
        (1, "09 00", TURN, None),
    ]


def test_a_swapped_shift_is_theirs_wherever_it_moves() -> None:
    swapped = {"2026-01-12 first": 1, "2026-01-05 first": 2}
    told = rota(a_layer(), swapped=swapped)
    found = resolve(told, utc(2026, 1, 5, 8), utc(2026, 1, 26, 8))
    assert [(s.who, s.why, s.instead_of) for s in found] == [
        *((2, SWAP, 1), (1, SWAP, 2), (3, TURN, None))
    ]
    later = rota(a_layer(handoff=time(14)), swapped=swapped)
    moved = resolve(later, utc(2026, 1, 5, 13), utc(2026, 1, 26, 13))
    assert [answer(s) for s in moved] == [answer(s) for s in found]


def test_a_version_leaves_the_past_alone() -> None:
    before, after = a_layer(), a_layer(people=(4, 5), starts=date(2026, 1, 19))
    first = rota(before).versions[0]
    told = Rota((replace(first, since=utc(2026, 1, 14), layers=(after,)), first))
    found = resolve(told, utc(2026, 1, 5, 8), utc(2026, 1, 26, 8))
    assert [(s.who, f"{s.start:%d %H}") for s in found] == [
        *((1, "05 08"), (2, "12 08"), (5, "14 00"), (4, "19 08"))
    ]


def test_before_its_first_version_nobody_is_on_duty() -> None:
    told = rota(a_layer(), since=utc(2026, 1, 7))
    found = resolve(told, utc(2026, 1, 5), utc(2026, 1, 8))
    assert [(s.who, s.why) for s in found] == [(None, OPEN), (1, TURN)]
    assert resolve(Rota(()), utc(2026, 1, 5), utc(2026, 1, 8)) == [
        Segment(utc(2026, 1, 5), utc(2026, 1, 8), None, OPEN)
    ]
    assert resolve(told, utc(2026, 1, 8), utc(2026, 1, 8)) == []
