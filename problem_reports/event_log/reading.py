"""A CSV file, plain or gzipped, as records with the line that each begins on.

What is wrong with one record is said beside it, so that every bad one can be listed; what is wrong
with the file itself (cut off, not text, a quote that never closes) ends the reading.
"""

import codecs
import csv
import gzip
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from foundation.errors import Refused

GZIP_SIGNATURE = b"\x1f\x8b"
#: How an undecodable byte comes out of `surrogateescape`.
UNDECODED = range(0xDC80, 0xDD00)


class BadLog(Refused):
    """The log cannot be imported; the words name the file, or every bad line and its reason."""

    status = 400
    title = "This log cannot be imported"


@dataclass(frozen=True, slots=True)
class Record:
    """The cells of one line of the log. `trouble` is why they cannot be used, or empty."""

    line: int
    cells: list[str]
    trouble: str = ""


def records(path: Path, *, encoding: str = "utf-8", delimiter: str = ",") -> Iterator[Record]:
    """Every record of the log, its header first; blank lines are passed over."""
    with _opened(path) as file:
        lines = csv.reader(_lines(file, encoding), delimiter=delimiter, strict=True)
        ended = 0
        try:
            for cells in lines:
                began, ended = ended + 1, lines.line_num
                if cells:
                    yield Record(began, cells, _trouble(cells, encoding))
        except csv.Error as error:
            raise BadLog(f"Line {ended + 1}: {_csv_words(error)}.") from None
        # A cut-off gzip ends early (EOFError); a damaged one fails in its check sum or its codes.
        except (EOFError, gzip.BadGzipFile, zlib.error):
            raise BadLog(f"{path} is cut off or damaged after line {lines.line_num}.") from None


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO | gzip.GzipFile]:
    """The bytes of the log, unpacked when its content (not its name) says gzip."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        raise BadLog(f"There is no file {path}.") from None
    except OSError as error:
        raise BadLog(f"{path} cannot be read: {error.strerror}.") from None
    with file:
        packed = file.read(2) == GZIP_SIGNATURE
        file.seek(0)
        if not packed:
            yield file
            return
        with gzip.GzipFile(fileobj=file) as unpacked:
            yield unpacked


def _lines(file: Iterable[bytes], encoding: str) -> Iterator[str]:
    first = True
    for line in file:
        if first and line.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            raise BadLog("The log is UTF-16; save it as UTF-8 first.")
        if first and line.startswith(codecs.BOM_UTF8):
            line = line[len(codecs.BOM_UTF8) :]
        first = False
        yield line.decode(encoding, errors="surrogateescape")


def _trouble(cells: list[str], encoding: str) -> str:
    text = "".join(cells)
    if "\0" in text:
        return "it holds a NUL byte"
    if not text.isascii() and any(ord(sign) in UNDECODED for sign in text):
        return f"it is not {encoding.upper()} (the mapping's `encoding` says what the log is)"
    return ""


def _csv_words(error: csv.Error) -> str:
    words = str(error)
    if "unexpected end" in words or "field larger" in words:
        return "a quote is opened here and not closed"
    return words
