"""Fair by rule: classes of hours, shares of who could serve, and a flag only beyond what chance gives."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oncall.rules.fairness import (
    CLASSES,
    DAY,
    EVENING,
    HOLIDAY,
    NIGHT,
    WEEKEND,
    WEIGHTS,
    Position,
    Shift,
    hours_by_class,
    jain,
    judge,
    shares_between,
    to_ask_next,
)

unhurried = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
BRUSSELS = ZoneInfo("Europe/Brussels")
NEVER: frozenset[date] = frozenset()
#: Enough for properties that do not ask how probable something is.
FEW = 40


def wall(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=BRUSSELS).astimezone(UTC)  # type: ignore[misc,arg-type]


# Hours


def test_a_working_day_has_night_day_and_evening() -> None:
    monday = hours_by_class(wall(2026, 3, 2), wall(2026, 3, 3), BRUSSELS, NEVER)
    assert monday == {NIGHT: 9, DAY: 11, EVENING: 4}


def test_weekends_and_holidays_are_so_all_day_and_a_holiday_comes_first() -> None:
    saturday = wall(2026, 3, 7), wall(2026, 3, 8)
    assert hours_by_class(*saturday, BRUSSELS, NEVER) == {WEEKEND: 24}
    assert hours_by_class(*saturday, BRUSSELS, frozenset({date(2026, 3, 7)})) == {HOLIDAY: 24}


def test_a_week_over_a_change_of_clocks_has_the_hours_that_passed() -> None:
    spring = hours_by_class(wall(2026, 3, 23, 9), wall(2026, 3, 30, 9), BRUSSELS, NEVER)
    autumn = hours_by_class(wall(2026, 10, 19, 9), wall(2026, 10, 26, 9), BRUSSELS, NEVER)
    assert (sum(spring.values()), spring[WEEKEND]) == (167, 47)
    assert (sum(autumn.values()), autumn[WEEKEND]) == (169, 49)


@unhurried
@given(
    st.integers(0, 1_500_000).map(
        lambda n: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=n)
    ),
    st.timedeltas(timedelta(minutes=1), timedelta(days=15)),
    st.sampled_from(["Europe/Brussels", "America/Sao_Paulo", "Asia/Kathmandu", "Africa/Cairo"]),
    st.frozensets(st.dates(date(2024, 1, 1), date(2027, 1, 1)), max_size=3),
)
def test_the_classes_of_a_shift_are_all_of_its_hours(
    start: datetime, length: timedelta, zone: str, holidays: frozenset[date]
) -> None:
    hours = hours_by_class(start, start + length, ZoneInfo(zone), holidays)
    assert sum(hours.values()) == pytest.approx(length / timedelta(hours=1))
    assert set(hours) <= set(WEIGHTS)
    assert set(WEIGHTS) == set(CLASSES)


# Shares

people = st.lists(st.integers(1, 9), min_size=1, max_size=5, unique=True)


@st.composite
def served(draw: st.DrawFn) -> list[Shift]:
    found = []
    for n in range(draw(st.integers(0, 12))):
        eligible = tuple(draw(people))
        points = draw(st.integers(1, 400))
        found.append(Shift(draw(st.sampled_from(eligible)), f"shift {n}", points, eligible))
    return found


@unhurried
@given(served())
def test_shares_come_to_what_was_served(shifts: list[Shift]) -> None:
    judged = judge(shifts, FEW)
    total = sum(s.points for s in shifts)
    assert sum(p.share for p in judged.positions.values()) == pytest.approx(total)
    assert sum(p.served for p in judged.positions.values()) == pytest.approx(total)
    assert sum(p.beyond for p in judged.positions.values()) == pytest.approx(0, abs=1e-6)
    assert 0 < judged.chance <= 1
    assert 0 <= judged.jain <= 1 + 1e-9


@unhurried
@given(served(), st.permutations(range(1, 10)))
def test_other_names_change_nothing(shifts: list[Shift], names: list[int]) -> None:
    called = dict(zip(range(1, 10), names, strict=True))
    renamed = [
        s._replace(who=called[s.who], eligible=tuple(called[p] for p in s.eligible)) for s in shifts
    ]
    one, other = judge(shifts, FEW), judge(renamed, FEW)
    assert (one.chance, one.spread) == (other.chance, pytest.approx(other.spread))
    assert one.jain == pytest.approx(other.jain)
    assert {called[who]: p for who, p in one.positions.items()} == other.positions


@unhurried
@given(people, st.integers(1, 4), st.integers(1, 400))
def test_equal_service_is_never_flagged(team: list[int], rounds: int, points: int) -> None:
    turns = [who for _ in range(rounds) for who in team]
    judged = judge([Shift(who, str(n), points, tuple(team)) for n, who in enumerate(turns)])
    assert judged.chance == 1
    assert not judged.flagged
    assert (judged.jain, judged.spread) == (pytest.approx(1), pytest.approx(0, abs=1e-6))


def test_one_who_serves_nearly_everything_is_flagged_and_a_little_more_is_not() -> None:
    team = (1, 2, 3, 4)
    much = [Shift(1, str(n), 200, team) for n in range(12)]
    assert judge(much).flagged
    little = [Shift(team[n % 4], str(n), 200, team) for n in range(12)] + [Shift(1, "x", 200, team)]
    assert not judge(little).flagged


def test_the_flag_is_rare_when_shifts_are_given_out_by_lot() -> None:
    from random import Random

    lot, team = Random(7), (1, 2, 3, 4, 5)
    flags = sum(
        judge([Shift(lot.choice(team), str(n), 200, team) for n in range(20)], 200).flagged
        for _ in range(100)
    )
    assert flags <= 12  # five are expected


def test_who_joined_late_or_was_away_is_not_behind() -> None:
    shifts = [Shift(1, "a", 100, (1, 2)), Shift(2, "b", 100, (1, 2)), Shift(3, "c", 100, (1, 2, 3))]
    found = judge(shifts, FEW).positions
    assert found[3].share == pytest.approx(100 / 3)
    assert found[1].share == pytest.approx(100 + 100 / 3 - 0, abs=0.01)


def test_who_serves_outside_of_the_order_could_serve_it() -> None:
    found = judge([Shift(9, "a", 90, (1, 2))], FEW).positions
    assert {who: p.share for who, p in found.items()} == {1: 30, 2: 30, 9: 30}


def test_the_parts_of_a_shift_are_given_out_together() -> None:
    parts = [Shift(1, "week", 10, (1, 2)), Shift(1, "week", 10, (1, 2, 3))]
    assert judge(parts, FEW).positions[1].served == 20


def test_jain_is_one_over_n_when_one_does_everything() -> None:
    assert jain([4, 0, 0, 0]) == pytest.approx(0.25)
    assert jain([]) == jain([0, 0]) == 1


def test_who_is_furthest_behind_is_asked_first() -> None:
    found = {1: Position(90, 50), 2: Position(10, 50)}
    assert to_ask_next(found, [1, 2, 3]) == [2, 3, 1]


def test_who_was_there_is_said_stretch_by_stretch() -> None:
    a, b, c, d = (datetime(2026, 1, n, tzinfo=UTC) for n in (1, 2, 3, 4))
    assert shares_between([(a, d, 1), (b, c, 2)], a, d) == [
        (a, b, (1,)),
        (b, c, (1, 2)),
        (c, d, (1,)),
    ]
