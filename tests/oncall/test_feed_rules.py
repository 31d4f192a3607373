"""What a calendar is told of a changed schedule: nothing needless, nothing lost, and never another shift's key."""

from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from oncall.rules.feeds import Known, Next, Stretch, joined, next_moved, told

unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
DAY = timedelta(days=1)
START = datetime(2026, 3, 2, 9, tzinfo=UTC)


def day(n: int) -> datetime:
    return START + n * DAY


def stretch(person: int, slot: str, first: int, last: int) -> Stretch:
    return Stretch(person, slot, day(first), day(last))


def known(key: int, of: Stretch, *, cancelled: bool = False) -> Known:
    return Known(key, *of, cancelled)


stretches = st.lists(
    st.builds(
        lambda person, slot, first, length: stretch(person, slot, first, first + length),
        st.integers(1, 3),
        st.sampled_from("ab"),
        st.integers(0, 20),
        st.integers(1, 5),
    ),
    max_size=8,
).map(joined)
entries = st.tuples(stretches, st.lists(st.booleans(), min_size=8, max_size=8)).map(
    lambda drawn: [
        known(n, one, cancelled=gone)
        for n, (one, gone) in enumerate(zip(drawn[0], drawn[1], strict=False))
    ]
)


def after(before: list[Known], now: list[Stretch]) -> list[Known]:
    """What calendars know when they were told."""
    change = told(before, now)
    kept = [
        known(k.key, change.moved[k.key])
        if k.key in change.moved
        else k._replace(cancelled=k.cancelled or k.key in change.gone)
        for k in before
    ]
    return kept + [known(100 + n, one) for n, one in enumerate(change.new)]


@unhurried
@given(entries, stretches)
def test_calendars_that_were_told_show_the_schedule(
    before: list[Known], now: list[Stretch]
) -> None:
    shown = sorted(Stretch(*k[1:5]) for k in after(before, now) if not k.cancelled)
    assert shown == sorted(now)


@unhurried
@given(entries, stretches)
def test_nothing_that_was_told_disappears_and_no_key_changes_its_shift(
    before: list[Known], now: list[Stretch]
) -> None:
    then = {k.key: (k.person, k.slot) for k in after(before, now)}
    assert {k.key: (k.person, k.slot) for k in before}.items() <= then.items()


@unhurried
@given(entries, stretches)
def test_told_twice_is_told_once(before: list[Known], now: list[Stretch]) -> None:
    assert not told(after(before, now), now)


def test_a_shift_that_moves_keeps_its_key() -> None:
    change = told([known(7, stretch(1, "a", 0, 7))], [stretch(1, "a", 1, 8)])
    assert (change.moved, change.new, change.gone) == ({7: stretch(1, "a", 1, 8)}, [], [])


def test_a_shift_that_somebody_else_gets_is_cancelled_for_one_and_new_for_the_other() -> None:
    change = told([known(7, stretch(1, "a", 0, 7))], [stretch(2, "a", 0, 7)])
    assert (change.moved, change.new, change.gone) == ({}, [stretch(2, "a", 0, 7)], [7])


def test_a_shift_that_comes_back_gets_its_own_key_again() -> None:
    one = stretch(1, "a", 0, 7)
    assert told([known(7, one, cancelled=True)], [one]).moved == {7: one}


def test_a_stretch_in_the_middle_that_is_taken_out_leaves_its_neighbours_their_keys() -> None:
    week = [stretch(1, "a", n, n + 1) for n in (0, 2, 4)]
    change = told([known(n, one) for n, one in enumerate(week)], [week[0], week[2]])
    assert (change.moved, change.new, change.gone) == ({}, [], [1])


def test_touching_stretches_of_one_shift_are_one() -> None:
    cut = [stretch(1, "a", 0, 2), stretch(2, "a", 2, 3), stretch(1, "a", 3, 5)]
    assert joined([stretch(1, "a", 2, 4), stretch(1, "a", 0, 2)]) == [stretch(1, "a", 0, 4)]
    assert joined(cut) == cut


def test_only_whose_next_shift_moved_is_told() -> None:
    before = [stretch(1, "a", 0, 7), stretch(2, "b", 7, 14), stretch(1, "c", 14, 21)]
    later = [*before[:2], stretch(1, "c", 15, 22)]
    assert next_moved(before, later, day(1)) == {}
    swapped = [before[0], stretch(3, "b", 7, 14), before[2]]
    assert next_moved(before, swapped, day(1)) == {
        2: Next((day(7), day(14)), None),
        3: Next(None, (day(7), day(14))),
    }
