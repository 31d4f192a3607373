"""Judgement on plans and loans, by properties: whatever people said, in whatever order (BUG-3, BUG-4)."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bugs.rules import (
    AGREED,
    OBJECTED,
    OVERRIDDEN,
    OVERRODE,
    WAITING,
    kept_promises,
    not_sooner,
    verdict,
)

PEOPLE = st.integers(1, 6)
SAID = st.lists(st.tuples(PEOPLE, st.sampled_from([AGREED, OBJECTED, OVERRODE])))
ANSWERS = st.lists(st.tuples(PEOPLE, st.sampled_from([AGREED, OBJECTED])))
ASKED = st.sets(PEOPLE)
SIDES = st.fixed_dictionaries({"developers": ASKED, "product owner": ASKED})
DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
TODAY = date(2026, 11, 29)
LOANS = st.lists(st.tuples(DAYS, st.none() | DAYS, st.booleans()))


@given(SAID, ASKED, SIDES)
def test_a_verdict_waits_for_those_who_were_asked_and_did_not_agree(
    said: list[tuple[int, str]], asked: set[int], sides: dict[str, set[int]]
) -> None:
    found = verdict(said, asked=asked, sides=sides)
    last = dict(said)
    assert set(found.waits_for) == {p for p in asked if last.get(p) not in (AGREED, OVERRODE)}
    assert set(found.objected) == {p for p, word in last.items() if word == OBJECTED}
    assert (found.state == OVERRIDDEN) == (OVERRODE in last.values())
    if found.state == AGREED:
        assert (found.waits_for, found.objected, found.sides) == ((), (), ())


@given(ANSWERS, ASKED, SIDES)
def test_when_everybody_agrees_in_the_end_nothing_is_waited_for(
    said: list[tuple[int, str]], asked: set[int], sides: dict[str, set[int]]
) -> None:
    everybody = asked | set().union(*sides.values()) | {person for person, _ in said}
    more = [*said, *((person, AGREED) for person in everybody)]
    assert verdict(more, asked=asked, sides=sides).state == AGREED


@given(ANSWERS, ASKED, SIDES, PEOPLE)
def test_an_objection_that_stands_holds_it_up_and_an_override_ends_that(
    said: list[tuple[int, str]], asked: set[int], sides: dict[str, set[int]], person: int
) -> None:
    objected = [*said, (person, OBJECTED)]
    assert verdict(objected, asked=asked, sides=sides).state == WAITING
    assert verdict([*objected, (7, OVERRODE)], asked=asked, sides=sides).state == OVERRIDDEN


@given(ANSWERS, SIDES)
def test_a_side_without_people_holds_nothing_up(
    said: list[tuple[int, str]], sides: dict[str, set[int]]
) -> None:
    found = verdict(said, asked=(), sides={**sides, "nobody": set()})
    assert "nobody" not in found.sides


@given(st.none() | DAYS, st.none() | DAYS)
def test_a_workaround_is_questioned_exactly_when_customers_have_it_no_earlier(
    fix: date | None, workaround: date | None
) -> None:
    known = fix is not None and workaround is not None
    assert bool(not_sooner(fix, workaround)) == (known and workaround >= fix)  # type: ignore[operator]


@given(LOANS)
def test_the_rate_counts_what_was_put_to_the_test_and_nothing_else(
    loans: list[tuple[date, date | None, bool]],
) -> None:
    found = kept_promises(loans, TODAY)
    assert found.n == sum(ended is not None or first < TODAY for first, ended, _ in loans)
    assert 0 <= found.kept <= found.n
    assert found.words.startswith(f"{found.kept} of {found.n}" if found.n else "No promise")


@given(LOANS, st.randoms(use_true_random=False))
def test_the_order_of_loans_moves_nothing(
    loans: list[tuple[date, date | None, bool]], chance: object
) -> None:
    other = list(loans)
    chance.shuffle(other)  # type: ignore[attr-defined]
    assert kept_promises(other, TODAY) == kept_promises(loans, TODAY)


@given(DAYS, st.integers(1, 400))
def test_a_loan_repaid_after_its_first_date_was_not_kept_however_it_was_extended(
    first: date, late: int
) -> None:
    assert kept_promises([(first, first + timedelta(late), True)], TODAY).kept == 0
    assert kept_promises([(first, first, True)], TODAY).kept == 1
    assert kept_promises([(first, first, False)], TODAY).kept == 0, "written off is not kept"
