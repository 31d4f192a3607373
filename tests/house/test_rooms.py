"""The rooms: a name plate on every door, and files that need no scrolling twice (HOUSE, Rooms)."""

import ast
from pathlib import Path

import pytest

from tests.house.source import FLOORS, ROOT, files

#: What a file of this name holds at most, before it is a question.
NUMBERS = {
    "__init__": 20,
    "models": 250,
    "querysets": 200,
    "lifecycle": 80,
    "rules": 200,
    "policy": 120,
    "events": 100,
    "services": 300,
    "reactions": 60,
    "notices": 150,
    "forms": 250,
    "views": 250,
    "api": 250,
    "intake": 120,
    "tasks": 40,
    "urls": 60,
    "admin": 60,
    "apps": 60,
}
OTHERWISE = 300
#: Past one and a half times its number a file needs an answer to the question.
ANSWERED = {
    "bugs/reactions.py": "a sprint starts, makes room and closes, and each moves bugs and their holds",
    "problem_reports/events.py": "one short fact per verb, and there are more than twenty",
}


def plate(source: str) -> int:
    """How many lines the docstring of a package takes."""
    module = ast.parse(source)
    if ast.get_docstring(module) is None:
        return 0
    return (module.body[0].end_lineno or 0) - module.body[0].lineno + 1


@pytest.mark.parametrize("floor", FLOORS)
def test_every_floor_has_a_name_plate_of_5_to_15_lines(floor: str) -> None:
    assert 5 <= plate((ROOT / floor / "__init__.py").read_text()) <= 15


def test_a_missing_plate_is_noticed() -> None:
    assert plate("") == 0
    assert plate('"""Bugs."""') == 1


def number_of(path: Path) -> int:
    if path.stem == "__init__" and len(path.parts) > 2:
        return OTHERWISE  # a package inside a floor is no name plate
    if path.parts[0] == "foundation":
        return OTHERWISE  # it has helpers, no rooms
    return NUMBERS.get(path.stem, OTHERWISE)


def questions(sizes: dict[Path, int]) -> dict[str, str]:
    """Every file past its number, longest over first: the report."""
    over = {p: n for p, n in sizes.items() if n > number_of(p)}
    ordered = sorted(over, key=lambda p: number_of(p) / over[p])
    return {str(p): f"{over[p]} lines, its number is {number_of(p)}" for p in ordered}


def without_answer(sizes: dict[Path, int]) -> dict[str, str]:
    crowded = {p: n for p, n in sizes.items() if n > 1.5 * number_of(p)}
    return {p: why for p, why in questions(crowded).items() if p not in ANSWERED}


def sizes() -> dict[Path, int]:
    return {path: len((ROOT / path).read_text().splitlines()) for path in files()}


def test_files_are_near_their_numbers() -> None:
    """`pytest tests/house/test_rooms.py -s` prints the files past theirs."""
    print()
    for path, why in questions(sizes()).items():
        print(f"{path}: {why}")
    assert without_answer(sizes()) == {}


def test_an_answer_is_for_a_file_that_asks() -> None:
    long = {str(path) for path, n in sizes().items() if n > 1.5 * number_of(path)}
    assert set(ANSWERED) <= long


def test_a_file_that_has_grown_is_noticed() -> None:
    grown = {Path("bugs/policy.py"): 181, Path("bugs/models.py"): 260}
    assert list(without_answer(grown)) == ["bugs/policy.py"]
    assert list(questions(grown)) == ["bugs/policy.py", "bugs/models.py"]
