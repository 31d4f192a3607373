"""Joining and leaving keep everybody's next turn, and what a change moves is said per person."""

from datetime import date, time, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oncall.rules.changes import joined, left, moved
from oncall.rules.checks import wrong_with_layers
from oncall.rules.resolver import resolve
from oncall.rules.rota import Layer
from oncall.rules.turns import boundary, turn_at
from oncall.rules.walls import DAY, MONTH
from tests.oncall.rotas import a_layer, layers, rota, utc, working_hours

unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
NEW = 9


def order(layer: Layer, since, until) -> list[int | None]:  # type: ignore[no-untyped-def]
    return [s.who for s in resolve(rota(layer), since, until) if s.who]


@given(layers(), st.integers(-100, 100))
@unhurried
def test_who_joins_comes_after_everybody(layer: Layer, turn: int) -> None:
    """Until the newcomer's turn all is as it was."""
    at = boundary(layer, turn)
    turn = turn_at(layer, at)
    until = boundary(layer, turn + len(layer.participants))
    new = joined(layer, NEW, at)
    before = [(s.start, s.end, s.who) for s in resolve(rota(layer), at, until)]
    after = [(s.start, s.end, s.who) for s in resolve(rota(new), at, until)]
    served = {who for *_, who in before if who}
    if not layer.hours:
        assert before == after
        assert served == set(layer.participants)
        assert order(new, until, boundary(layer, turn + len(layer.participants) + 1)) == [NEW]
    assert [(start, end) for start, end, _ in before] == [(start, end) for start, end, _ in after]


@given(layers(), st.integers(-100, 100))
@unhurried
def test_joining_and_leaving_at_once_changes_nothing(layer: Layer, turn: int) -> None:
    at = boundary(layer, turn)
    again = left(joined(layer, NEW, at), NEW, at)
    span = at - timedelta(days=20), at + timedelta(days=40)
    assert resolve(rota(again), *span) == resolve(rota(layer), *span)


def test_who_leaves_in_the_middle_hands_the_rest_to_the_next() -> None:
    layer = a_layer()
    at = utc(2026, 1, 14)  # in the second one's week
    after = left(layer, 2, at)
    assert order(after, at, utc(2026, 2, 9, 8)) == [3, 1, 3, 1]
    assert order(left(layer, 3, at), at, utc(2026, 2, 9, 8)) == [2, 1, 2, 1]


def test_a_monthly_turn_from_the_31st_keeps_its_day_when_somebody_joins() -> None:
    layer = joined(a_layer(unit=MONTH, starts=date(2026, 1, 31)), NEW, utc(2026, 3, 2))
    found = resolve(rota(layer), utc(2026, 2, 28, 8), utc(2026, 6, 30, 7))
    assert [(s.who, f"{s.start:%m-%d}") for s in found] == [
        *((2, "02-28"), (3, "03-31"), (1, "04-30"), (NEW, "05-31"))
    ]


def test_what_a_change_moves_is_said_per_person() -> None:
    since, until = utc(2026, 1, 5, 8), utc(2026, 1, 26, 8)
    before = resolve(rota(a_layer()), since, until)
    after = resolve(rota(left(a_layer(), 2, utc(2026, 1, 8))), since, until)
    found = moved(before, after)
    week = timedelta(weeks=1)
    assert {who: (m.before, m.after) for who, m in found.items()} == {
        2: (week, timedelta(0)),
        3: (week, week),
        1: (week, 2 * week),
    }
    assert found[2].loses == ((utc(2026, 1, 12, 8), utc(2026, 1, 19, 8)),)
    assert moved(before, before) == {}


@given(layers(), layers())
@unhurried
def test_what_some_lose_others_get(one: Layer, other: Layer) -> None:
    """Every stretch that somebody (or a gap) loses is got by somebody else, to the minute."""
    since, until = utc(2026, 3, 20), utc(2026, 4, 10)
    found = moved(resolve(rota(one), since, until), resolve(rota(other), since, until))

    def long(spans) -> timedelta:  # type: ignore[no-untyped-def]
        return sum((end - start for start, end in spans), timedelta(0))

    assert sum((long(m.loses) for m in found.values()), timedelta(0)) == sum(
        (long(m.gets) for m in found.values()), timedelta(0)
    )
    assert all(m.after - m.before == long(m.gets) - long(m.loses) for m in found.values())


def test_what_is_wrong_with_layers_is_said_in_words() -> None:
    assert wrong_with_layers([a_layer(hours=working_hours()), a_layer(name="second")]) == []
    assert wrong_with_layers([]) == ["A rotation needs at least one layer."]
    wrong = wrong_with_layers(
        [
            a_layer(unit="fortnight", length=0, people=(), handoff=time(9, 0, 1)),
            a_layer(name="First ", people=(1, 1), starts=date(1985, 1, 1), unit=DAY),
            a_layer(name=" "),
        ]
    )
    said = " ".join(wrong)
    for words in (
        "hours, days, weeks or months",
        "1 to 60 units",
        "at a minute",
        "at least one person",
        "named once",
        "between 2000 and 2100",
        "the same name",
        "Give each layer a name",
    ):
        assert words in said
