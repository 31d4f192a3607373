"""Working hours as a person types them: what is written is read again, and nonsense is said in words."""

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oncall.rules.hours import typed, written
from teams.rules import Hours
from tests.oncall.rotas import weekly


@given(weekly)
def test_what_is_written_is_read_again(hours: frozenset[Hours]) -> None:
    assert typed(written(hours)) == (hours, [])


@given(st.text(max_size=80))
def test_whatever_is_typed_says_hours_or_what_is_wrong(text: str) -> None:
    hours, wrong = typed(text)
    assert wrong or bool(hours) == bool(text.strip("; \n\r\t\x0b\x0c")) or not hours
    assert wrong or typed(written(hours)) == (hours, [])


NINE, NOON, ONE, FIVE = time(9), time(12), time(13), time(17)


def test_days_and_spans_as_people_write_them() -> None:
    office = frozenset(
        Hours(day, *span) for day in range(5) for span in ((NINE, NOON), (ONE, FIVE))
    )
    for text in (
        "Mon-Fri 09:00-12:00, 13:00-17:00",
        "monday to friday 9-12 13-17",
        "Mon, Tue, Wed – Fri 9.00 – 12.00, 13h00 - 17",
        "Mon-Wed 9-12, 13-17\nThu, Fri 9-12 13-17",
    ):
        assert typed(text) == (office, []), text
    assert written(office) == "Mon-Fri 09:00-12:00, 13:00-17:00"
    assert typed("Sat-Mon 22:00-06:00")[0] == {Hours(d, time(22), time(6)) for d in (5, 6, 0)}
    assert typed("Sun 0:00-24:00")[0] == {Hours(6, time(0), time(0))}
    assert written(typed("Sun, Sat 8-9; Wed 8-10")[0]) == "Wed 08:00-10:00\nSat, Sun 08:00-09:00"
    assert typed("") == (frozenset(), [])


@pytest.mark.parametrize(
    "text", ["Caturday 9-17", "Mon", "9-17", "Mon 25-26", "Mon 9", "Mon 9-12 Tue", "Mon-9 5-6"]
)
def test_nonsense_is_said(text: str) -> None:
    assert typed(text)[1]
