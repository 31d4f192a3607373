"""One product for the whole suite; every test finds it whole, and leaves its figures for the summary."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.product import Product

SAID: list[str] = []


@pytest.fixture(scope="session")
def standing() -> Iterator[Product]:
    # Not pytest's own folder: that one is closed to the account that PostgreSQL runs as, and too long.
    folder = Path(tempfile.mkdtemp(prefix="firebreak-faults-"))
    folder.chmod(0o755)
    product = Product(folder)
    try:
        product.raise_it()
        yield product
    finally:
        product.end()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def product(standing: Product) -> Product:
    """The product, mended and quiet, whatever the last test did to it."""
    standing.mend()
    return standing


@pytest.fixture(scope="module")
def alone(standing: Product) -> Product:
    """Its servers and data alone: who needs the standing crew next starts it again."""
    standing.mend()
    for child in standing.crew:
        child.kill()
    return standing


@pytest.fixture
def figure() -> object:
    """`figure("what", "how much")`: a line for the summary, because a figure of one run is no test."""

    def note(what: str, how_much: str) -> None:
        SAID.append(f"{what}: {how_much}")

    return note


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if SAID:
        terminalreporter.section("figures of this run")
        for line in SAID:
            terminalreporter.write_line(line)
