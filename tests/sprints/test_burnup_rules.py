"""The burn-up: each day as it was, whatever comes later (SPR-5)."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from sprints.rules.burnup import Figures, Line, Mark, burnup, committed, marks

MONDAY = date(2026, 11, 23)

lines = st.lists(
    st.builds(
        Line,
        day=st.integers(-2, 13).map(lambda n: MONDAY + timedelta(n)),
        kind=st.sampled_from(("entered", "left", "done", "undone", "resized")),
        track=st.sampled_from(("planned", "unplanned")),
        thing=st.sampled_from(("BUG-1", "BUG-2", "BI-1", "BI-2")),
        amount=st.integers(0, 13).map(Decimal),
        opening=st.booleans(),
    ),
    max_size=30,
).map(lambda found: sorted(found, key=lambda line: line.day))


@given(lines, st.integers(0, 13))
def test_the_figures_of_a_past_day_are_the_same_whatever_comes_later(
    written: list[Line], n: int
) -> None:
    day = MONDAY + timedelta(n)
    until_then = [line for line in written if line.day <= day]
    as_it_was = burnup(until_then, MONDAY, day)
    assert burnup(written, MONDAY, MONDAY + timedelta(13))[: n + 1] == as_it_was


@given(lines)
def test_marks_explain_every_change_of_scope_after_the_plan(written: list[Line]) -> None:
    days = burnup(written, MONDAY, MONDAY + timedelta(13))
    for before, after in pairwise(days):
        entered_as_planned = [e for e in written if e.opening and e.day == after.day]
        if not entered_as_planned:
            change = sum((mark.change for mark in after.marks), Decimal(0))
            assert after.figures.scope - before.figures.scope == change


@given(lines)
def test_never_more_is_done_than_there_is(written: list[Line]) -> None:
    for day in burnup(written, MONDAY, MONDAY + timedelta(13)):
        found = day.figures
        assert 0 <= found.planned_done <= found.planned
        assert 0 <= found.unplanned_done <= found.unplanned


def line(n: int, kind: str, thing: str, amount: int, track: str = "planned", **more: bool) -> Line:
    return Line(MONDAY + timedelta(n), kind, track, thing, Decimal(amount), **more)


STORY = [
    line(0, "entered", "BI-1", 8, opening=True),
    line(0, "entered", "BI-2", 5, opening=True),
    line(1, "entered", "BUG-7", 3, "unplanned"),
    line(1, "left", "BI-2", 5),
    line(2, "done", "BUG-7", 3, "unplanned"),
    line(3, "resized", "BI-1", 10),
    line(4, "done", "BI-1", 10),
    line(5, "undone", "BUG-7", 3, "unplanned"),
]


def test_a_story_day_by_day() -> None:
    days = burnup(STORY, MONDAY, MONDAY + timedelta(5))
    assert [(d.figures.planned, d.figures.unplanned) for d in days] == [
        (13, 0), (8, 3), (8, 3), (10, 3), (10, 3), (10, 3),
    ]  # fmt: skip
    assert [d.figures.done for d in days] == [0, 0, 3, 3, 13, 10]
    assert days[1].marks == (
        Mark("injected", "BUG-7", Decimal(3)),
        Mark("left", "BI-2", Decimal(-5)),
    )
    assert days[3].marks == (Mark("resized", "BI-1", Decimal(2)),)
    assert committed(STORY) == 13
    assert marks(days, "injected") == [Mark("injected", "BUG-7", Decimal(3))]


def test_a_day_without_a_line_is_like_the_day_before() -> None:
    days = burnup(STORY[:2], MONDAY, MONDAY + timedelta(2))
    assert [d.figures for d in days] == [Figures(planned=Decimal(13))] * 3
    assert all(not day.marks for day in days)


def test_what_was_written_before_the_first_day_counts_on_it() -> None:
    early = [line(-3, "entered", "BI-1", 8, opening=True)]
    assert burnup(early, MONDAY, MONDAY)[0].figures.planned == 8


def test_a_line_of_something_that_never_entered_moves_nothing() -> None:
    (day,) = burnup([line(0, "done", "BI-9", 8)], MONDAY, MONDAY)
    assert day.figures == Figures()
    assert not day.marks
