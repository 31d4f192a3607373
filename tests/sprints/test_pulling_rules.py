"""When a sprint is late, what of its reserve may be given away, and what for (SPR-8)."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as some

from sprints.rules.pulling import Thing, kept, late_from, proposed, ranked, spare

MONDAY = date(2026, 11, 16)
TEN = [MONDAY + timedelta(days=n) for n in (0, 1, 2, 3, 4, 7, 8, 9, 10, 11)]
END = MONDAY + timedelta(days=13)

amounts = some.decimals(0, 40, places=2)
days = some.integers(1, 40).map(lambda n: [MONDAY + timedelta(days=i) for i in range(n)])
things = some.lists(
    some.builds(
        Thing,
        points=some.decimals("0.01", 13, places=2),
        since=some.dates(date(2026, 1, 1), date(2026, 11, 1)),
        title=some.just("It"),
        item=some.integers(1, 99),
    )
    | some.builds(
        Thing,
        points=some.decimals("0.01", 13, places=2),
        since=some.dates(date(2026, 1, 1), date(2026, 11, 1)),
        title=some.just("It"),
        bug=some.integers(1, 99),
        priority=some.sampled_from(["P0", "P1", "P2", "P3"]),
    ),
    max_size=12,
)


def test_of_ten_working_days_the_eighth_is_late() -> None:
    assert late_from(TEN, END) == TEN[7]


def test_one_day_is_late_at_once_and_a_sprint_without_a_working_day_on_its_last() -> None:
    assert late_from(TEN[:1], END) == TEN[0]
    assert late_from([], END) == END


def test_the_days_that_are_left_keep_their_share_today_too() -> None:
    assert kept(Decimal(10), TEN, TEN[7]) == 3
    assert kept(Decimal(10), TEN, TEN[9]) == 1
    assert kept(Decimal(10), TEN, END) == 0
    assert kept(Decimal(10), [], END) == 0


@given(days)
def test_it_is_late_on_a_working_day_after_most_of_them(them: list[date]) -> None:
    late = late_from(them, END)
    over = sum(day < late for day in them)
    assert late in them
    assert over >= Decimal("0.7") * len(them) or late == them[-1]


@given(amounts, amounts, days, some.integers(0, 45), some.integers(0, 45))
def test_each_day_may_give_away_as_much_as_the_day_before_and_never_more_than_is_unused(
    unused: Decimal, set_aside: Decimal, them: list[date], a: int, b: int
) -> None:
    earlier, later = (MONDAY + timedelta(days=n) for n in sorted((a, b)))
    first = spare(unused, kept(set_aside, them, earlier))
    then = spare(unused, kept(set_aside, them, later))
    assert 0 <= first <= then <= unused


@given(things)
def test_paybacks_come_first_then_bugs_by_priority_and_age(them: list[Thing]) -> None:
    order = [(t.bug is not None, t.priority, t.since) for t in ranked(them)]
    assert order == sorted(order)
    assert len(order) == len(them)


@given(things, amounts)
def test_what_is_proposed_fits_and_nothing_before_it_would_have(
    them: list[Thing], room: Decimal
) -> None:
    found = proposed(them, room)
    assert sum(t.points for t in found) <= room
    assert [t for t in ranked(them) if t in found] == found or len(set(them)) < len(them)
    left = room - sum(t.points for t in found)
    assert all(t.points > left for t in them if t not in found), "what still fits is proposed"


@given(things, amounts)
def test_the_first_that_fits_is_always_proposed(them: list[Thing], room: Decimal) -> None:
    fits = [t for t in ranked(them) if t.points <= room]
    assert proposed(them, room)[:1] == fits[:1]
