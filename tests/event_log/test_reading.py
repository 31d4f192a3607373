"""What a file may be, and the words with which a bad one is refused; nothing is half written."""

import gzip
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError

from journal.models import Event
from problem_reports.models import Customer, ProblemReport
from teams.models import Team
from tests.event_log.conftest import Import
from tests.event_log.lookalike import (
    ASSIGN,
    COLUMNS,
    CREATE,
    RESOLVE,
    TAKE,
    case,
    row,
    write,
)

LOG = [*case("Case 1", ASSIGN, TAKE, RESOLVE), *case("Case 2", ASSIGN, CREATE)]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return write(tmp_path / "log.csv", LOG)


def refusal(bring: Import, log: Path, mapping: str | Path = "helpdesk", **options: Any) -> str:
    """The words of a refused import, which left nothing behind."""
    with pytest.raises(CommandError) as refused:
        bring(log, mapping, **options)
    assert refused.value.returncode == 1
    assert not Event.objects.exists()
    assert not ProblemReport.objects.exists()
    assert not Team.objects.exists()
    return str(refused.value)


def test_a_gzipped_log_is_read_whatever_its_name(bring: Import, log: Path) -> None:
    packed = log.with_name("packed")
    packed.write_bytes(gzip.compress(log.read_bytes()))
    assert "5 events" in bring(packed)


@pytest.mark.parametrize("ending", ["\r\n", "\n"])
def test_a_byte_order_mark_and_either_line_ending_are_read(
    bring: Import, log: Path, ending: str
) -> None:
    text = log.read_text().replace("\r\n", "\n").replace("\n", ending)
    log.write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert "5 events" in bring(log)


def test_quoted_cells_hold_commas_quotes_and_lines(bring: Import, tmp_path: Path) -> None:
    name = 'Value Rossi, "Sons"\n& Co'
    bring(write(tmp_path / "log.csv", case("Case 1", ASSIGN, RESOLVE, customer=name)))
    assert Customer.objects.get().name == 'Customer Rossi, "Sons"\n& Co'


def test_a_bad_line_is_named_by_the_line_that_it_begins_on(bring: Import, tmp_path: Path) -> None:
    long = row("Case 1", ASSIGN, customer="two\nlines")
    bad = row("Case 1", ASSIGN, timestamp="yesterday")
    words = refusal(bring, write(tmp_path / "log.csv", [long, bad]))
    assert "Line 4: its moment “yesterday” is no date and time." in words


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"timestamp": "2012-13-01"}, "“2012-13-01” is no date and time"),
        ({"timestamp": "0001-01-01T00:00:00+10:00"}, "is no date and time"),
        ({"timestamp": ""}, "“” is no date and time"),
        ({"timestamp": "2012-03-01T10:00:00"}, "has no offset, and the mapping names no zone"),
        ({"timestamp": "2999-01-01T00:00:00+00:00"}, "is ahead of now"),
        ({"case": " "}, "it names no case"),
        ({"product": ""}, "it names no product area"),
        ({"case": "x" * 121}, "its case has 121 signs, more than 120"),
        ({"customer": "x" * 121}, "its customer has 130 signs, more than 120"),
        ({"product": "x" * 121}, "its product area has 129 signs, more than 120"),
        ({"resource": "x" * 101}, "its person has 107 signs, more than 100"),
        ({"seriousness": "Value 9"}, "the mapping knows no seriousness “Value 9”, only Value 4"),
        ({"activity": "Yodel"}, "the mapping knows no activity “Yodel”"),
        ({"product": "nul\0byte"}, "it holds a NUL byte"),
    ],
)
def test_a_row_that_cannot_be_imported_is_named_with_its_reason(
    bring: Import, tmp_path: Path, cells: dict[str, str], reason: str
) -> None:
    bad = row("Case 3", ASSIGN) | cells
    words = refusal(bring, write(tmp_path / "log.csv", [*LOG, bad]))
    assert words.startswith("Nothing was imported, because of 1 of its lines:\nLine 7: ")
    assert reason in words


def test_an_unknown_activity_comes_with_the_known_ones(bring: Import, tmp_path: Path) -> None:
    words = refusal(bring, write(tmp_path / "log.csv", [*LOG, row("Case 3", "Yodel")]))
    assert "The mapping knows the activities “Insert ticket”, “Assign seriousness”," in words


def test_all_bad_rows_are_listed_up_to_twenty(bring: Import, tmp_path: Path) -> None:
    bad = [row("Case 3", ASSIGN, timestamp="?") for _ in range(23)]
    words = refusal(bring, write(tmp_path / "log.csv", [*LOG, *bad]))
    assert words.startswith("Nothing was imported, because of 23 of its lines:")
    assert "Line 26:" in words
    assert "Line 27:" not in words
    assert "… and 3 more." in words


def test_a_row_with_too_few_cells_is_named(bring: Import, log: Path) -> None:
    log.write_text(log.read_text() + "Case 3,Closed\n")
    assert "Line 7: it has 2 cells, the header has 11." in refusal(bring, log)


def test_text_that_is_not_utf_8_is_named_by_line(bring: Import, log: Path) -> None:
    log.write_bytes(log.read_bytes().replace(b"Case 2,Create", b"Caf\xe9,Create"))
    assert "Line 6: it is not UTF-8" in refusal(bring, log)


def test_a_header_that_is_not_utf_8_is_refused(bring: Import, log: Path) -> None:
    log.write_bytes(log.read_bytes().replace(b"case,", b"cas\xe9,"))
    assert "Line 1: it is not UTF-8" in refusal(bring, log)


def test_a_utf_16_log_is_told_so(bring: Import, log: Path) -> None:
    log.write_bytes(log.read_text().encode("utf-16"))
    assert "UTF-16" in refusal(bring, log)


def test_a_quote_that_never_closes_is_named_by_the_line_it_opens_on(
    bring: Import, log: Path
) -> None:
    log.write_text(log.read_text() + '"Case 3,Closed\nand so on\n')
    assert "Line 7: a quote is opened here and not closed." in refusal(bring, log)


def test_a_quote_in_the_middle_of_a_cell_is_named(bring: Import, log: Path) -> None:
    log.write_text(log.read_text() + '"Case" 3,Closed\n')
    assert "Line 7:" in refusal(bring, log)


def test_an_empty_file_is_refused(bring: Import, tmp_path: Path) -> None:
    log = tmp_path / "log.csv"
    log.touch()
    assert "is empty" in refusal(bring, log)


def test_a_header_without_events_is_refused(bring: Import, tmp_path: Path) -> None:
    assert "a header and no events" in refusal(bring, write(tmp_path / "log.csv", []))


def test_missing_columns_are_named_beside_those_that_are_there(
    bring: Import, tmp_path: Path
) -> None:
    columns = [name for name in COLUMNS if name not in ("product", "customer")]
    rows = [{name: cell[name] for name in columns} for cell in LOG]
    words = refusal(bring, write(tmp_path / "log.csv", rows, columns))
    assert "lacks the columns customer, product; it has case, activity, timestamp" in words


def test_two_columns_of_one_name_are_refused(bring: Import, log: Path) -> None:
    header, *rows = log.read_text().splitlines()
    log.write_text("\n".join([f"{header},case", *(f"{line},Case 9" for line in rows)]))
    assert "two columns called case" in refusal(bring, log)


@pytest.mark.parametrize("kept", [0.5, 0.99])
def test_a_gzip_that_is_cut_off_is_refused(bring: Import, log: Path, kept: float) -> None:
    packed = gzip.compress(log.read_bytes())
    log.write_bytes(packed[: int(len(packed) * kept)])
    assert "is cut off or damaged" in refusal(bring, log)


def test_a_gzip_that_is_damaged_is_refused(bring: Import, log: Path) -> None:
    packed = bytearray(gzip.compress(log.read_bytes()))
    packed[-6] ^= 0xFF  # its check sum
    log.write_bytes(packed)
    assert "is cut off or damaged" in refusal(bring, log)


def test_a_file_that_is_not_there_is_refused(bring: Import, tmp_path: Path) -> None:
    assert "There is no file" in refusal(bring, tmp_path / "nowhere.csv")
    assert "cannot be read" in refusal(bring, tmp_path)


def test_a_day_that_is_none_is_refused(bring: Import, log: Path) -> None:
    assert "2012-09-01" in refusal(bring, log, until="tomorrow")


def test_latin_1_and_semicolons_are_read_when_the_mapping_says_so(
    bring: Import, log: Path, tmp_path: Path
) -> None:
    mapping = tmp_path / "own.toml"
    shipped = Path("problem_reports/event_log/mappings/helpdesk.toml").read_text()
    extra = '[file]\nencoding = "latin-1"\ndelimiter = ";"\n\n[columns]'
    mapping.write_text(shipped.replace("[columns]", extra))
    text = log.read_text().replace(",", ";").replace("Value 7", "Value Café")
    log.write_bytes(text.encode("latin-1"))
    bring(log, mapping)
    assert Customer.objects.get().name == "Customer Café"


def test_moments_without_an_offset_are_read_in_the_zone_of_the_mapping(
    bring: Import, tmp_path: Path
) -> None:
    mapping = tmp_path / "own.toml"
    shipped = Path("problem_reports/event_log/mappings/helpdesk.toml").read_text()
    extra = '[file]\nzone = "Europe/Rome"\ntime_format = "%d/%m/%Y %H.%M"\n\n[columns]'
    mapping.write_text(shipped.replace("[columns]", extra))
    bring(
        write(tmp_path / "log.csv", [row("Case 1", ASSIGN, timestamp="05/07/2012 10.30")]), mapping
    )
    assert Event.objects.get().at.isoformat() == "2012-07-05T08:30:00+00:00"
