"""PR-12, BUG-7, SP-14: read where people write them, and nowhere else."""

import pytest

from foundation.references import Reference, find_all, parse, reference, whole_number


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("PR-12: totals differ", ["PR-12"]),
        ("fixes bug-7 and pr-12, also BUG-7", ["BUG-7", "PR-12"]),
        ("feature/PR-12_rounding", ["PR-12"]),
        ("fix-PR-12-rounding", ["PR-12"]),
        ("(SP-14)", ["SP-14"]),
        ("XPR-12", []),
        ("PR-12a", []),
        ("PR-0", []),
        ("PR-012", []),
        ("PR 12", []),
        ("PR-1٣", []),
        ("PR-1234567890123456789", []),
        ("", []),
    ],
)
def test_references_are_found_in_text(text: str, found: list[str]) -> None:
    assert [str(r) for r in find_all(text)] == found


def test_a_reference_is_read_whole_or_not_at_all() -> None:
    assert parse(" pr-12 ", "PR") == 12
    assert parse("PR-12 again", "PR") is None
    assert parse("BUG-12", "PR") is None
    assert parse("12", "PR") is None


def test_every_number_that_parses_fits_a_key() -> None:
    number = parse("PR-999999999999999999", "PR")
    assert number is not None
    assert number < 2**63


def test_what_is_written_is_read_back() -> None:
    assert parse(reference("BUG", 7), "BUG") == 7
    assert find_all(str(Reference("BUG", 7))) == [Reference("BUG", 7)]


@pytest.mark.parametrize("typed", ["", "-1", "+1", "1.0", "1e3", " 1", "²", "٣", "1_0", "1" * 19])
def test_what_is_no_whole_number_is_none(typed: str) -> None:
    assert whole_number(typed) is None


def test_a_whole_number_has_as_many_digits_as_its_reader_takes() -> None:
    assert whole_number("9" * 18) == 10**18 - 1
    assert whole_number("12", 2) == 12
    assert whole_number("123", 2) is None
