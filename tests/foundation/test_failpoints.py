"""A named point kills only where it is armed, once, and never a process that was not told of it."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from foundation.failpoints import KILLED, POINTS
from tests.house.source import ROOT, dotted, files, tree

REACH = "from foundation import failpoints; failpoints.reach('after_claim'); print('alive')"


def reached(**environment: str) -> tuple[int, str]:
    told = {name: value for name, value in os.environ.items() if name != "FAILPOINTS"}
    done = subprocess.run(
        [sys.executable, "-c", REACH],
        cwd=ROOT,
        env=told | environment,
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout.strip()


def test_an_armed_point_kills_once(tmp_path: Path) -> None:
    (tmp_path / "after_claim").touch()
    (tmp_path / "before_send").touch()
    assert reached(FAILPOINTS=str(tmp_path)) == (KILLED, "")
    assert reached(FAILPOINTS=str(tmp_path)) == (0, "alive")
    assert [left.name for left in tmp_path.iterdir()] == ["before_send"]


@pytest.mark.parametrize("environment", [{}, {"FAILPOINTS": ""}])
def test_without_the_variable_nothing_is_armed(
    environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "after_claim").touch()
    assert reached(**environment) == (0, "alive")
    assert (tmp_path / "after_claim").exists()


def test_every_point_has_its_one_place_in_the_product() -> None:
    reached_at = [
        node.args[0].value
        for path in files()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and dotted(node.func) == "failpoints.reach"
        and isinstance(node.args[0], ast.Constant)
    ]
    assert sorted(reached_at) == sorted(POINTS)
