"""What each way of fixing a P1 took: the arithmetic by properties, the page by what a reader sees (BUG-7)."""

import csv
from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from bugs import services as bugs
from bugs.models import Bug
from foundation import clock
from insights.p1_policy.reading import fixed_p1s
from insights.p1_policy.rules import (
    LEAST,
    FixedP1,
    band,
    effective_number,
    fixers_per_area,
    hand_offs,
    known,
    priced,
)
from tests.bugs.acts import perform
from tests.cast import Cast
from tests.factories import a_bug

HOURS = st.floats(0, 10_000, allow_nan=False)
COUNTS = st.lists(st.integers(1, 50), min_size=1, max_size=12)


@given(COUNTS)
def test_the_effective_number_lies_between_one_and_the_number_of_people(counts: list[int]) -> None:
    assert effective_number(counts) + 1e-9 >= 1
    assert effective_number(counts) <= len(counts) + 1e-9


@given(st.integers(1, 20), st.integers(1, 20))
def test_with_equal_shares_it_is_the_number_of_people(people: int, each: int) -> None:
    assert effective_number([each] * people) == pytest.approx(people)


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 6)), min_size=1))
def test_an_area_has_no_more_fixers_than_the_team_has(fixed: list[tuple[int, int]]) -> None:
    assert fixers_per_area(fixed) + 1e-9 >= 1
    assert fixers_per_area(fixed) <= len({fixer for _, fixer in fixed}) + 1e-9


def test_two_areas_with_one_fixer_each_have_one_not_two() -> None:
    assert fixers_per_area([(1, 7), (1, 7), (2, 8), (2, 8)]) == 1


@given(st.lists(HOURS, min_size=LEAST, max_size=15), st.randoms())
def test_the_band_lies_within_the_values_and_is_the_same_in_any_order(
    values: list[float], shuffling: object
) -> None:
    low, high = band(values)
    assert min(values) <= low <= high <= max(values)
    other = list(values)
    shuffling.shuffle(other)  # type: ignore[attr-defined]
    assert band(other) == (low, high)


@given(st.integers(0, 12))
def test_under_eight_is_too_few_to_say(n: int) -> None:
    (line,) = priced([FixedP1("pair", 1, 1, 5.0, 3.0, 2.0)] * n, ["pair"])
    assert line.n == n
    assert (line.took is None) == (n < LEAST)
    if line.took:
        assert (line.took.hours_to_fix, line.took.low, line.took.high) == (5, 5, 5)
        assert (line.took.hours_logged, line.took.displaced, line.took.fixers) == (3, 2, 1)


def test_the_year_is_read_as_keys_and_amounts(cast: Cast) -> None:
    fixed = a_bug(cast, "fixed", points=2)
    Bug.objects.filter(pk=fixed.pk).update(p1_way="swarm")
    bugs.log_work(fixed.pk, hours=Decimal("2.5"), by=cast.ines, at=clock.now())
    a_bug(cast, "in_progress", points=2)
    (one,) = fixed_p1s(cast.billing, clock.now())
    assert (one.way, one.area, one.hours_logged) == ("owner_fixes", fixed.product_area_id, 2.5)
    assert one.deviated, "it was stamped with another way than it went"
    assert fixed_p1s(cast.billing, clock.now() + timedelta(days=366)) == []
    assert fixed_p1s(cast.platform, clock.now()) == []


@given(st.lists(st.integers(1, 3), max_size=12))
def test_hand_offs_are_the_changes_of_hands(people: list[int]) -> None:
    assert hand_offs(people) <= max(len(people) - 1, 0)
    assert (hand_offs(people) == 0) == (len(set(people)) < 2)
    assert hand_offs(people) == hand_offs(reversed(people))


def test_it_is_mitigated_before_it_is_fixed_and_changes_hands(cast: Cast) -> None:
    bug = a_bug(cast, "in_progress", points=2)
    perform("mitigate", cast, bug)
    bugs.fix(bug.pk, links=["https://git.example/pull/7"], by=cast.otto, at=clock.now())
    (one,) = fixed_p1s(cast.billing, clock.now())
    assert 0 < one.hours_to_mitigate < one.hours_to_fix
    assert one.hand_offs == 1, "Ines started it, Otto fixed it"


def test_the_page_and_the_file_say_when_it_is_too_few_and_name_nobody(
    cast: Cast, client: Client
) -> None:
    a_bug(cast, "fixed", points=2)
    client.force_login(cast.pia)
    page = client.get("/insights/p1-policy/").content.decode()
    assert "1 injected P1 fixed in the last 365 days" in page
    assert "too few to say" in page
    told = client.get("/insights/p1-policy/ways.csv").content.decode()
    rows = list(csv.DictReader(StringIO(told)))
    assert [row["way"] for row in rows][-1] == "not_said"
    told_of = {row["way"]: (row["n"], row["median_hours_to_fix"]) for row in rows}
    assert told_of["owner_fixes"] == ("1", ""), "nobody was on call for it, so the owner fixed it"
    main = page[page.index("<main") :]
    for person in (cast.ines, cast.otto, cast.rhea):
        assert person.username not in told
        assert str(person) not in main


def test_who_paired_counts_as_a_fixer_of_the_area() -> None:
    alone = [FixedP1("pair", 1, 7, 5.0)] * LEAST
    together = [FixedP1("pair", 1, 7, 5.0, pair=8)] * LEAST
    (one,), (two,) = priced(alone, ["pair"]), priced(together, ["pair"])
    assert one.took is not None
    assert two.took is not None
    assert (one.took.fixers, two.took.fixers) == (1, 2)


@given(
    st.lists(
        st.tuples(st.booleans(), st.sets(st.integers(1, 5), min_size=1, max_size=2)), max_size=40
    )
)
def test_an_area_has_as_many_fixers_as_people_at_most_and_few_fixes_say_nothing(
    fixes: list[tuple[bool, set[int]]],
) -> None:
    for line in known([("Invoicing", late, tuple(people)) for late, people in fixes]):
        assert line.n == len(fixes)
        for half, number in ((True, line.lately), (False, line.before)):
            people = [who for late, who in fixes if late == half]
            assert (number is None) == (len(people) < LEAST)
            if number is not None:
                assert 1 <= number + 1e-9 <= len(set().union(*people)) + 1e-6


def test_the_page_says_how_many_people_an_area_comes_down_to(cast: Cast, client: Client) -> None:
    a_bug(cast, "fixed", points=2)
    client.force_login(cast.pia)
    page = client.get("/insights/p1-policy/").content.decode()
    assert "Who could fix an area" in page
    assert "It is about an area, never about a person." in page
    assert "/insights/p1-policy/?team=billing" in client.get("/insights/reserve/").content.decode()
