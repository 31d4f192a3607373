"""Refusals carry what a door needs: a number, a sentence, the fields."""

import pytest

from foundation.errors import Conflict, Invalid, need


def test_blank_words_are_refused_by_field() -> None:
    with pytest.raises(Invalid) as refused:
        need(message=" \n\t", reason="because")
    assert list(refused.value.fields) == ["message"]
    assert refused.value.status == 400


def test_words_that_say_something_pass() -> None:
    need(message="It is the rounding.")


def test_a_conflict_keeps_what_it_tells_beside_its_sentence() -> None:
    error = Conflict("Ines has it already.", assigned_to="ines")
    assert (str(error), error.status, error.extra) == (
        "Ines has it already.",
        409,
        {"assigned_to": "ines"},
    )
